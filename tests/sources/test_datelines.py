from __future__ import annotations

from datetime import date

import pytest

from search_service.sources.datelines import joined, names, take_dates, take_name, unlabelled


def test_lines_of_nothing_but_a_date_are_taken_out() -> None:
    lines = ["تیتر", "", "۲۸ شهریور ۱۴۰۲", "متن", "کد خبر ۵۵ در 1402/06/29"]
    assert take_dates(lines, date(2026, 11, 22)) == ["۲۸ شهریور ۱۴۰۲", "2023-09-20"]
    assert lines == ["تیتر", "", "متن", "کد خبر ۵۵ در 1402/06/29"]


@pytest.mark.parametrize(
    "text", ["تاریخ انتشار: 2023-09-19", "Published on 2023-09-19", "زمان انتشار : 2023-09-19", "2023-09-19"]
)
def test_a_label_before_a_date(text: str) -> None:
    assert unlabelled(text) == "2023-09-19"


def test_a_line_of_a_weekday_a_day_and_a_month_is_a_date_and_a_headline_with_them_is_none() -> None:
    lines = ["کنسرت سه‌شنبه ۲۸ شهریور", "سه‌شنبه ۲۸ شهریور"]
    assert take_dates(lines, date(2026, 11, 22)) == ["2023-09-19"]
    assert lines == ["کنسرت سه‌شنبه ۲۸ شهریور"]


def test_a_name_stands_alone_below_a_sentence() -> None:
    for text in (["مصی"], ["متن.", "مصی"], ["عنوان", "", "مصی"]):
        assert take_name(text) is None
    lines = ["متن.", "", "نویسنده: نرگس کاویانی", ""]
    assert take_name(lines) == "نرگس کاویانی"
    assert joined(lines) == "متن."


def test_names_lose_what_introduces_them() -> None:
    assert names(["توسط نرگس", "By Sara", "نرگس", "https://a.example/x", " "]) == ["نرگس", "Sara"]
