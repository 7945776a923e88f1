"""A table of numbers keeps its rows while it grows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search_service.text.columns import Columns


@given(sizes=st.lists(st.sampled_from((0, 1, 3, 1023, 1024, 1025, 5000)), max_size=5))
def test_rows_stand_where_they_were_put(sizes: list[int]) -> None:
    columns = Columns(2, np.int32)
    expected = np.arange(2 * (sum(sizes) + 1), dtype=np.int32).reshape(-1, 2)
    assert columns.add(0, 1) == 0
    for size in sizes:
        first = len(columns)
        assert columns.extend(expected[first : first + size]) == first
    assert len(columns) == len(expected)
    assert (columns.take(np.arange(len(expected))) == expected).all()
