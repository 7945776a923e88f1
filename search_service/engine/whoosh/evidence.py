"""What explanations need to know of one article."""

from __future__ import annotations

from collections.abc import Sequence

from search_service.engine import bm25
from search_service.engine.query import Prefix, Term
from search_service.engine.whoosh.positions import positions
from search_service.engine.whoosh.schema import NO_DAY, UNDATED, words_column
from search_service.engine.whoosh.view import View


class WhooshEvidence:
    """The evidence of one document of a view."""

    def __init__(self, view: View, doc: int) -> None:
        self._view = view
        self._doc = doc
        self._part = view.part_of(doc)
        published, day = int(view.published[doc]), int(view.day[doc])
        self.published = None if published == UNDATED else published
        self.day = None if day == NO_DAY else day

    def keys(self, facet: str) -> Sequence[str]:
        """The article's keys in a facet."""
        return self._view.labels(facet).of(self._doc)

    def positions(self, field: str, stream: str, term: str) -> Sequence[int]:
        """Where the term stands in the article."""
        node = Term(field, stream, term)
        (found,) = positions(self._view, [self._doc], [node])
        return found.get(node, ())

    def length(self, field: str) -> int:
        """Words in the article's field."""
        words = self._part.segment.columns.numbers[words_column(field)]
        return int(words[self._doc - self._part.base])

    def average_length(self, field: str) -> float:
        """Words in the field, over all articles."""
        return self._view.average_words[field]

    def idf(self, field: str, stream: str, term: str) -> float:
        """How rare the term is in the index."""
        return bm25.idf(self._view.size, self._view.frequency(field, stream, term))

    def expansions(self, prefix: Prefix) -> Sequence[str]:
        """The terms of the index that the prefix stands for."""
        return self._view.expansions(prefix)
