"""One segment of the index, opened for reading; its deletions belong to a commit, not to it."""

from __future__ import annotations

from whoosh.codec.whoosh3 import W3Segment

from search_service.engine.whoosh import schema
from search_service.engine.whoosh.columns import Columns
from search_service.engine.whoosh.postings import SegmentPostings
from search_service.engine.whoosh.storage import IndexStorage


class Segment:
    """Postings and columns of a segment; immutable, shared by all searchers whose commit has it."""

    def __init__(self, storage: IndexStorage, segment: W3Segment) -> None:
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.postings = SegmentPostings(storage, segment)
        self.columns = Columns(storage, segment, self.postings)

    def find(self, id: str) -> list[int]:
        """The documents of an id; all but one of them are deleted, or all."""
        documents: list[int] = self.postings.read(schema.ID, id).docs.tolist()
        return documents
