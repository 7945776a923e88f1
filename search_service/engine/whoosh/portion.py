"""Documents that any process writes apart from the index, as segments for a writer to take in."""

from __future__ import annotations

from pathlib import Path

from search_service.durable import writing_to
from search_service.engine.base import Document
from search_service.engine.whoosh import schema
from search_service.engine.whoosh.build import SegmentBuilder
from search_service.engine.whoosh.codec import ArraySegment
from search_service.engine.whoosh.storage import IndexStorage


class WhooshPortion:
    """Segments in a folder on the index's file system; can be pickled before anything is added."""

    def __init__(self, folder: Path, memory: int) -> None:
        """From ``memory`` bytes on what was added is written as a segment of its own."""
        self._folder = folder
        self._memory = memory
        self._builder: SegmentBuilder | None = None

    def add(self, document: Document) -> None:
        """Add a document, each id once; what it raises (``folder_not_writable``) leaves the portion of no use."""
        with writing_to(self._folder):
            if self._builder is None:
                storage = IndexStorage(self._folder)
                self._builder = SegmentBuilder(storage, ArraySegment(schema.INDEX_NAME, 0).segment_id())
            self._builder.add(document)
        if self._builder.bytes >= self._memory:
            self.finish()

    def finish(self) -> None:
        """Write what is left."""
        if self._builder is not None:
            builder, self._builder = self._builder, None
            with writing_to(self._folder):
                builder.finish()
