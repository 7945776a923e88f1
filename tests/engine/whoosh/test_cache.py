"""What is small and was used of late is kept, up to a number of bytes."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search_service.engine.whoosh.cache import MOST_USES, ArrayCache


class Named(NamedTuple):
    """As decoded lists are."""

    places: int
    numbers: NDArray[np.int32]


def numbers(count: int) -> Named:
    return Named(count, np.zeros(count, dtype=np.int32))


def test_of_equal_ones_that_goes_first_which_was_not_used_for_longest() -> None:
    cache: ArrayCache[Named] = ArrayCache(10_000)
    for key in "abc":
        cache.put(key, numbers(500))
    assert cache.get("a")
    for key in "def":
        cache.put(key, numbers(500))
    assert [key for key in "abcdef" if cache.get(key)] == ["a", "d", "e", "f"]


def test_what_is_too_large_is_not_kept() -> None:
    cache: ArrayCache[Named] = ArrayCache(10_000)
    cache.put("large", numbers(1_000))
    assert cache.get("large") is None


def test_small_ones_outlive_large_ones_that_came_later() -> None:
    cache: ArrayCache[Named] = ArrayCache(100_000)
    for key in range(20):
        cache.put(key, numbers(100))
    for key in range(20, 40):
        cache.put(key, numbers(5_000))
    assert all(cache.get(key) for key in range(20))
    assert [key for key in range(20, 40) if cache.get(key)] == [36, 37, 38, 39]


def test_a_small_one_that_nobody_uses_goes_in_the_end() -> None:
    cache: ArrayCache[Named] = ArrayCache(100_000)
    cache.put("small", numbers(100))
    for key in range(400):
        cache.put(key, numbers(4_000))
    assert cache.get("small") is None


def test_a_large_one_that_is_used_stays_among_small_ones_that_are_not() -> None:
    cache: ArrayCache[Named] = ArrayCache(100_000)
    missed = []
    for key in range(2_000):
        cache.put(key, numbers(500))
        if cache.get("large") is None:
            missed.append(key)
            cache.put("large", numbers(4_000))
    assert len(missed) < 5, missed


def test_an_entry_that_is_put_twice_counts_once() -> None:
    cache: ArrayCache[Named] = ArrayCache(10_000)
    for _ in range(100):
        cache.put("a", numbers(500))
    cache.put("b", numbers(500))
    assert cache.get("a")
    assert cache.get("b")


class Naive:
    """An entry, with all that says when it goes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.uses = 0

    def used(self, level: int, time: int) -> None:
        self.uses = min(self.uses + 1, MOST_USES)
        rank = self.size.bit_length() - self.uses.bit_length()
        self.worth = level + (1 << 64 >> rank)
        self.goes = self.worth, rank, time


SIZES = st.sampled_from([0, 1, 40, 130, 131, 400, 1_000, 5_000])


@given(st.lists(st.tuples(st.integers(0, 12), SIZES), max_size=80))
def test_it_keeps_what_greedy_dual_size_with_frequency_keeps(uses: list[tuple[int, int]]) -> None:
    limit = 24_000
    cache: ArrayCache[Named] = ArrayCache(limit)
    kept: dict[int, Naive] = {}
    level = 0
    for time, (key, count) in enumerate(uses):
        found = cache.get(key)
        assert (found is not None) == (key in kept)
        if key not in kept:
            cache.put(key, numbers(count))
            if 500 + 4 * count <= limit // 4:
                kept[key] = Naive(500 + 4 * count)
        if key in kept:
            kept[key].used(level, time)
        while sum(each.size for each in kept.values()) > limit:
            out = min(kept, key=lambda key: kept[key].goes)
            level = kept.pop(out).worth
    assert {key for key in range(13) if cache.get(key)} == set(kept)


def test_several_threads_may_use_it() -> None:
    cache: ArrayCache[Named] = ArrayCache(200_000)
    start = Barrier(4)
    wrong: list[object] = []

    def use(seed: int) -> None:
        random = np.random.default_rng(seed)
        start.wait()
        try:
            for key in random.integers(0, 60, 3_000).tolist():
                found = cache.get(key)
                if found is None:
                    cache.put(key, numbers(key * 100))
                elif found.places != key * 100:
                    wrong.append(key)
        except Exception as error:
            wrong.append(error)

    threads = [Thread(target=use, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
