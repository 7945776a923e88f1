"""Where terms stand together: phrases and neighbourhoods, by arithmetic on positions.

A place is one number, the rank of its document among the candidates and the position,
``rank << 32 | position``, so that a sorted run of numbers holds all places of a term and
documents never touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.lists import Lists, ranges, starts_of
from search_service.engine.whoosh.matches import FEW, Docs, Space, places
from search_service.engine.whoosh.view import View

Keys = NDArray[np.int64]


class Adjacency:
    """Looks at one stream of one field, segment by segment."""

    def __init__(self, view: View, field: str, stream: str, within: Space, check_deadline: Callable[[], None]) -> None:
        self._view = view
        self._field = field
        self._stream = stream
        self._within = within
        self._check_deadline = check_deadline

    def phrase(self, terms: Sequence[str | None]) -> tuple[Docs, NDArray[np.intp]]:
        """Documents with the terms in their places, None leaving one open, and how often."""
        offsets = [offset for offset, term in enumerate(terms) if term is not None]
        found = []
        for docs, runs in self._candidates([term for term in terms if term is not None]):
            shifted = sorted((run + (len(terms) - offset) for run, offset in zip(runs, offsets, strict=True)), key=len)
            starts = shifted[0]
            for run in shifted[1:]:
                self._check_deadline()
                starts = common(starts, run)
            counts = np.bincount(starts >> 32, minlength=len(docs))
            there = np.flatnonzero(counts)
            found.append((docs[there], counts[there]))
        if not found:
            return np.empty(0, np.intp), np.empty(0, np.intp)
        return np.concatenate([docs for docs, _ in found]), np.concatenate([counts for _, counts in found])

    def near(self, terms: Sequence[str], window: int) -> Docs:
        """Documents of which ``window`` consecutive positions hold all the terms."""
        found = []
        for docs, runs in self._candidates(list(dict.fromkeys(terms))):
            runs.sort(key=len)
            starts = runs[0] if len(runs) <= 2 else np.sort(np.concatenate(runs), kind="stable")
            back = window - 1 if len(runs) == 2 else 0
            for run in runs[1:] if back else runs:
                self._check_deadline()
                at = np.searchsorted(run, starts - back)
                inside = np.flatnonzero(at < len(run))
                starts, at = starts[inside], at[inside]
                starts = starts[np.flatnonzero(run[at] - starts < window)]
            together = np.zeros(len(docs), np.bool_)
            together[starts >> 32] = True
            found.append(docs[np.flatnonzero(together)])
        return np.concatenate([np.empty(0, np.intp), *found])

    def _candidates(self, terms: Sequence[str]) -> Iterator[tuple[Docs, list[Keys]]]:
        """Of each segment the documents that hold all terms, and the places of each term in them."""
        if not terms or not all(self._view.lists(self._field, self._stream, term) for term in terms):
            return
        held = [dict(self._view.lists(self._field, self._stream, term)) for term in terms]
        for part in self._view.parts:
            if not all(part in lists for lists in held):
                continue
            self._check_deadline()
            lists = part.segment.fields[self._field].lists
            numbers = [each[part] for each in held]
            docs, runs = self._intersection(lists, numbers, part.base, part.segment.size)
            if len(docs):
                yield docs + part.base, [runs[number] for number in numbers]

    def _intersection(self, lists: Lists, numbers: Sequence[int], base: int, size: int) -> tuple[Docs, dict[int, Keys]]:
        """Documents of the segment in all lists that count, and their places in each list."""
        rows: dict[int, NDArray[np.intp]] = {}
        counts: dict[int, NDArray[np.integer[Any]]] = {}
        docs: Docs | None = None
        if not self._within.whole:
            start, end = np.searchsorted(self._within.docs, (base, base + size))
            docs = self._within.docs[start:end] - base
        for number in sorted(dict.fromkeys(numbers), key=lists.sizes.__getitem__):
            self._check_deadline()
            mine, counts[number] = lists.postings(number)
            if docs is None:
                docs, rows[number] = mine.astype(np.intp), np.arange(len(mine))
                continue
            if len(docs) * FEW < len(mine):
                here, kept = places(mine, docs)
            else:
                there = np.zeros(size, np.bool_)
                there[docs] = True
                here = np.flatnonzero(there[mine])
                there[:] = False
                there[mine[here]] = True
                kept = np.flatnonzero(there[docs])
            docs = docs[kept]
            rows = {other: at[kept] for other, at in rows.items()}
            rows[number] = here
        assert docs is not None
        if not len(docs):
            return docs, {}
        return docs, {number: _keys(lists, number, mine, counts[number]) for number, mine in rows.items()}


def common(few: Keys, many: Keys) -> Keys:
    """What both sorted runs hold."""
    if len(few) * FEW < len(many):
        at, _ = places(many, few)
        return many[at]
    both = np.concatenate((few, many))
    # Merges two sorted runs in one pass.
    both.sort(kind="stable")
    return both[np.flatnonzero(both[1:] == both[:-1])]


def _keys(lists: Lists, number: int, rows: NDArray[np.intp], counts: NDArray[np.integer[Any]]) -> Keys:
    """The places of a list in the documents at these rows of it; ``counts``: of all its rows."""
    if len(rows) == len(counts):
        keys: Keys = np.repeat(np.arange(len(rows), dtype=np.int64) << 32, counts)
        keys += lists.places(number)
        return keys
    starts = starts_of(counts)[rows]
    sizes = counts[rows].astype(np.intp)
    keys = np.repeat(np.arange(len(rows), dtype=np.int64) << 32, sizes)
    keys += lists.places(number, ranges(starts, sizes))
    return keys
