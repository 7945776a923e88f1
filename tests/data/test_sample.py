"""The sample archive holds what the rest of the tests and the documentation rely on."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest

from search_service.article import TEHRAN
from search_service.dates import read_time
from search_service.jalali import day_number

ZWNJ = "\u200c"
SPELLINGS = {
    "a half-space": ZWNJ,
    "می apart": r"(?<!\w)می \w",
    "می joined": r"(?<!\w)می(?:شود|گوید|گویند|کند|کنند)(?!\w)",
    "ها apart": r"\w ها(?!\w)",
    "Arabic yeh": "ي",
    "Arabic kaf": "ك",
    "Arabic-Indic digits": "[\u0660-\u0669]",
    "Persian digits": "[\u06f0-\u06f9]",
    "Latin digits": "[0-9]",
    "heh with hamza, one letter": "ۀ",
    "heh with hamza, two letters": "هٔ",
    "tatweel": "ـ",
    "a vowel sign": "[\u064b-\u0650]",
}
WORDS = (
    ("بین‌المللی",),
    ("گفت‌و‌گو", "گفتگو"),
    ("کتاب‌ها",),
    ("تورم",),
    ("زلزله",),
    ("انتخابات",),
    ("جام جهانی",),
    ("هوش مصنوعی",),
    ("دریاچه ارومیه",),
)
"""Each stands in the articles of several outlets, years and categories; a gap may be written in any way."""

_MARKS = "[\u0640\u064b-\u0654]*"
_GAP = f"[ {ZWNJ}]?"
_LETTERS = {"ک": "[کك]", "ی": "[یي]", "ه": "[هۀ]"}
_FOLDS = str.maketrans("يكۀ", "یکه", "\u0640\u0654\u064b\u064c\u064d\u064e\u064f\u0650\u0651 " + ZWNJ)


def _read() -> list[dict[str, Any]]:
    text = files("search_service").joinpath("data/sample.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


ARTICLES = _read()


def _shown(article: dict[str, Any]) -> str:
    return "\n".join(article.get(name, "") for name in ("kicker", "title", "lead", "body"))


def _key(text: str) -> str:
    return text.translate(_FOLDS)


def _forms(word: str, text: str) -> set[str]:
    """How the word is written in the text, letter by letter."""
    letters = [_GAP if letter in " " + ZWNJ else _LETTERS.get(letter, letter) + _MARKS for letter in word]
    return set(re.findall(r"(?<!\w)" + "".join(letters), text))


def _day(article: dict[str, Any]) -> int | None:
    """The Jalali day of publication, as a number such as 14020628."""
    if "published" not in article:
        return None
    moment = read_time(article["published"])
    if isinstance(moment, datetime):
        moment = moment.astimezone(TEHRAN).date() if moment.tzinfo else moment.date()
    return day_number(moment)


def _years(articles: list[dict[str, Any]]) -> set[int]:
    return {day // 10000 for day in map(_day, articles) if day}


def test_there_are_120_articles_with_an_id_each_of_its_own() -> None:
    assert [article["id"] for article in ARTICLES] == [f"sample-{number:03}" for number in range(1, 121)]


def test_no_article_has_an_address_so_that_its_title_opens_here() -> None:
    assert not any("url" in article for article in ARTICLES)


def test_every_article_has_a_title_and_three_to_five_paragraphs() -> None:
    for article in ARTICLES:
        assert article["title"].strip(), article["id"]
        assert article["lead"].strip(), article["id"]
        paragraphs = article["body"].split("\n\n")
        assert 3 <= len(paragraphs) <= 5, article["id"]
        assert all(part.strip() for part in paragraphs), article["id"]
        assert 90 <= len(article["body"].split()) <= 200, article["id"]


def test_no_two_articles_share_a_title_or_a_paragraph() -> None:
    parts = Counter(_key(part) for a in ARTICLES for part in [a["title"], a["lead"], *a["body"].split("\n\n")])
    assert [part for part, times in parts.items() if times > 1] == []


def test_the_labels_are_as_many_as_a_facet_needs() -> None:
    assert len({_key(name) for article in ARTICLES for name in article["categories"]}) >= 10
    assert sum(len(article["categories"]) == 2 for article in ARTICLES) >= 25
    assert all(1 <= len(article["categories"]) <= 2 and 2 <= len(article["tags"]) <= 4 for article in ARTICLES)
    assert len({article["source"] for article in ARTICLES}) == 4
    spellings = {name for article in ARTICLES for name in article["categories"] if _key(name) == _key("محیط زیست")}
    assert len(spellings) >= 3


def test_four_jalali_years_and_all_months_occur() -> None:
    assert _years(ARTICLES) == {1400, 1401, 1402, 1403}
    assert len({day // 100 % 100 for day in map(_day, ARTICLES) if day}) == 12


def test_dates_come_in_several_forms() -> None:
    dates = [article.get("published", "") for article in ARTICLES]
    forms = {
        "iso with a zone": r"\d{4}-\d\d-\d\dT[\d:]+\+0[34]:30",
        "summer time": r".*\+04:30",
        "UTC": r"\d{4}-\d\d-\d\dT[\d:]+Z",
        "iso without a zone": r"\d{4}-\d\d-\d\dT[\d:]+",
        "a bare date": r"\d{4}-\d\d-\d\d",
        "Jalali numbers": r"14\d\d/\d\d/\d\d \d\d:\d\d",
        "Persian digits": r"۱۴[۰-۹]{2}/.*",
        "Jalali in words": r".*شنبه.*",
        "none": r"",
    }
    missing = [name for name, form in forms.items() if not any(re.fullmatch(form, date) for date in dates)]
    assert missing == []


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_spellings_of_real_outlets_occur(name: str) -> None:
    assert any(re.search(SPELLINGS[name], _shown(article)) for article in ARTICLES)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: str(word[0]))
def test_a_word_stands_in_articles_of_several_outlets_years_and_categories(word: tuple[str, ...]) -> None:
    found = [article for article in ARTICLES if any(_forms(form, _shown(article)) for form in word)]
    assert len({article["source"] for article in found}) >= 3
    assert len(_years(found)) >= 3
    assert len({_key(article["categories"][0]) for article in found}) >= 2


@pytest.mark.parametrize("word", [word for word in WORDS if set(word[0]) & set("یکه" + ZWNJ)], ids=lambda word: word[0])
def test_a_word_is_spelt_in_several_ways(word: tuple[str, ...]) -> None:
    assert len({found for article in ARTICLES for form in word for found in _forms(form, _shown(article))}) >= 2
