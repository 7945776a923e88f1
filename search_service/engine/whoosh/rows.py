"""Where the places of a decoded list stand, ready to be compared.

A place of a term is a number, its *spot*: the document, shifted to the left by so many bits
that all places of the field fit below it, and the place.  A list with few places is kept
as its spots.  Of one with many it is kept before which place *every* document of the
segment begins, so that those of some documents are found without searching; a document
without the term begins where the next does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import Array
from search_service.engine.whoosh.lists import Flat, Lists, Spots, spread
from search_service.engine.whoosh.matches import Docs

MANY = 4
"""A list has many places that has one for each so many documents of the segment."""
_SHIFT = 6
_BLOCK = 1 << _SHIFT
"""Beginnings of so many documents are counted from that of the first of them."""
_BOTH = np.array((0, 1))


class FewRows(NamedTuple):
    """A list with few places."""

    spots: Spots
    """Ascending."""

    @property
    def places(self) -> int:
        """How many places it has."""
        return len(self.spots)


class ManyRows(NamedTuple):
    """A list with many places: before which of them each document begins, one more at the end; blocks of offsets."""

    places: int
    """How many places it has."""
    bases: Array
    offsets: Array

    def extents(self, docs: Docs) -> Flat:
        """Of each document, ascending, where its places begin and where they end."""
        ends = docs[:, None] + _BOTH
        extents: Flat = self.bases[ends >> _SHIFT] + self.offsets[ends]
        return extents

    def among(self, docs: Docs) -> Docs:
        """Those of the documents that it has."""
        extents = self.extents(docs)
        found: Docs = docs[(extents[:, 1] > extents[:, 0]).nonzero()[0]]
        return found

    def between(self, first: int, end: int) -> tuple[Docs, Flat]:
        """Its documents from one number to before another; before which place each begins, one more at the end."""
        docs = np.arange(first, end + 1)
        begins = self.bases[docs >> _SHIFT] + self.offsets[first : end + 1]
        there = (begins[1:] > begins[:-1]).nonzero()[0]
        return there + first, np.append(begins[there], begins[-1])

    def docs(self) -> Docs:
        """Its documents."""
        return self.between(0, len(self.offsets) - 1)[0]


Rows = FewRows | ManyRows


def decoded(lists: Lists, number: int) -> Rows:
    """Decode a list that is part of no other."""
    docs, counts = lists.postings(number)
    places = lists.occurrences(number)
    if places * MANY < lists.segment_size:
        spots = spread(lists.spots_of(docs), counts)
        spots |= lists.places(number).astype(spots.dtype, copy=False)
        return FewRows(spots)
    # The last block is filled up.
    begins: NDArray[np.signedinteger[Any]]
    begins = np.zeros(-(-(lists.segment_size + 1) // _BLOCK) * _BLOCK, np.int32 if places < 1 << 31 else np.int64)
    begins[docs + 1] = counts
    begins.cumsum(out=begins)
    blocks: Array = begins.reshape(-1, _BLOCK)
    bases = blocks[:, 0].copy()
    most = int((blocks[:, -1] - bases).max())
    offsets = np.empty(blocks.shape, np.uint16 if most < 1 << 16 else np.int64)
    np.subtract(blocks, bases[:, None], out=offsets, casting="unsafe")
    return ManyRows(places, bases, offsets.ravel()[: lists.segment_size + 1])
