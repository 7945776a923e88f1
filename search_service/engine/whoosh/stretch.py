"""Reading where a term stands in some documents."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_service.engine.whoosh.lists import Flat, Lists, Spots, ranges, spread
from search_service.engine.whoosh.matches import FEW, Docs
from search_service.engine.whoosh.rows import FewRows, ManyRows, Rows

NEARLY = 2
"""A stretch of a list is read whole of which one place in so many is wanted."""


class Stretch(NamedTuple):
    """Where a term stands in some documents, and perhaps in others between them."""

    spots: Spots
    """Ascending."""
    first: int
    at: Flat | None
    """Which places of the list these are; None: all from ``first`` on."""

    def places(self, chosen: Flat) -> Flat:
        """Which places of the list some of the spots are."""
        if self.at is not None:
            return self.at[chosen]
        return chosen + self.first if self.first else chosen

    def all_places(self) -> Flat:
        """Which places of the list all the spots are."""
        return np.arange(self.first, self.first + len(self.spots)) if self.at is None else self.at


def whole(rows: FewRows) -> Stretch:
    """A list with few places."""
    return Stretch(rows.spots, 0, None)


def between(lists: Lists, number: int, rows: ManyRows, first: int, end: int) -> Stretch:
    """A list with many places, from one document to before another."""
    docs, begins = rows.between(first, end)
    start, behind = int(begins[0]), int(begins[-1])
    spots = _numbers(lists, docs, np.diff(begins))
    spots |= lists.places_between(number, start, behind).astype(spots.dtype, copy=False)
    return Stretch(spots, start, None)


def of_documents(lists: Lists, number: int, rows: Rows, docs: Docs) -> Stretch:
    """A list in some documents, not all of which have to have the term."""
    if isinstance(rows, FewRows):
        at = _chosen(lists, rows.spots, docs)
        return Stretch(rows.spots[at], 0, at)
    return of_extents(lists, number, rows, docs, rows.extents(docs))


def of_extents(lists: Lists, number: int, rows: ManyRows, docs: Docs, extents: Flat) -> Stretch:
    """The same of a list with many places; ``extents``: as it has them of the documents."""
    sizes = extents[:, 1] - extents[:, 0]
    there = sizes.nonzero()[0]
    if not len(there):
        return _NOWHERE
    if len(there) < len(docs):
        docs, extents, sizes = docs[there], extents[there], sizes[there]
    behind = sizes.cumsum()
    if extents[-1, 1] - extents[0, 0] <= NEARLY * behind[-1]:
        return between(lists, number, rows, int(docs[0]), int(docs[-1]) + 1)
    at = extents[:, 0]
    if len(docs) < behind[-1]:
        steps = np.ones(int(behind[-1]), np.intp)
        steps[0] = at[0]
        steps[behind[:-1]] += at[1:] - extents[:-1, 1]
        at = steps.cumsum(out=steps)
    spots = _numbers(lists, docs, sizes)
    spots |= lists.places_at(at + lists.first_place(number)).astype(spots.dtype, copy=False)
    return Stretch(spots, 0, at)


def _numbers(lists: Lists, docs: Docs, sizes: Flat) -> Spots:
    """The documents as spots without a place, each as often as it has places."""
    return spread(lists.spots_of(docs), sizes)


def _chosen(lists: Lists, spots: Spots, docs: Docs) -> Flat:
    """Which of the spots are in the documents."""
    at: Flat
    if len(docs) * FEW < len(spots):
        bounds = spots.searchsorted(lists.spots_of(docs[:, None] + np.array((0, 1))))
        return ranges(bounds[:, 0], bounds[:, 1] - bounds[:, 0])
    there = np.zeros(lists.segment_size, np.bool_)
    there[docs] = True
    at = there[spots >> lists.place_bits].nonzero()[0]
    return at


_NOWHERE = Stretch(np.empty(0, np.int32), 0, np.empty(0, np.intp))
