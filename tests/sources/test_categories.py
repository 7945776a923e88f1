from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.settings import KNOWN_CATEGORIES
from search_service.sources.categories import KnownCategories, clean

KNOWN = KnownCategories(KNOWN_CATEGORIES)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ایرانجهان", ["ایران", "جهان"]),
        ("محیط زیستجهان", ["محیط زیست", "جهان"]),
        ("ایران سیاست خارجیبین‌الملل", ["ایران", "سیاست خارجی", "بین‌الملل"]),
        ("بين المللورزشي", ["بین‌الملل", "ورزشی"]),
        ("ایران، جهان | ورزش", ["ایران", "جهان", "ورزش"]),
        ("فرهنگ و هنر", ["فرهنگ و هنر"]),
        ("بين الملل", ["بين الملل"]),
        ("ایرانشناسی", ["ایرانشناسی"]),
        ("نجوم", ["نجوم"]),
        ("ایران، [], ایران", ["ایران"]),
        (" ", []),
        ("ایران" * 1_000, ["ایران" * 1_000]),
    ],
)
def test_names_are_told_apart_where_they_are_known(text: str, names: list[str]) -> None:
    assert KNOWN.split(text) == names


@given(st.lists(st.sampled_from(KNOWN_CATEGORIES), min_size=1, max_size=4))
def test_what_was_run_together_is_read_again_in_no_more_parts(names: list[str]) -> None:
    found = KNOWN.split("".join(names))
    assert len(found) <= len(names)
    assert "".join(found).replace(" ", "") == "".join(dict.fromkeys(names)).replace(" ", "") or len(found) < len(names)


def test_of_several_readings_the_one_with_the_longest_names_is_taken() -> None:
    known = KnownCategories(["سیاست", "خارجی", "سیاست خارجی", "ایران"])
    assert known.split("ایرانسیاست خارجی") == ["ایران", "سیاست خارجی"]


def test_names_that_say_nothing_are_dropped() -> None:
    assert clean(["[]", "", None, " - ", "NULL", "ایران", 5]) == ["ایران", 5]
