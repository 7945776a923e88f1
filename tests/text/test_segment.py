from __future__ import annotations

import time

import pytest

from search_service.text.segment import PATTERN, kind


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("مُحَمَّد رفت", ["مُحَمَّد", "رفت"]),
        ("کتاب‌ها", ["کتاب‌ها"]),
        ("سال۱۴۰۱", ["سال", "۱۴۰۱"]),
        ("۱۲٬۵۰۰ نفر", ["۱۲٬۵۰۰", "نفر"]),
        ("۳٫۵٪", ["۳٫۵", "٪"]),
        ("۱۴۰۱/۰۲/۰۳", ["۱۴۰۱/۰۲/۰۳"]),
        ("سیاست#", ["سیاست", "#"]),
        ("جام_جهانی", ["جام", "_", "جهانی"]),
        ("شیراز–یزد", ["شیراز", "–", "یزد"]),
        ("U.N. و NASA", ["U.N", ".", "و", "NASA"]),
        ("café", ["café"]),
        ("برد🎉باخت", ["برد", "🎉", "باخت"]),
        ("خط\nبعد", ["خط", "\n", "بعد"]),
        ("\ufeffایران\u200f", ["ایران"]),
        ("اف ۱۶، رفت", ["اف", "۱۶", "،", "رفت"]),
        ("کتاب\u200c و", ["کتاب", "و"]),
        ("U.S.Army", ["U", ".", "S", ".", "Army"]),
    ],
)
def test_a_text_falls_into_pieces(text: str, pieces: list[str]) -> None:
    assert PATTERN.findall(text) == pieces


@pytest.mark.parametrize(
    ("piece", "expected"),
    [("کتاب", "word"), ("۱۲", "number"), ("٪", "percent"), ("،", "break"), ("\n", "break"), ("Iran", "other")],
)
def test_a_piece_has_a_kind(piece: str, expected: str) -> None:
    assert kind(piece) == expected


@pytest.mark.parametrize("text", ["\u064b" * 10**6, "ا" + "\u064b" * 10**6, "\u200c" * 10**6, "ا\u200c" * 500_000])
def test_a_megabyte_of_marks_is_read_in_linear_time(text: str) -> None:
    before = time.process_time()
    PATTERN.findall(text)
    assert time.process_time() - before < 5
