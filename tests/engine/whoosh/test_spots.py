"""Comparing spots: each way finds what sets find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from search_service.engine.whoosh import spots
from search_service.engine.whoosh.spots import Strip, together

ALWAYS = 1 << 30
runs = st.lists(st.integers(0, 1 << 30) | st.integers(0, 200), unique=True, max_size=80).map(sorted)


@pytest.mark.parametrize(("marked", "halved", "strip"), [(ALWAYS, 8, 22), (1, 0, 22), (1, 0, 2)])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_what_is_in_both_is_found_in_each(
    marked: int, halved: int, strip: int, dtype: type[np.int32 | np.int64], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spots, "MARKED", marked)
    monkeypatch.setattr(spots, "HALVED", halved)
    monkeypatch.setattr(spots, "STRIP", strip)
    used = Strip()

    @settings(max_examples=100, deadline=None)
    @given(runs, runs)
    def check(one: list[int], other: list[int]) -> None:
        first: NDArray[np.int32 | np.int64] = np.array(one, dtype)
        second: NDArray[np.int32 | np.int64] = np.array(other, dtype)
        here, there = used.both(first, second)
        expected = sorted(set(one) & set(other))
        assert first[here].tolist() == expected
        assert second[there].tolist() == expected

    check()


@pytest.mark.parametrize("marked", [ALWAYS, 1])
def test_groups_within_a_window_are_found(marked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spots, "MARKED", marked)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(runs, min_size=2, max_size=3), st.integers(2, 9))
    def check(terms: list[list[int]], window: int) -> None:
        # Documents of 1024 places that leave room for a window.
        terms = [[spot for spot in term if spot % 1024 < 1000] for term in terms]
        found = together([np.array(term, np.int64) for term in terms], window)
        starts = {spot for term in terms for spot in term}
        groups = {s for s in starts if all(any(s <= spot < s + window for spot in term) for term in terms)}
        assert {spot // 1024 for spot in found.tolist()} == {spot // 1024 for spot in groups}

    check()
