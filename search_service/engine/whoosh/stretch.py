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
SINGLY = 12
"""So few spots are looked up one after the other."""
LONG = 16
"""Places of a document from which on, in the mean, their low bytes are compared eight at once."""


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


def found_singly(lists: Lists, number: int, rows: ManyRows, wanted: Spots) -> tuple[Flat, Flat]:
    """Which of a few spots a list has, and which of its places these are: of few, calls of numpy take the time.

    Not all of their documents have to have the term.
    """
    first = lists.first_place(number)
    which, at = [], []
    for i, spot in enumerate(wanted.tolist()):
        doc, place = divmod(spot, 1 << lists.place_bits)
        begin, size = rows.dense.extent(doc)
        found = lists.place_of(place, first + begin, first + begin + size)
        if found >= 0:
            which.append(i)
            at.append(found - first)
    return np.array(which, np.intp), np.array(at, np.intp)


def found_at(lists: Lists, number: int, wanted: Spots, begins: Flat, behind: Flat) -> tuple[Flat, Flat]:
    """Which of some spots a list has, and which of its places these are; some spots may be in one document.

    ``begins``: before which place each one's document begins; ``behind``: how many places these have,
    at least one each, added up.  The low bytes of all these places are compared, and the rest of what is left.
    """
    places = wanted & wanted.dtype.type((1 << lists.place_bits) - 1)
    first = lists.first_place(number)
    same = _same_bytes if behind[-1] < LONG * len(behind) else _same_words
    which, at = same(lists, places, begins + first, behind)
    if (at[1:] < at[:-1]).any():
        # The low bytes of several spots of a document may stand in another order than these.
        order = at.argsort(kind="stable")
        which, at = which[order], at[order]
    found = (lists.places_at(at) == places[which]).nonzero()[0]
    return which[found], at[found] - first


def _same_bytes(lists: Lists, places: Spots, begins: Flat, behind: Flat) -> tuple[Flat, Flat]:
    """Where in stretches of the field's places the low byte is that of a place, one for each: of which, and where.

    ``begins``: where the stretches begin; ``behind``: their sizes, added up.
    """
    which, at = _laid_out(begins, behind)
    same = (lists.low_bytes_at(at) == places.astype(np.uint8)[which]).nonzero()[0]
    return which[same], at[same]


def _same_words(lists: Lists, places: Spots, begins: Flat, behind: Flat) -> tuple[Flat, Flat]:
    """The same, eight bytes at once, and perhaps with some that are not; quicker for long stretches."""
    ends = begins + behind
    ends[1:] -= behind[:-1]
    words = begins >> _TO_WORD
    which, at = _laid_out(words, (((ends - _ONE) >> _TO_WORD) - words + _ONE).cumsum())
    low = places.astype(np.uint8).astype(np.uint64)
    low *= _ONES
    # A byte that is the same is now 0, and what is borrowed for it comes from its highest bit.
    apart = lists.low_words_at(at)
    apart ^= low[which]
    zeros = apart - _ONES
    zeros &= ~apart
    zeros &= _HIGHEST
    some = nonzero(zeros)
    row, byte = zeros[some].view(np.uint8).reshape(-1, 8).nonzero()
    some = some[row]
    which = which[some]
    at = (at[some] << _TO_WORD) + byte
    inside = ((at >= begins[which]) & (at < ends[which])).nonzero()[0]
    return which[inside], at[inside]


def _laid_out(begins: Flat, behind: Flat) -> tuple[Flat, Flat]:
    """The numbers of stretches, one after the other: of which stretch each is, and the number."""
    which = np.zeros(int(behind[-1]), np.intp)
    which[behind[:-1]] = 1
    which = which.cumsum(out=which)
    moved = begins.copy()
    moved[1:] -= behind[:-1]
    return which, np.arange(len(which)) + moved[which]


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
# Arrays: numpy takes as long to make one of a number as to go through some hundreds.
_TO_WORD, _ONE = np.array(3), np.array(1)
_ONES, _HIGHEST = (np.array(number, np.uint64) for number in (0x0101010101010101, 0x8080808080808080))
_NOWHERE = Stretch(np.empty(0, np.int32), 0, _NONE)
