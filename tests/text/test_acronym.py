from __future__ import annotations

import pytest

from search_service.text.acronym import are_letters, letter_names, spelt_out, whole_of
from search_service.text.fold import ZWNJ
from search_service.text.lexicon import Lexicon


@pytest.mark.parametrize(
    ("latin", "names"),
    [
        ("cnn", "سی‌ان‌ان"), ("imf", "آی‌ام‌اف"), ("f", "اف‌"),
        ("am", ""), ("ct", ""), ("ss", ""), ("covid19", ""), ("international", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_latin_letter_or_short_acronym_is_spelt_in_letter_names(latin: str, names: str) -> None:
    assert letter_names(latin) == names


@pytest.mark.parametrize("latin", ["abc", "cdn", "imf", "x"])
def test_the_whole_of_an_acronym_is_never_a_word(latin: str, lexicon: Lexicon) -> None:
    whole = letter_names(latin)
    assert ZWNJ in whole
    assert not lexicon.flags(whole)


@pytest.mark.parametrize(
    ("form", "letters"),
    [("سیانان", ("سی", "ان", "ان")), ("یوسی", ()), ("کتاب", ()), ("اچآیوی", ("اچ", "آی", "وی"))],
)
def test_three_letter_names_or_more_are_an_acronym(form: str, letters: tuple[str, ...]) -> None:
    assert spelt_out(form) == letters
    assert are_letters(letters) == bool(letters)


def test_a_single_letter_is_no_word_either() -> None:
    assert whole_of(["سی"]) == "سی‌"


@pytest.mark.parametrize(("latin", "rendering"), [("fao", "فائو"), ("seo", "سئو"), ("unctad", "آنکتاد")])
def test_a_rendering_is_kept_as_the_terms_are_written(latin: str, rendering: str, lexicon: Lexicon) -> None:
    assert lexicon.tables.acronyms[latin] == lexicon.term(rendering)
