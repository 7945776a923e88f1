"""Which hits come first?  The best of many without sorting them all."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.matches import Matches
from search_service.engine.whoosh.schema import UNDATED
from search_service.engine.whoosh.view import View
from search_service.errors import ServiceError

Keys = Sequence[NDArray[np.float64]]


def top(hits: Matches, sort: str, count: int, view: View) -> list[int]:
    """Indexes into ``hits`` of the first ``count``, in order; equals are settled by id."""
    published = view.published[hits.docs].astype(np.float64)
    undated = view.published[hits.docs] == UNDATED
    newest = np.where(undated, np.inf, -published)
    keys: Keys
    match sort:
        case "relevance":
            keys = (-hits.scores, newest)
        case "newest":
            keys = (newest,)
        case "oldest":
            keys = (np.where(undated, np.inf, published),)
        case _:
            raise ServiceError("sort_unknown", f"There is no sort '{sort}'.", field="sort")

    def order(index: int) -> tuple[float | str, ...]:
        return (*(key[index] for key in keys), view.id(int(hits.docs[index])))

    best = _smallest(keys, np.arange(len(hits.docs)), count, view, hits)
    return sorted(best.tolist(), key=order)


def _smallest(keys: Keys, candidates: NDArray[np.intp], count: int, view: View, hits: Matches) -> NDArray[np.intp]:
    """The ``count`` candidates with the smallest keys, in any order.

    Those below the cut are in; those that equal it compete by the next key, at last by id.
    """
    if count <= 0 or len(candidates) <= count:
        return candidates[: max(count, 0)] if count <= 0 else candidates
    if not keys:
        chosen = heapq.nsmallest(count, candidates.tolist(), key=lambda index: view.id(int(hits.docs[index])))
        return np.array(chosen, np.intp)
    values = keys[0][candidates]
    cut = np.partition(values, count - 1)[count - 1]
    below = candidates[values < cut]
    tied = candidates[values == cut]
    return np.concatenate([below, _smallest(keys[1:], tied, count - len(below), view, hits)])
