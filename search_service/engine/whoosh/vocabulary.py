"""The terms of one commit, over all segments and text fields."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import TEXT_FIELDS
from search_service.engine.whoosh.terms import StreamTerms
from search_service.engine.whoosh.view import View

REMEMBERED = 16_000
"""Terms of which the frequencies are remembered, or that there are none."""
LOOKED_AT = 2
"""How many times as many terms are looked at as are wanted."""
_NOWHERE: Mapping[str, int] = {}


class WhooshVocabulary:
    """Frequencies count deleted articles until their segment is merged."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._frequencies: dict[str, Mapping[str, int]] = {}

    def frequency(self, stream: str, term: str) -> int:
        """In how many (article, field) pairs the term stands; 0: it is not there."""
        known = self._frequencies.get(term)
        if known is None:
            if len(self._frequencies) >= REMEMBERED:
                self._frequencies.clear()
            known = self._frequencies[term] = self._by_stream(term) or _NOWHERE
        return known.get(stream, 0)

    def _by_stream(self, term: str) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for field in TEXT_FIELDS:
            for stream, known in self._view.streams(field, term).items():
                counts[stream] += known.size
        return dict(counts)

    def with_prefix(self, stream: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Terms with this beginning and their frequencies, most frequent first, then by text.

        Of a longer list only the commonest are looked at in each field of each segment: a
        term that is among them nowhere is left out, though in all together it may be common.
        """
        runs = [run for terms in self._streams(stream) if (run := _Run(terms, prefix.encode()))]
        counts: Counter[bytes] = Counter()
        for run in runs:
            counts.update(run.commonest(LOOKED_AT * limit))
        best = heapq.nsmallest(2 * limit, counts.items(), key=_by_frequency)
        for run in runs:
            best = [(term, number + run.behind(LOOKED_AT * limit, term)) for term, number in best]
        return [(term.decode(), number) for term, number in sorted(best, key=_by_frequency)[:limit]]

    def terms(self, stream: str) -> Iterator[tuple[str, int]]:
        """All terms of a stream with their frequencies, in order of their text."""
        runs = [terms.items() for terms in self._streams(stream)]
        for term, group in groupby(heapq.merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
            yield term.decode(), sum(number for _, number in group)

    def _streams(self, stream: str) -> Iterator[StreamTerms]:
        for part in self._view.parts:
            for field in TEXT_FIELDS:
                yield part.segment.fields[field].streams[stream]


def _by_frequency(item: tuple[bytes, int]) -> tuple[int, bytes]:
    return -item[1], item[0]


class _Run(Sequence[bytes]):
    """The terms with one beginning in one field of one segment, in order of their text."""

    def __init__(self, terms: StreamTerms, beginning: bytes) -> None:
        chosen = terms.range(beginning)
        self._terms = terms
        self._start: int = chosen.start
        self._frequencies = terms.frequencies(chosen)
        self._ranked: NDArray[np.intp] = np.argsort(-self._frequencies, kind="stable")

    def __len__(self) -> int:
        return len(self._frequencies)

    def __getitem__(self, at: int) -> bytes:  # type: ignore[override]  # slices are not needed
        return self._terms.text(self._start + at)

    def commonest(self, number: int) -> dict[bytes, int]:
        """So many terms with their frequencies."""
        best = self._ranked[:number]
        return dict(zip(map(self.__getitem__, best.tolist()), self._frequencies[best].tolist(), strict=True))

    def behind(self, number: int, term: bytes) -> int:
        """The frequency of a term that is not one of so many commonest; 0 for those."""
        if len(self) <= number:
            return 0
        at = bisect_left(self, term)
        if at == len(self) or self[at] != term:
            return 0
        last = self._ranked[number - 1]
        frequency = int(self._frequencies[at])
        return 0 if (-frequency, at) <= (-int(self._frequencies[last]), int(last)) else frequency
