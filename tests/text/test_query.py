from __future__ import annotations

import time

import pytest

from search_service.text.analyzer import Analyzer


def test_function_words_are_optional_and_content_words_are_not(analyzer: Analyzer) -> None:
    assert {word.text: word.optional for word in analyzer.words("خرید از بازار مردم هزار")} == {
        "خرید": False,
        "از": True,
        "بازار": False,
        "مردم": False,
        "هزار": False,
    }


@pytest.mark.parametrize(
    ("text", "optional"),
    [("خواهند ساخت", ["خواهند"]), ("ساخته بودند", ["بودند"]), ("خواهند گفتگو", []), ("خانه بود", [])],
)
def test_an_auxiliary_is_optional_beside_its_verb(analyzer: Analyzer, text: str, optional: list[str]) -> None:
    assert [word.text for word in analyzer.words(text) if word.optional] == optional


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("دو هزار و پانصد تومان", ["دو هزار و پانصد", "تومان"]),
        ("پنجم مهر ۱۴۰۱", ["پنجم مهر ۱۴۰۱"]),
        ("وزارت امور خارجه", ["وزارت", "امور خارجه"]),
        ("کتاب های خوب", ["کتاب های", "خوب"]),
    ],
)
def test_a_number_or_date_in_words_is_one_word(analyzer: Analyzer, text: str, words: list[str]) -> None:
    assert [word.text for word in analyzer.words(text)] == words


@pytest.mark.parametrize(("joined", "parts"), [("ازتهران", ("از", "تهران")), ("معاونوزیر", ("معاون", "وزیر"))])
def test_an_unknown_joined_word_is_also_tried_apart(analyzer: Analyzer, joined: str, parts: tuple[str, ...]) -> None:
    word = analyzer.words(joined)[0]
    assert not word.known
    assert parts in word.splits


@pytest.mark.parametrize("form", ["درآمد", "بازار", "پرواز", "سرباز", "تهران"])
def test_a_headword_is_known_and_not_split(analyzer: Analyzer, form: str) -> None:
    word = analyzer.words(form)[0]
    assert word.known
    assert word.splits == ()


def test_a_query_is_read_in_little_time(analyzer: Analyzer) -> None:
    query = "قیمت دلار در بازار تهران"
    analyzer.words(query)
    before = time.process_time()
    for _ in range(200):
        analyzer.words(query)
    assert (time.process_time() - before) / 200 < 0.002
