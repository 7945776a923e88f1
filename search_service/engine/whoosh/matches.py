"""Documents with scores, and the documents that count while they are looked for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Docs = NDArray[np.intp]
"""Document numbers, ascending, each once."""
Numbers = NDArray[np.signedinteger[Any]]
"""The same in integers of any width, as lists have them."""
Scores = NDArray[np.floating[Any]]
FEW = 16
"""Looking one document up by halving costs about as much as reading so many in a row."""


class Matches(NamedTuple):
    """What a node matches: documents, ascending, and their scores."""

    docs: Docs
    scores: Scores

    def at(self, chosen: NDArray[np.intp]) -> Matches:
        """Those at some indexes."""
        return self if len(chosen) == len(self.docs) else Matches(self.docs[chosen], self.scores[chosen])


NOTHING = Matches(np.empty(0, np.intp), np.empty(0))


def firsts(docs: Numbers) -> NDArray[np.intp]:
    """Where another document begins in ascending ones, some of which stand several times."""
    new = np.empty(len(docs), np.bool_)
    new[:1] = True
    np.not_equal(docs[1:], docs[:-1], out=new[1:])
    return new.nonzero()[0]


def distinct(docs: Docs) -> Docs:
    """Ascending documents, each once."""
    return docs[firsts(docs)]


def unscored(docs: Docs) -> Matches:
    """Documents that score 0."""
    return Matches(docs, np.zeros(len(docs)))


def places(docs: Numbers, wanted: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the documents of both stand: indexes into ``docs`` and into ``wanted``, of one length."""
    if len(wanted) > len(docs):
        there, here = places(wanted, docs)
        return here, there
    if not len(wanted):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    at = docs.searchsorted(wanted.astype(docs.dtype, copy=False))
    at[at == len(docs)] = 0
    found = (docs[at] == wanted).nonzero()[0]
    return at[found], found


class Space:
    """The documents that count while some nodes are evaluated: all, or those that others have left."""

    def __init__(self, size: int, docs: Docs | None = None) -> None:
        """``size``: how many documents there are; ``docs``: those that count."""
        self._all = size
        self._docs = docs
        self._mask: NDArray[np.bool_] | None = None
        self.size = size if docs is None else len(docs)

    @property
    def whole(self) -> bool:
        """Whether all documents count."""
        return self._docs is None

    @property
    def docs(self) -> Docs:
        """The documents that count."""
        return np.arange(self._all) if self._docs is None else self._docs

    @property
    def mask(self) -> NDArray[np.bool_]:
        """They as a mask over all."""
        if self._mask is None:
            self._mask = np.zeros(self._all, np.bool_)
            self._mask[self.docs] = True
        return self._mask

    def narrowed(self, docs: Docs) -> Space:
        """Only these documents of it."""
        return Space(self._all, docs)

    def part(self, base: int, size: int) -> Docs:
        """Those of so many documents from ``base`` on, numbered from there."""
        first, end = self.docs.searchsorted((base, base + size))
        return self.docs[first:end] - base

    def those(self, docs: Docs) -> Docs:
        """Those of the documents that count."""
        chosen = self.inside(docs)
        return docs if chosen is None else docs[chosen]

    def inside(self, docs: Numbers) -> NDArray[np.intp] | None:
        """Indexes of those of the documents that count; None: all."""
        if self._docs is None:
            return None
        if self.size * FEW < len(docs):
            return places(docs, self._docs)[0]
        return self.mask[docs].nonzero()[0]

    def chosen(self, mask: NDArray[np.bool_]) -> Docs:
        """Those that a mask over all documents marks."""
        return mask.nonzero()[0] if self._docs is None else self._docs[mask[self._docs].nonzero()[0]]

    def without(self, part: Matches) -> Matches:
        """What the part does not match; scores 0."""
        left = np.ones(self._all, np.bool_)
        left[part.docs] = False
        return unscored(self.chosen(left))
