"""An article is packed and unpacked; damage is noticed, and indexes of before are read."""

from __future__ import annotations

import struct
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


@given(ARTICLES)
def test_what_was_packed_as_a_frame_is_unpacked(article: bytes) -> None:
    assert unpack(lz4.frame.compress(article, content_checksum=True)) == article


PACKED = [
    pack(TEXT.encode()),
    lz4.frame.compress(TEXT.encode(), content_checksum=True),
    zlib.compress(TEXT.encode()),
]


@pytest.mark.parametrize("packed", PACKED)
def test_damage_is_noticed(packed: bytes) -> None:
    for at in range(len(packed)):
        damaged = bytearray(packed)
        damaged[at] ^= 0x55
        try:
            assert unpack(bytes(damaged)) == TEXT.encode()  # some bits say nothing of the content
        except Damaged:
            continue


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("left", [0, 1, 3, 5, 9, -40, -6, -1])
def test_what_is_cut_off_is_noticed(packed: bytes, left: int) -> None:
    with pytest.raises(Damaged):
        unpack(packed[:left])


@pytest.mark.parametrize("length", [1 << 20, 1 << 60])
def test_a_length_that_is_not_the_article_s_is_noticed(length: int) -> None:
    header = lz4.frame.LZ4FrameCompressor(content_checksum=True).begin(source_size=length)
    with pytest.raises(Damaged):
        unpack(header + PACKED[1][len(header) :])
    block = struct.pack("<I", length & 0xFFFFFFFF) + pack(TEXT.encode())[9:]
    with pytest.raises(Damaged):
        unpack(struct.pack("<cI", b"\1", zlib.crc32(block)) + block)
