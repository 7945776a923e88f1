"""Compression: zlib reads what we write, we read what zlib writes, and damage is noticed."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.engine.whoosh import deflate

TEXT = "کتاب‌هایشان را در بین‌المللی‌ترین شهر " * 50


@given(st.binary(max_size=5000) | st.text(max_size=2000).map(str.encode))
def test_it_is_in_zlibs_format(data: bytes) -> None:
    assert zlib.decompress(deflate.compress(data)) == data
    assert deflate.decompress(zlib.compress(data, 1)) == data


@pytest.mark.parametrize("at", [2, 40, -1])
def test_damage_is_noticed(at: int) -> None:
    packed = bytearray(deflate.compress(TEXT.encode()))
    packed[at] ^= 0x55
    with pytest.raises(deflate.Damaged):
        deflate.decompress(bytes(packed))


def test_what_is_cut_off_is_noticed() -> None:
    packed = deflate.compress(TEXT.encode())
    with pytest.raises(deflate.Damaged):
        deflate.decompress(packed[:-6])
