"""What a peer of the benchmark does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from search_service.engine.base import Document
from search_service.engine.query import Filter, Node

TOP = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """One search as every peer is given it: the total and the ten best, and both facets where wanted."""

    node: Node
    filter: Filter | None
    newest: bool
    facets: bool


class Found(NamedTuple):
    """What a peer answered, in a form that can be compared."""

    total: int
    categories: Mapping[str, int]
    months: Mapping[int, int]
    """Jalali month (140206) -> articles; the undated are left out."""
    top: int
    """How many articles came with it."""


class Peer(Protocol):
    """An index in a folder. ``add``, ``commit``, ``finish`` fill it; after ``open`` it answers."""

    name: str
    asked: str
    """What it is asked to do, in a line or two."""
    once: bool
    """Too slow for more than one round, the first."""

    def __init__(self, folder: Path) -> None: ...

    def add(self, document: Document) -> None:
        """Put a document in the place of the one with its id."""

    def commit(self) -> None:
        """Make what was added durable, and visible to ``open``."""

    def finish(self) -> None:
        """Commit, and merge as far as it can be made to."""

    def settle(self) -> None:
        """Let all merging that its own policy wants between commits come to its end."""

    def open(self) -> None:
        """See the newest commit."""

    def prepare(self, asked: Asked) -> Any:
        """The search in the peer's own terms; not timed."""

    def ask(self, prepared: Any) -> Any:
        """Search; this is what is timed."""

    def found(self, answer: Any) -> Found:
        """What an answer says; not timed."""

    def count(self) -> int:
        """How many documents are committed."""

    def segments(self) -> int | None:
        """In how many parts the open index lies; None: it cannot say."""

    def size(self) -> int:
        """Bytes of the index without the stored articles."""

    def close(self) -> None:
        """Give everything back."""


def bytes_under(folder: Path, *without: str) -> int:
    """The files of a folder and of those in it, but for names with one of the endings."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(without or ("\0",)))
    return sum(path.stat().st_size for path in files)
