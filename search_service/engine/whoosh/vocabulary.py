"""The terms of one commit, over all segments and text fields."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from search_service.engine.query import TEXT_FIELDS
from search_service.engine.whoosh.terms import StreamTerms
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
        counts: Counter[bytes] = Counter()
        for terms in self._streams(stream):
            for term, number in terms.items(terms.range(prefix.encode())):
                counts[term] += number
        found = heapq.nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))
        return [(term.decode(), number) for term, number in found]

    def terms(self, stream: str) -> Iterator[tuple[str, int]]:
        """All terms of a stream with their frequencies, in order of their text."""
        runs = [terms.items() for terms in self._streams(stream)]
        for term, group in groupby(heapq.merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
            yield term.decode(), sum(number for _, number in group)

    def _streams(self, stream: str) -> Iterator[StreamTerms]:
        for part in self._view.parts:
            for field in TEXT_FIELDS:
                yield part.segment.fields[field].streams[stream]
