"""Documents with scores, and how they are joined."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.view import Docs


class Matches(NamedTuple):
    """What a node matches: documents, ascending, and their scores."""

    docs: Docs
    scores: NDArray[np.float64]


MANY = 16
"""A sixteenth of the documents are worth a table of all."""
NOTHING = Matches(np.empty(0, np.intp), np.empty(0))


def unscored(docs: Docs) -> Matches:
    """Documents that score 0."""
    return Matches(docs, np.zeros(len(docs)))


def places(docs: Docs, wanted: Docs) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the documents of both stand: indexes into ``docs`` and into ``wanted``, of one length."""
    if len(wanted) > len(docs):
        there, here = places(wanted, docs)
        return here, there
    if not len(wanted):
        return wanted, wanted
    at = np.searchsorted(docs, wanted)
    at[at == len(docs)] = 0
    found = np.flatnonzero(docs[at] == wanted)
    return at[found], found


class Space:
    """The documents that count while some nodes are evaluated: all, or those that others have left."""

    def __init__(self, size: int, docs: Docs | None = None) -> None:
        """``size``: how many documents there are; ``docs``: those that count."""
        self._all = size
        self._docs = docs
        self.size = size if docs is None else len(docs)

    @property
    def docs(self) -> Docs:
        """The documents that count."""
        return np.arange(self._all) if self._docs is None else self._docs

    def narrowed(self, docs: Docs) -> Space:
        """Only these documents of it."""
        return Space(self._all, docs)

    def inside(self, docs: Docs) -> NDArray[np.intp] | slice:
        """Indexes of those of the documents that count."""
        if self._docs is None:
            return slice(None)
        if self._ranks is None:
            return places(docs, self._docs)[0]
        return np.flatnonzero(self._ranks[docs] >= 0)

    def chosen(self, mask: NDArray[np.bool_]) -> Docs:
        """Those that a mask over all documents marks."""
        return np.flatnonzero(mask) if self._docs is None else self._docs[mask[self._docs]]

    def covered(self, parts: Sequence[Matches], at_least: int, each: float = 0.0) -> Matches:
        """What enough of the parts match: the sum of the scores, and ``each`` for each of them."""
        times = np.zeros(self.size, np.int32)
        scores = np.zeros(self.size)
        for part in parts:
            at = self._at(part.docs)
            times[at] += 1
            scores[at] += part.scores + each if each else part.scores
        return self._picked(times >= at_least, scores)

    def best(self, parts: Sequence[Matches]) -> Matches:
        """What some part matches: the highest score."""
        scores = np.full(self.size, -np.inf)
        for part in parts:
            at = self._at(part.docs)
            scores[at] = np.maximum(scores[at], part.scores)
        return self._picked(scores > -np.inf, scores)

    def without(self, part: Matches) -> Matches:
        """What the part does not match; scores 0."""
        left = np.ones(self.size, np.bool_)
        left[self._at(part.docs)] = False
        return self._picked(left, np.zeros(self.size))

    @cached_property
    def _ranks(self) -> NDArray[np.int32] | None:
        """Of each document its place among those that count, or -1; None where they are so few that a search pays."""
        if self._docs is None or len(self._docs) * MANY < self._all:
            return None
        ranks = np.full(self._all, -1, np.int32)
        ranks[self._docs] = np.arange(len(self._docs), dtype=np.int32)
        return ranks

    def _at(self, docs: Docs) -> NDArray[Any]:
        """Places of documents that count."""
        if self._docs is None:
            return docs
        return np.searchsorted(self._docs, docs) if self._ranks is None else self._ranks[docs]

    def _picked(self, chosen: NDArray[np.bool_], scores: NDArray[np.float64]) -> Matches:
        at = np.flatnonzero(chosen)
        return Matches(at if self._docs is None else self._docs[at], scores[at])
