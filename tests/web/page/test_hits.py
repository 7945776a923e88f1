"""Addresses and ages of hits."""

from datetime import datetime

import pytest

from search_service.article import TEHRAN
from search_service.web.page.hits import age, article_url, web_address
from search_service.web.texts import PERSIAN

NO_ADDRESSES = [None, "", "javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//x", "/a", "http://[", "ftp://x"]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_only_addresses_of_the_web_are_links(url):
    assert web_address(url) is None


def test_addresses_of_the_web_stay_as_they_are():
    assert web_address("https://a.example/x?y=۱#z") == "https://a.example/x?y=۱#z"


def test_an_id_is_one_segment_of_the_address():
    assert article_url("https://a.example/x?y=1") == "/article/https%3A%2F%2Fa.example%2Fx%3Fy%3D1"


def test_a_bare_date_counts_in_days():
    now = datetime(2025, 6, 1, 12, 0, tzinfo=TEHRAN)
    assert age("2025-06-01", PERSIAN, now) == "امروز"
    assert age("2025-05-31", PERSIAN, now) == "۱ روز پیش"
    assert age("2025-06-01T09:00:00+03:30", PERSIAN, now) == "۳ ساعت پیش"
