"""Reading where a term stands in some documents."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_service.engine.whoosh.lists import Lists, Spots
from search_service.engine.whoosh.matches import FEW, Docs
from search_service.engine.whoosh.rows import FewRows, ManyRows, Rows
from search_service.engine.whoosh.runs import Flat, nonzero, ranges, spread

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
    begins -= start
    spots = spread(lists.spots_of(docs), begins[1:] - begins[:-1], begins[1:])
    spots |= lists.places_between(number, start, behind).astype(spots.dtype, copy=False)
    return Stretch(spots, start, None)


def of_documents(lists: Lists, number: int, rows: Rows, docs: Docs) -> Stretch:
    """A list in some documents, not all of which have to have the term."""
    if isinstance(rows, FewRows):
        at = _chosen(lists, rows.spots, docs)
        return Stretch(rows.spots[at], 0, at)
    begins, sizes = rows.extents(docs)
    there = nonzero(sizes)
    if not len(there):
        return _NOWHERE
    if len(there) < len(docs):
        docs, begins, sizes = docs[there], begins[there], sizes[there]
    behind = sizes.cumsum()
    if begins[-1] + sizes[-1] - begins[0] <= NEARLY * behind[-1]:
        return between(lists, number, rows, int(docs[0]), int(docs[-1]) + 1)
    at = ranges(begins, sizes, behind)
    spots = spread(lists.spots_of(docs), sizes, behind)
    spots |= lists.places_at(at + lists.first_place(number)).astype(spots.dtype, copy=False)
    return Stretch(spots, 0, at)


def found_at(lists: Lists, number: int, wanted: Spots, begins: Flat, sizes: Flat) -> tuple[Flat, Flat]:
    """Which of some spots a list has, and which of its places these are; some spots may be in one document.

    ``begins`` and ``sizes``: before which place each one's document begins, and how many places it has.
    The low bytes of all these places are compared, and the rest of what is left.
    """
    there = nonzero(sizes)
    if not len(there):
        return _NONE, _NONE
    places = wanted & wanted.dtype.type((1 << lists.place_bits) - 1)
    if len(there) < len(sizes):
        begins, sizes, places = begins[there], sizes[there], places[there]
    behind = sizes.cumsum()
    at = ranges(begins + lists.first_place(number), sizes, behind)
    # A sum of bytes takes longer than one of wider numbers.
    low = spread(places.astype(np.int32), sizes, behind).astype(np.uint8)
    same = (lists.low_bytes_at(at) == low).nonzero()[0]
    if not len(same):
        return _NONE, _NONE
    which = behind.searchsorted(same, side="right")
    at = at[same]
    found = (lists.places_at(at) == places[which]).nonzero()[0]
    return there[which[found]], at[found] - lists.first_place(number)


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


_NONE = np.empty(0, np.intp)
_NOWHERE = Stretch(np.empty(0, np.int32), 0, _NONE)
