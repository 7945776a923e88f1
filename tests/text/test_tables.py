"""The tables as data: well-formed, sorted, and without rows that contradict each other."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from search_service.text import hazm_lists, tables
from search_service.text.fold import ZWNJ, fold
from search_service.text.lexicon import spelling_key

VARIANTS = ("aliases", "names", "informal")
PLURALS = ("broken_plurals", "an_plurals", "at_plurals")
MAPPINGS = (*VARIANTS, *PLURALS)

COLUMNS = {
    **dict.fromkeys(MAPPINGS, (2, 2)),
    "acronyms": (2, None),
    "be_compounds": (1, 2),
    "compounds": (1, None),
    "distinct": (2, 2),
    "ezafe": (2, 2),
    "function_words": (1, 1),
    "lexicalised": (1, 1),
    "past_stems": (3, 3),
    "solid": (2, 2),
    "verbs": (2, 2),
}
"""Fewest and most columns of a row; None: any number."""

REVIEWED = frozenset((Path(__file__).parent / "reviewed_variants.txt").read_text("utf-8").split())
"""Variants that hazm lists as words, read one by one: the same word in another spelling, or one that nobody prints."""


def key(form: str) -> str:
    """What the lexicon looks a form up by: joined, and without what only spellings differ in."""
    return spelling_key(fold(form).replace(ZWNJ, "").replace(" ", ""))


def test_every_table_has_a_shape() -> None:
    assert sorted(COLUMNS) == sorted(tables.NAMES)


@pytest.mark.parametrize("name", tables.NAMES)
def test_rows_have_their_columns_and_no_empty_cell(name: str) -> None:
    fewest, most = COLUMNS[name]
    lines = [line for line in tables.text_of(name).splitlines() if line and not line.startswith("#")]
    wrong = [line for line in lines if not fewest <= line.count("\t") + 1 <= (most or 99) or not all(line.split("\t"))]
    assert wrong == []


@pytest.mark.parametrize("name", tables.NAMES)
def test_rows_are_sorted_and_each_key_stands_once(name: str) -> None:
    keys = [row[0] for row in tables.rows(name)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", tables.NAMES)
def test_letters_are_persian_and_half_spaces_stand_inside_words(name: str) -> None:
    for row in tables.rows(name):
        for cell in row:
            assert cell == unicodedata.normalize("NFC", cell), cell
            assert not set(cell) & set("يىكـ\u200b\u200d\u200e\u200f\u00a0"), cell
            assert ZWNJ * 2 not in cell, cell
            assert all(part.strip(ZWNJ) == part for part in cell.split(" ")), cell


@pytest.mark.parametrize("name", MAPPINGS)
def test_no_word_stands_for_itself(name: str) -> None:
    assert [row for row in tables.rows(name) if key(row[0]) == key(row[1])] == []


def test_a_variant_has_one_right_spelling_in_all_tables() -> None:
    right: dict[str, str] = {}
    clashes = [
        row
        for name in VARIANTS
        for row in tables.rows(name)
        if right.setdefault(key(row[0]), key(row[1])) != key(row[1])
    ]
    assert clashes == []


def test_a_right_spelling_is_never_a_variant() -> None:
    variants = {key(row[0]) for name in VARIANTS for row in tables.rows(name)}
    assert [row for name in VARIANTS for row in tables.rows(name) if key(row[1]) in variants] == []


def test_plurals_and_singulars_are_spelt_as_the_aliases_have_it() -> None:
    variants = {key(row[0]) for name in VARIANTS for row in tables.rows(name)}
    assert [row for name in PLURALS for row in tables.rows(name) if {key(row[0]), key(row[1])} & variants] == []


def test_a_plural_has_one_singular() -> None:
    singular: dict[str, str] = {}
    clashes = [
        row
        for name in PLURALS
        for row in tables.rows(name)
        if singular.setdefault(key(row[0]), key(row[1])) != key(row[1])
    ]
    assert clashes == []


def test_a_lexicalised_word_is_neither_a_plural_nor_a_variant() -> None:
    merged = {key(row[0]) for name in MAPPINGS for row in tables.rows(name)}
    assert [row[0] for row in tables.rows("lexicalised") if key(row[0]) in merged] == []


def test_a_variant_that_is_a_listed_word_was_reviewed() -> None:
    listed = {key(entry.word) for entry in hazm_lists.words() if entry.parts_of_speech}
    unreviewed = [
        row[0]
        for name in ("aliases", "names")
        for row in tables.rows(name)
        if key(row[0]) in listed and row[0] not in REVIEWED
    ]
    assert unreviewed == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("قضا", "غذا"), ("حیات", "حیاط"), ("خواستن", "خاستن"), ("تصفیه", "تسویه"), ("ثواب", "صواب"),
        ("تهدید", "تحدید"), ("غالب", "قالب"), ("قریب", "غریب"), ("شصت", "شست"), ("سد", "صد"),
        ("سفر", "صفر"), ("عمل", "امل"), ("اساس", "اثاث"), ("نظر", "نذر"), ("پرتقال", "پرتغال"),
        ("انتخابات", "انتخاب"), ("عملیات", "عمل"), ("تهران", "تهر"), ("شهرداری", "شهردار"), ("طلا", "تلاش"),
    ],
)  # fmt: skip
def test_two_words_that_only_sound_or_look_alike_never_meet(one: str, other: str) -> None:
    met = {(key(row[0]), key(row[1])) for name in MAPPINGS for row in tables.rows(name)}
    assert not {(key(one), key(other)), (key(other), key(one))} & met


def test_the_parts_of_a_compound_are_parted() -> None:
    assert [row[0] for row in tables.rows("compounds") if ZWNJ not in row[0]] == []
    assert [row for row in tables.rows("solid") if ZWNJ in row[0] or ZWNJ not in row[1]] == []


def test_added_verbs_are_missing_in_hazm() -> None:
    known = {past for past, _ in hazm_lists.verbs()}
    assert [row for row in tables.rows("verbs") if row[0] in known] == []
