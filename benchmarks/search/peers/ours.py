"""Our engine, through its protocols only."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.search.peers.base import Asked, Found
from search_service.engine.base import Document, Generation, Request, Result, Searcher, Writer
from search_service.engine.whoosh import WhooshEngine, manifest
from search_service.indexing.indexer import MERGE_SECONDS

STORED = ".stored"
"""The ending of the files that hold the articles as shown."""
ANALYSER = "analyser"


class Ours:
    """One generation that is published at the first commit."""

    name = "ours"
    asked = "one search of the executor: total, facets and ten articles together; synced commits"
    once = False

    def __init__(self, folder: Path) -> None:
        self.engine = WhooshEngine(folder)
        self._folder = folder
        self._generation: Generation | None = self.engine.live()
        self._writer: Writer | None = None
        self._searcher: Searcher | None = None
        self._position = 0 if self._generation is None else self._generation.info().position

    @property
    def searcher(self) -> Searcher:
        """The open commit."""
        assert self._searcher is not None, "open() comes first"
        return self._searcher

    @property
    def generation(self) -> Generation:
        """The live one, made when there is none; its analyser is whoever's fills it."""
        if self._generation is None:
            self._generation = self.engine.create("benchmark", {})
            self.engine.publish(self._generation.number)
        return self._generation

    def add(self, document: Document) -> None:
        """Upsert."""
        if self._writer is None:
            self._writer = self.generation.writer()
        self._writer.upsert(document)
        self._position += 1

    def commit(self) -> None:
        """Commit, at a journal position that counts what was added."""
        if self._writer is not None:
            self._writer.commit(self._position)
            self._writer = None

    def finish(self) -> None:
        """Commit, and merge as the indexer does when it has nothing else to do."""
        self.commit()
        while self.generation.merge(60, segments=1):
            pass

    def settle(self) -> None:
        """Merge as the indexer does between changes: by the policy, not into one."""
        while self.generation.merge(MERGE_SECONDS):
            pass

    def open(self) -> None:
        """Open the newest commit unless it is open already."""
        if self._searcher is None or self._searcher.commit != self.generation.current_commit():
            self._searcher = self.generation.searcher()

    def prepare(self, asked: Asked) -> Request:
        """A request as the service makes it."""
        return Request(
            query=asked.node,
            now=int(time.time()),
            filters=(asked.filter,) if asked.filter else (),
            facets=("category", "date") if asked.facets else (),
            sort="newest" if asked.newest else "relevance",
        )

    def ask(self, prepared: Request) -> Result:
        """Search."""
        return self.searcher.search(prepared)

    def found(self, answer: Result) -> Found:
        """Total and counts."""
        return Found(
            total=answer.total,
            categories={label.key: label.count for label in answer.labels.get("category", ())},
            months=dict(answer.dates.months) if answer.dates else {},
            top=len(answer.hits),
        )

    def count(self) -> int:
        """As the manifest says."""
        return self._generation.info().count if self._generation else 0

    def segments(self) -> int | None:
        """Of the open commit."""
        return self.searcher.segments

    def size(self) -> int:
        """The newest commit's files, without the analyser and the articles as shown; one more commit is kept."""
        files = manifest.read(self.generation.folder).files
        return sum(file.size for name, file in files.items() if not name.startswith(ANALYSER) and STORED not in name)

    def close(self) -> None:
        """Close what is open."""
        if self._writer is not None:
            self._writer.cancel()
        if self._searcher is not None:
            self._searcher.close()
        self._writer = self._searcher = None
