"""Numbers, ages and quotes as a reader of Persian writes them."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import search_service.web
from search_service.article import TEHRAN
from search_service.web.texts import ENGLISH, LANGUAGES, PERSIAN, texts_of

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=TEHRAN)


def test_numbers_have_persian_digits_and_separators():
    assert PERSIAN.number(1234567) == "۱٬۲۳۴٬۵۶۷"
    assert PERSIAN.seconds(12.4) == "۰٫۰۱۲"
    assert PERSIAN.seconds(0.01) == "۰٫۰۰۱"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=30), "همین حالا"),
        (timedelta(minutes=5), "۵ دقیقه پیش"),
        (timedelta(hours=23), "۲۳ ساعت پیش"),
        (timedelta(days=6), "۶ روز پیش"),
        (timedelta(days=13), "۱ هفته پیش"),
        (timedelta(days=62), "۲ ماه پیش"),
        (timedelta(days=800), "۲ سال پیش"),
        (timedelta(days=-1), "در آینده"),
    ],
)
def test_an_age_is_told_in_its_largest_whole_unit(ago, text):
    assert PERSIAN.age(NOW - ago, NOW) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [(timedelta(minutes=1), "a minute ago"), (timedelta(days=6), "6 days ago"), (timedelta(days=400), "a year ago")],
)
def test_english_counts_one_apart(ago, text):
    assert ENGLISH.age(NOW - ago, NOW) == text
    assert (ENGLISH.articles(1), ENGLISH.articles(1234)) == ("1 article", "1,234 articles")


def test_every_language_says_the_same_things():
    for texts in LANGUAGES.values():
        assert {topic.example for topic in texts.help_topics} == {topic.example for topic in PERSIAN.help_topics}
        for name in ("sorts", "quick", "relaxed", "ago", "ago_one", "suggestion_kinds", "embed_attributes"):
            assert getattr(texts, name).keys() == getattr(PERSIAN, name).keys(), name
        for name in PERSIAN.__slots__:
            theirs, ours = (re.findall(r"{\w+}", str(getattr(each, name))) for each in (texts, PERSIAN))
            assert set(theirs) ^ set(ours) <= {"{n}"}, name


def test_only_the_address_chooses_a_language():
    assert texts_of(None) is texts_of("") is texts_of("de") is PERSIAN
    assert texts_of("en") is ENGLISH


def test_a_whole_day_has_no_hours():
    assert PERSIAN.age(NOW.replace(hour=0), NOW, whole_day=True) == "امروز"


def test_words_of_a_reader_are_quoted_and_never_markup():
    assert PERSIAN.fill("به‌جای {a}", a="<b>{a}") == "به‌جای «<bdi>&lt;b&gt;{a}</bdi>»"


def test_no_word_of_the_interface_stands_outside_of_the_table():
    templates = Path(search_service.web.__file__).parent / "templates"
    assert len(list(templates.iterdir())) > 5
    scripts = templates.parent / "static" / "scripts"
    for template in (*templates.iterdir(), *scripts.iterdir()):
        assert not re.findall(r"[\u0621-\u064a\u066e-\u06d3]+", template.read_text(encoding="utf-8")), template.name
