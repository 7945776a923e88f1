"""Which hits come first?  The best of many without sorting them all."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_service.engine.base import After
from search_service.engine.whoosh.matches import Matches
from search_service.engine.whoosh.schema import UNDATED
from search_service.engine.whoosh.view import View
from search_service.errors import ServiceError

Keys = Sequence[NDArray[np.float64]]
SAMPLED = 16
"""One hit in so many is looked at first."""
_LAST = 2**63 - 1


def top(hits: Matches, sort: str, count: int, view: View) -> list[int]:
    """Indexes into ``hits`` of the first ``count``, in order; equals are settled by id."""
    if count <= 0 or not len(hits.docs):
        return []
    first = _first(hits, sort, view)
    candidates = _candidates(first, count)
    keys = [-first[candidates].astype(np.float64)]
    if sort == "relevance":
        keys.append(-view.published[hits.docs[candidates]].astype(np.float64))

    def id(index: int) -> str:
        return view.id(int(hits.docs[candidates[index]]))

    if len(candidates) > count:
        best = _smallest(keys, np.arange(len(candidates)), count, id)
        candidates, keys = candidates[best], [key[best] for key in keys]
    ids = [_Id(index, id) for index in range(len(candidates))]
    ordered = sorted(zip(*[key.tolist() for key in keys], ids, candidates.tolist(), strict=True))
    return [row[-1] for row in ordered]


class _Id:
    """An id that is read when all before it is equal."""

    __slots__ = ("_index", "_read")

    def __init__(self, index: int, read: Callable[[int], str]) -> None:
        self._index = index
        self._read = read

    def __lt__(self, other: _Id) -> bool:
        return self._read(self._index) < other._read(other._index)


def behind(hits: Matches, sort: str, after: After, view: View) -> NDArray[np.intp]:
    """Indexes of the hits that stand behind a place, in the order of ``top``."""
    times = view.published[hits.docs]
    time = UNDATED if after.published is None else after.published
    first = _first(hits, sort, view)
    match sort:
        case "relevance":
            value: float = after.score
        case "newest":
            value = time
        case _:
            value = -_LAST if time == UNDATED else -time
    level = first == value
    if sort == "relevance":
        level, later = level & (times == time), (first < value) | (level & (times < time))
    else:
        later = first < value
    for index in np.flatnonzero(level).tolist():
        later[index] = view.id(int(hits.docs[index])) > after.id
    return np.flatnonzero(later)


def _first(hits: Matches, sort: str, view: View) -> NDArray[Any]:
    """What hits are sorted by first, highest first; the undated have the least time of all, which comes last."""
    match sort:
        case "relevance":
            return hits.scores
        case "newest":
            return view.published[hits.docs]
        case "oldest":
            times = view.published[hits.docs]
            return np.where(times == UNDATED, -_LAST, -times)
    raise ServiceError("sort_unknown", f"There is no sort '{sort}'.", field="sort")


def _candidates(values: NDArray[Any], count: int) -> NDArray[np.intp]:
    """Indexes of the ``count`` highest values and of all that equal the last of these."""
    if len(values) <= count:
        return np.arange(len(values))
    if len(values) <= SAMPLED * SAMPLED * count:
        return _highest(values, count)
    # The count-th highest of a sample is no higher than that of all.
    candidates = _highest(values, count, values[::SAMPLED])
    return candidates[_highest(values[candidates], count)]


def _highest(values: NDArray[Any], count: int, sample: NDArray[Any] | None = None) -> NDArray[np.intp]:
    """Indexes of the values that are no less than the count-th highest of them, or of a sample."""
    ordered = (values if sample is None else sample).copy()
    ordered.partition(len(ordered) - count)
    highest: NDArray[np.intp] = (values >= ordered[len(ordered) - count]).nonzero()[0]
    return highest


def _smallest(keys: Keys, candidates: NDArray[np.intp], count: int, id: Callable[[int], str]) -> NDArray[np.intp]:
    """The ``count`` candidates with the smallest keys, in any order.

    Those below the cut are in; those that equal it compete by the next key, at last by id.
    """
    if len(candidates) <= count:
        return candidates
    if not keys:
        return np.array(heapq.nsmallest(count, candidates.tolist(), key=id), np.intp)
    values = keys[0][candidates]
    cut = np.partition(values, count - 1)[count - 1]
    below = candidates[values < cut]
    tied = candidates[values == cut]
    return np.concatenate([below, _smallest(keys[1:], tied, count - len(below), id)])
