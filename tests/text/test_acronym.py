from __future__ import annotations

import pytest

from search_service.text.acronym import letter_names, spelt_out


@pytest.mark.parametrize(
    ("latin", "names"), [("cnn", "سیانان"), ("imf", "آیاماف"), ("a", ""), ("covid19", ""), ("international", "")]
)
def test_a_short_latin_word_may_be_spelt_in_letter_names(latin: str, names: str) -> None:
    assert letter_names(latin) == names


@pytest.mark.parametrize(
    ("form", "letters"),
    [("سیانان", ("سی", "ان", "ان")), ("یوسی", ()), ("کتاب", ()), ("اچآیوی", ("اچ", "آی", "وی"))],
)
def test_three_letter_names_or_more_are_an_acronym(form: str, letters: tuple[str, ...]) -> None:
    assert spelt_out(form) == letters
