"""Where the places of a list stand, ready to be compared.

A place of a term is a number, its *spot*: the document, shifted to the left by so many bits
that all places of the field fit below it, and the place.  Of a dense list the file tells
where any document's places begin; any other list is decoded to its spots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search_service.engine.whoosh.dense import Dense
from search_service.engine.whoosh.lists import Lists, Spots
from search_service.engine.whoosh.matches import Docs
from search_service.engine.whoosh.runs import Flat, spread


class FewRows(NamedTuple):
    """A list with few places."""

    spots: Spots
    """Ascending."""

    @property
    def places(self) -> int:
        """How many places it has."""
        return len(self.spots)


class ManyRows(NamedTuple):
    """A list with many places, of which nothing is decoded."""

    places: int
    """How many places it has."""
    dense: Dense

    def extents(self, docs: Docs) -> tuple[Flat, Flat]:
        """Before which place each document, ascending, begins, and how many places it has."""
        return self.dense.extents(docs)

    def between(self, first: int, end: int) -> tuple[Docs, Flat]:
        """Its documents from one number to before another; before which place each begins, one more at the end."""
        if first >= end:
            return np.empty(0, np.intp), np.zeros(1, np.intp)
        begins = self.dense.begins(first, end)
        there = (begins[1:] > begins[:-1]).nonzero()[0]
        return there + first, np.append(begins[there], begins[-1])


Rows = FewRows | ManyRows


def rows_of(lists: Lists, number: int) -> Rows:
    """A list that is part of no other."""
    dense = lists.dense.get(number)
    if dense is not None:
        return ManyRows(lists.occurrences(number), dense)
    docs, counts = lists.postings(number)
    spots = spread(lists.spots_of(docs), counts)
    spots |= lists.places(number).astype(spots.dtype, copy=False)
    return FewRows(spots)
