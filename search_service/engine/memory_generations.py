"""Generations of the reference engine: they live as long as the process does."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from threading import Lock
from time import monotonic

from search_service.engine.base import Document, GenerationInfo
from search_service.engine.memory import MemorySearcher
from search_service.errors import ServiceError


class MemoryEngine:
    """The reference engine behind the seam; the folder holds only the analysers' files."""

    name = "memory"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generations: dict[int, MemoryGeneration] = {}
        self._live = 0
        self._last = 0

    def generations(self) -> list[GenerationInfo]:
        """All of them, oldest first."""
        return [replace(each.info(), live=each.number == self._live) for each in self._generations.values()]

    def live(self) -> MemoryGeneration | None:
        """The one that was published last."""
        return self._generations.get(self._live)

    def open(self, number: int) -> MemoryGeneration:
        """A generation by number; raises ``generation_unknown``."""
        if number not in self._generations:
            raise ServiceError("generation_unknown", f"There is no generation {number}.")
        return self._generations[number]

    def create(self, analyser: str, files: Mapping[str, bytes]) -> MemoryGeneration:
        """Begin the next generation."""
        self._last += 1
        number = self._last
        generation = MemoryGeneration(number, self._folder / "generations" / f"{number:06}", analyser)
        for name, content in files.items():
            path = generation.folder / "analyser" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._generations[number] = generation
        return generation

    def publish(self, number: int) -> None:
        """Make the generation the live one."""
        self._live = self.open(number).number

    def drop(self, number: int) -> None:
        """Remove a generation that is not live."""
        if number == self._live:
            raise ServiceError("generation_live", f"Generation {number} is live.")
        shutil.rmtree(self.open(number).folder, ignore_errors=True)
        del self._generations[number]


class MemoryGeneration:
    """One index; a commit replaces its searcher."""

    damage: str | None = None
    """Nothing that is in memory is damaged."""

    def __init__(self, number: int, folder: Path, analyser: str) -> None:
        self.number = number
        self.folder = folder
        self._analyser = analyser
        self._created = datetime.now(UTC).isoformat(timespec="seconds")
        self._committed = MemorySearcher({}, 0)
        self._complete = False
        self._documents: dict[str, Document] = {}
        self._pinned: dict[str, tuple[float, MemorySearcher]] = {}
        self._lock = Lock()

    def info(self) -> GenerationInfo:
        """Describe it; only the engine knows whether it is live."""
        return GenerationInfo(
            number=self.number,
            live=False,
            position=self._committed.position,
            count=self._committed.count(),
            created=self._created,
            analyser=self._analyser,
            engine=MemoryEngine.name,
            complete=self._complete,
        )

    def writer(self) -> MemoryWriter:
        """The one writer; raises ``indexer_busy``."""
        if not self._lock.acquire(blocking=False):
            raise ServiceError("indexer_busy", f"Generation {self.number} is being written to.")
        return MemoryWriter(self)

    def portion(self, folder: Path, of: int) -> MemoryPortion:
        """What one of so many processes writes."""
        return MemoryPortion(folder)

    def merge(self, seconds: float, *, segments: int | None = None) -> bool:
        """Nothing is to be done."""
        return False

    def searcher(self) -> MemorySearcher:
        """The newest commit."""
        return self._committed

    def verify(self) -> None:
        """Nothing is kept that could be damaged."""

    def current_commit(self) -> str:
        """Name the newest commit."""
        return self._committed.commit

    def pin(self, seconds: float) -> str:
        """Keep the newest commit for so long; gives its name."""
        self._pinned = {name: pin for name, pin in self._pinned.items() if pin[0] > monotonic()}
        self._pinned[self._committed.commit] = (monotonic() + seconds, self._committed)
        return self._committed.commit

    def pinned(self, commit: str) -> MemorySearcher:
        """A commit that was pinned; raises ``cursor_expired`` when it is gone."""
        until, searcher = self._pinned.get(commit, (0.0, self._committed))
        if until <= monotonic():
            raise ServiceError("cursor_expired", field="cursor")
        return searcher

    def put(self, documents: dict[str, Document], position: int) -> None:
        """Make the documents the newest commit."""
        self._documents = documents
        self._committed = MemorySearcher(documents, position)
        self._complete = True

    def documents(self) -> dict[str, Document]:
        """A copy of what was committed."""
        return dict(self._documents)

    def release(self) -> None:
        """Let the next writer in."""
        self._lock.release()


class MemoryPortion:
    """A file of documents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._documents: list[Document] = []

    def add(self, document: Document) -> None:
        """Add a document."""
        self._documents.append(document)

    def finish(self) -> None:
        """Write them."""
        (self._folder / token_hex(8)).write_bytes(pickle.dumps(self._documents))


class MemoryWriter:
    """Changes a copy of the documents, and puts it in place at a commit."""

    def __init__(self, generation: MemoryGeneration) -> None:
        self._generation = generation
        self._documents = generation.documents()

    def upsert(self, document: Document) -> None:
        """Put the document in the place of the one with its id."""
        self._documents[document.id] = document

    def delete(self, id: str) -> None:
        """Remove the document; nothing happens when there is none."""
        self._documents.pop(id, None)

    def take(self, folder: Path) -> None:
        """Put in the documents of portions."""
        for path in folder.iterdir():
            for document in pickle.loads(path.read_bytes()):
                self.upsert(document)
            path.unlink()

    def commit(self, position: int) -> None:
        """Make all changes visible, and let the next writer in."""
        self._generation.put(self._documents, position)
        self._generation.release()

    def cancel(self) -> None:
        """Forget all changes, and let the next writer in."""
        self._generation.release()
