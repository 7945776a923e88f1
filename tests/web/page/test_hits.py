"""Addresses, pictures and ages of hits."""

from datetime import datetime

import pytest

from search_service.article import TEHRAN
from search_service.web.page.hits import article_url, image, web_address, when
from search_service.web.page.state import State
from search_service.web.texts import ENGLISH, PERSIAN

NO_ADDRESSES = [None, "", "javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//x", "/a", "http://[", "ftp://x"]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_only_addresses_of_the_web_are_links(url):
    assert web_address(url) is None


def test_addresses_of_the_web_stay_as_they_are():
    assert web_address("https://a.example/x?y=۱#z") == "https://a.example/x?y=۱#z"


def test_an_id_is_one_segment_of_the_address():
    assert article_url("https://a.example/x?y=1", State()) == "/article/https%3A%2F%2Fa.example%2Fx%3Fy%3D1"
    assert article_url("a b", State(lang="en")) == "/article/a%20b?lang=en"


def test_a_bare_date_counts_in_days():
    now = datetime(2025, 6, 1, 12, 0, tzinfo=TEHRAN)
    assert when("2025-06-01", PERSIAN, now).age == "امروز"
    assert when("2025-05-31", PERSIAN, now).age == "۱ روز پیش"
    assert when("2025-06-01T09:00:00+03:30", PERSIAN, now).age == "۳ ساعت پیش"


def test_a_date_is_told_by_the_calendar_of_the_language_and_by_the_other_one():
    now = datetime(2025, 6, 1, 12, 0, tzinfo=TEHRAN)
    persian, english = (when("2023-09-19T23:30:00+03:30", texts, now) for texts in (PERSIAN, ENGLISH))
    assert (persian.text, persian.other, persian.age) == ("۲۸ شهریور ۱۴۰۲", "۱۹ سپتامبر ۲۰۲۳", "۱ سال پیش")
    assert (english.text, english.other, english.age) == ("19 September 2023", "28 Shahrivar 1402", "a year ago")
    assert when(None, PERSIAN, now) is None


@pytest.mark.parametrize(
    ("url", "article", "shown"),
    [
        ("/media/a.jpg", None, "/media/a.jpg"),
        ("https://cdn.example/a.jpg", None, "https://cdn.example/a.jpg"),
        ("/a.jpg", "https://cdn.example/news/1", "https://cdn.example/a.jpg"),
        ("/a.jpg", "https://paper.example/news/1", None),
        ("https://spy.example/a.jpg", None, None),
        ("//spy.example/a.jpg", None, None),
        ("javascript:alert(1)", None, None),
        ("a.jpg", None, None),
        ("http://[", None, None),
        (None, None, None),
    ],
)
def test_pictures_come_from_this_host_or_an_origin_of_the_settings(url, article, shown):
    assert image(url, article, ["https://cdn.example"]) == shown
