"""An article is packed and unpacked; damage is noticed, and indexes of before are read."""

from __future__ import annotations

import zlib

import lz4.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.engine.whoosh.packing import Damaged, pack, unpack

TEXT = "کتاب‌هایشان را در بین‌المللی‌ترین شهر " * 50
ARTICLES = st.binary(max_size=5000) | st.text(max_size=2000).map(str.encode)


@given(ARTICLES)
def test_what_is_packed_is_unpacked(article: bytes) -> None:
    assert unpack(pack(article)) == article


@given(ARTICLES, st.integers(0, 9))
def test_what_zlib_has_packed_is_unpacked(article: bytes, level: int) -> None:
    assert unpack(zlib.compress(article, level)) == article


@pytest.mark.parametrize("packed", [pack(TEXT.encode()), zlib.compress(TEXT.encode())])
def test_damage_is_noticed(packed: bytes) -> None:
    for at in range(len(packed)):
        damaged = bytearray(packed)
        damaged[at] ^= 0x55
        try:
            assert unpack(bytes(damaged)) == TEXT.encode()  # some bits say nothing of the content
        except Damaged:
            continue


@pytest.mark.parametrize("packed", [pack(TEXT.encode()), zlib.compress(TEXT.encode())])
@pytest.mark.parametrize("cut", [1, 6, 40])
def test_what_is_cut_off_is_noticed(packed: bytes, cut: int) -> None:
    with pytest.raises(Damaged):
        unpack(packed[:-cut])


@pytest.mark.parametrize("length", [1 << 20, 1 << 60])
def test_a_length_that_is_not_the_article_s_is_noticed(length: int) -> None:
    header = lz4.frame.LZ4FrameCompressor(content_checksum=True).begin(source_size=length)
    with pytest.raises(Damaged):
        unpack(header + pack(TEXT.encode())[len(header) :])
