"""What came of reading sources and writing what they held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from search_service.sources.item import Item, Note, Stub, Unreadable


@dataclass
class Report:
    """Counts of articles, and in the order of reading all that is worth telling."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    stubs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def written(self) -> int:
        """How many articles the archive took or already had."""
        return self.added + self.updated + self.unchanged

    @property
    def seen(self) -> int:
        """How many articles were looked at, the failed ones included."""
        return self.written + self.deleted + len(self.failed)

    def fail(self, source: str, line: int | None, error: str) -> None:
        """Something could not be read or written."""
        self.failed.append({"source": source, "line": line, "error": error})

    def note(self, source: str, line: int | None, text: str) -> None:
        """Something was left out, or is kept as it was."""
        self.notes.append({"source": source, "line": line, "note": text})

    def tell(self, item: Item) -> None:
        """Keep what a source says beside its articles."""
        match item:
            case Unreadable():
                self.fail(item.source, item.line, item.error)
            case Note():
                self.note(item.source, item.line, item.text)
            case Stub():
                self.stubs.append({"title": item.title, "excerpt": item.excerpt, "age": item.age})
