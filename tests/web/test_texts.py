"""Numbers, ages and quotes as a reader of Persian writes them."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import search_service.web
from search_service.article import TEHRAN
from search_service.web.texts import PERSIAN

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


def test_a_whole_day_has_no_hours():
    assert PERSIAN.age(NOW.replace(hour=0), NOW, whole_day=True) == "امروز"


def test_words_of_a_reader_are_quoted_and_never_markup():
    assert PERSIAN.fill("به‌جای {a}", a="<b>{a}") == "به‌جای «<bdi>&lt;b&gt;{a}</bdi>»"


def test_no_word_of_the_interface_stands_outside_of_the_table():
    templates = Path(search_service.web.__file__).parent / "templates"
    assert len(list(templates.iterdir())) > 5
    for template in templates.iterdir():
        assert not re.findall(r"[\u0600-\u06ff]+", template.read_text(encoding="utf-8")), template.name
