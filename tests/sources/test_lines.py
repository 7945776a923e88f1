from __future__ import annotations

import gzip
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.errors import ServiceError
from search_service.sources.lines import TOO_LONG, gzip_lines, plain_lines

texts = st.lists(st.binary(max_size=12) | st.just(b"\n"), max_size=8).map(b"\n".join)


@given(texts, st.integers(1, 15))
def test_lines_are_numbered_and_long_ones_replaced(data: bytes, limit: int) -> None:
    lines = io.BytesIO(data).readlines()
    expected = [(number, line if len(line) <= limit else TOO_LONG) for number, line in enumerate(lines, start=1)]
    assert list(plain_lines(io.BytesIO(data), limit)) == expected
    assert list(gzip_lines(io.BytesIO(gzip.compress(data)), limit)) == expected


def test_a_line_of_any_length_takes_bounded_memory() -> None:
    class Endless(io.RawIOBase):
        left = 50_000_000

        def readable(self) -> bool:
            return True

        def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
            size = min(len(buffer), self.left)
            buffer[:size] = b"x" * size
            self.left -= size
            return size

    tracemalloc.start()
    assert list(plain_lines(io.BufferedReader(Endless()), 100_000)) == [(1, TOO_LONG)]
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_a_total_is_kept_to() -> None:
    data = gzip.compress(bytes(range(256)) * 100)
    with pytest.raises(ServiceError, match="more than 1000 bytes"):
        list(gzip_lines(io.BytesIO(data), 10_000, max_bytes=1000))
