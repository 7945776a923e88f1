"""Which hits come first?  The best of many without sorting them all."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

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
    if sort not in ("relevance", "newest", "oldest"):
        raise ServiceError("sort_unknown", f"There is no sort '{sort}'.", field="sort")
    if count <= 0 or not len(hits.docs):
        return []
    # The undated have the least time of all, which is last among the newest.
    first = hits.scores if sort == "relevance" else view.published[hits.docs]
    if sort == "oldest":
        first = np.where(first == UNDATED, -_LAST, -first)
    candidates = _candidates(first, count)
    keys = [-first[candidates].astype(np.float64)]
    if sort == "relevance":
        keys.append(-view.published[hits.docs[candidates]].astype(np.float64))

    def id(index: int) -> str:
        return view.id(int(hits.docs[candidates[index]]))

    best = _smallest(keys, np.arange(len(candidates)), count, id)
    ordered = sorted(best.tolist(), key=lambda index: (*(key[index] for key in keys), id(index)))
    return [int(candidates[index]) for index in ordered]


def _candidates(values: NDArray[np.generic], count: int) -> NDArray[np.intp]:
    """Indexes among which are those of the ``count`` highest values and all that equal the last of these.

    The count-th highest of a sample is no higher than that of all.
    """
    sample = values[::SAMPLED]
    if len(sample) < count:
        return np.arange(len(values))
    bound = np.partition(sample, len(sample) - count)[len(sample) - count]
    return np.flatnonzero(values >= bound)


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
