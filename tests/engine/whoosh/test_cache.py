"""What was used last is kept, up to a number of bytes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.cache import ArrayCache


class Named(NamedTuple):
    """As decoded lists are."""

    places: int
    numbers: NDArray[np.int32]


def numbers(count: int) -> NDArray[np.int32]:
    return np.arange(count, dtype=np.int32)


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache: ArrayCache[Named] = ArrayCache(10_000)
    for key in "abc":
        cache.put(key, Named(1, numbers(500)))
    assert cache.get("a")
    for key in "def":
        cache.put(key, Named(1, numbers(500)))
    assert [key for key in "abcdef" if cache.get(key)] == ["a", "d", "e", "f"]


def test_what_is_too_large_is_not_kept() -> None:
    cache: ArrayCache[Named] = ArrayCache(10_000)
    cache.put("large", Named(1, numbers(1_000)))
    assert cache.get("large") is None
