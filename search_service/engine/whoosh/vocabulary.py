"""The terms of one commit, over all segments and text fields."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from search_service.engine.query import TEXT_FIELDS
from search_service.engine.whoosh.postings import Lexicon
from search_service.engine.whoosh.schema import stream_field
from search_service.engine.whoosh.view import View


class WhooshVocabulary:
    """Frequencies count deleted articles until their segment is merged."""

    def __init__(self, view: View) -> None:
        self._view = view

    def frequency(self, stream: str, term: str) -> int:
        """In how many (article, field) pairs the term stands; 0: it is not there."""
        return sum(self._view.frequency(field, stream, term) for field in TEXT_FIELDS)

    def with_prefix(self, stream: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Terms with this beginning and their frequencies, most frequent first, then by text."""
        counts: Counter[str] = Counter()
        for lexicon in self._lexicons(stream):
            found = lexicon.range(prefix)
            for term, number in zip(lexicon.terms[found], lexicon.frequencies[found].tolist(), strict=True):
                counts[term] += number
        return heapq.nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))

    def terms(self, stream: str) -> Iterator[tuple[str, int]]:
        """All terms of a stream with their frequencies, in order of their text."""
        runs = [zip(x.terms, x.frequencies.tolist(), strict=True) for x in self._lexicons(stream)]
        for term, group in groupby(heapq.merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
            yield term, sum(number for _, number in group)

    def _lexicons(self, stream: str) -> Iterator[Lexicon]:
        for part in self._view.parts:
            for field in TEXT_FIELDS:
                yield part.segment.postings.lexicon(stream_field(field, stream))
