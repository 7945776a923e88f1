"""Stretches between spaces are looked up by a hash, and their pieces are those of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text import chunks, coding
from search_service.text.analyzer import Analyzer
from search_service.text.chunks import LONGEST, Chunks
from search_service.text.coding import Coding
from search_service.text.form import EMPTY
from search_service.text.pieces import Pieces
from search_service.text.segment import PATTERN
from tests.words import texts

written = texts | st.text(max_size=80) | st.text("اب \n\ud800a", max_size=200)


def made(most: int = 100) -> tuple[Pieces, Chunks]:
    pieces = Pieces(lambda piece: EMPTY)
    return pieces, Chunks(pieces, most)


def read(pieces: Pieces, chunks: Chunks, text: str) -> list[tuple[str, int, int]]:
    numbers, starts, ends = chunks.pieces(text)
    surfaces = [pieces.surfaces[number] for number in numbers.tolist()]
    return [
        piece
        for piece in zip(surfaces, starts.tolist(), ends.tolist(), strict=True)
        if piece[0] != "\n"  # it says nothing, and nobody asks where
    ]


def expected(text: str) -> list[tuple[str, int, int]]:
    return [(match[0], *match.span()) for match in PATTERN.finditer(text) if match[0] != "\n"]


@given(several=st.lists(written, max_size=6))
def test_the_pieces_are_those_of_the_text(several: list[str]) -> None:
    pieces, chunks = made()
    for text in [*several, *several]:
        assert read(pieces, chunks, text) == expected(text)


@given(several=st.lists(written, max_size=6))
def test_stretches_that_begin_at_one_slot_are_told_apart(several: list[str]) -> None:
    pieces, chunks = made(1000)
    chunks._slots._shift = 63
    for text in [*several, *several]:
        assert read(pieces, chunks, text) == expected(text)


@given(text=written, window=st.integers(1, 30))
def test_a_long_text_is_read_in_parts(text: str, window: int) -> None:
    pieces, some = made()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "WINDOW", window)
        assert read(pieces, some, text) == expected(text)


def test_what_is_kept_is_not_read_again() -> None:
    _, chunks = made()
    chunks.pieces("کتاب خوب")
    known = len(chunks)
    chunks.pieces("خوب کتاب\nخوب")
    assert len(chunks) == known
    chunks.pieces("خوبی")
    assert len(chunks) == known + 1


def test_long_stretches_are_read_each_time() -> None:
    pieces, chunks = made()
    for size, more in ((LONGEST, 0), (LONGEST + 1, 1)):
        chunks.pieces("ب" * size)
        known = len(chunks)
        assert read(pieces, chunks, "ب" * size) == expected("ب" * size)
        assert len(chunks) == known + more


def test_what_long_stretches_have_fills_a_coding_too(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "CHUNKS", 50)
    some = Coding(lambda piece: EMPTY, analyzer._spacing)
    some.coded(["ب،" * LONGEST])
    assert not some.full
    some.coded(["ب،" * LONGEST])
    assert some.full


def test_stretches_of_the_same_letters_in_another_order_are_told_apart() -> None:
    pieces, chunks = made()
    several = [f"{'ب' * at}اپ{'ب' * (LONGEST - 2 - at)}" for at in range(LONGEST - 1)]
    text = " ".join([*several, *(each.replace("اپ", "پا") for each in several)])
    for _ in range(2):
        assert read(pieces, chunks, text) == expected(text)


def test_more_than_there_is_room_for_is_read_all_the_same() -> None:
    pieces, chunks = made(4)
    text = " ".join(f"کلمه{number}" for number in range(500))
    for _ in range(2):
        assert read(pieces, chunks, text) == expected(text)
