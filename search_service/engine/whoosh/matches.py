"""Documents with scores, and how they are joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.view import Docs


class Matches(NamedTuple):
    """What a node matches: documents, ascending, and their scores."""

    docs: Docs
    scores: NDArray[np.float64]


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
    """The documents that count while some nodes are joined: all, or those that others have left."""

    def __init__(self, size: int, within: Docs | None) -> None:
        self._within = within
        self._size = size if within is None else len(within)

    def covered(self, parts: Sequence[Matches], at_least: int, each: float = 0.0) -> Matches:
        """What enough of the parts match: the sum of the scores, and ``each`` for each of them."""
        times = np.zeros(self._size, np.int32)
        scores = np.zeros(self._size)
        for part in parts:
            at = self._at(part.docs)
            times[at] += 1
            scores[at] += part.scores + each if each else part.scores
        return self._picked(times >= at_least, scores)

    def best(self, parts: Sequence[Matches]) -> Matches:
        """What some part matches: the highest score."""
        scores = np.full(self._size, -np.inf)
        for part in parts:
            at = self._at(part.docs)
            scores[at] = np.maximum(scores[at], part.scores)
        return self._picked(scores > -np.inf, scores)

    def without(self, part: Matches) -> Matches:
        """What the part does not match; scores 0."""
        left = np.ones(self._size, np.bool_)
        left[self._at(part.docs)] = False
        return self._picked(left, np.zeros(self._size))

    def _at(self, docs: Docs) -> NDArray[np.intp]:
        return docs if self._within is None else np.searchsorted(self._within, docs)

    def _picked(self, chosen: NDArray[np.bool_], scores: NDArray[np.float64]) -> Matches:
        at = np.flatnonzero(chosen)
        return Matches(at if self._within is None else self._within[at], scores[at])
