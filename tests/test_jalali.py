from __future__ import annotations

from datetime import date, timedelta

import jdatetime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service import jalali

days = st.dates(date(1700, 1, 1), date(2200, 1, 1))


@given(days)
def test_a_day_number_is_what_jdatetime_says_and_comes_back(day: date) -> None:
    theirs = jdatetime.date.fromgregorian(date=day)
    number = jalali.day_number(day)
    assert number == theirs.year * 10_000 + theirs.month * 100 + theirs.day
    assert jalali.from_day_number(number) == day
    assert jalali.weekday(day) == theirs.weekday()


@given(days)
def test_day_numbers_sort_as_time_does(day: date) -> None:
    assert jalali.day_number(day) < jalali.day_number(day + timedelta(days=1))


@given(st.integers(1200, 1600), st.integers(1, 12))
def test_a_month_ends_with_its_last_day(year: int, month: int) -> None:
    last = jalali.month_length(year, month)
    following = jalali.to_date(year, month, last) + timedelta(days=1)
    assert jalali.day_number(following) % 100 == 1
    with pytest.raises(ValueError, match="there is no day"):
        jalali.to_date(year, month, last + 1)


def test_a_day_and_a_month_in_words() -> None:
    assert jalali.day_number(date(2023, 9, 19)) == 14020628
    assert jalali.text(date(2023, 9, 19)) == "۲۸ شهریور ۱۴۰۲"
    assert jalali.month_text(140206) == "شهریور ۱۴۰۲"
    assert jalali.WEEKDAYS[jalali.weekday(date(2023, 9, 19))] == "سه‌شنبه"
    assert len(jalali.MONTHS) == 12


def test_a_day_and_a_month_for_programs() -> None:
    assert (jalali.iso_day(14020628), jalali.iso_month(140206)) == ("1402-06-28", "1402-06")


def test_digits_of_all_three_kinds() -> None:
    assert jalali.persian_digits(1402) == "۱۴۰۲"
    assert jalali.persian_digits("ص 12") == "ص ۱۲"
    assert jalali.ascii_digits("۱۴۰۲ ١٤٠٢ 1402 الف") == "1402 1402 1402 الف"


@pytest.mark.parametrize(
    ("year", "month", "day"), [(1402, 12, 30), (1402, 7, 31), (1402, 13, 1), (1402, 0, 1), (0, 1, 1)]
)
def test_a_day_that_does_not_exist_is_refused(year: int, month: int, day: int) -> None:
    with pytest.raises(ValueError, match="there is no day"):
        jalali.to_date(year, month, day)


def test_the_last_day_of_a_leap_year_exists() -> None:
    assert jalali.to_date(1403, 12, 30) == date(2025, 3, 20)


def test_before_the_first_year_there_are_no_day_numbers() -> None:
    with pytest.raises(ValueError, match="outside"):
        jalali.day_number(date(600, 1, 1))


class TestLatestWeekday:
    TUESDAY = 3

    def test_the_year_is_the_latest_in_which_the_day_was_that_weekday(self) -> None:
        assert jalali.latest_weekday(6, 28, self.TUESDAY, date(2026, 11, 22)) == date(2023, 9, 19)

    def test_the_day_of_reading_counts_and_the_day_after_does_not(self) -> None:
        assert jalali.latest_weekday(6, 28, self.TUESDAY, date(2023, 9, 19)) == date(2023, 9, 19)
        assert jalali.latest_weekday(6, 28, self.TUESDAY, date(2023, 9, 18)) < date(2023, 9, 18)

    @given(days)
    def test_it_finds_the_day_on_which_the_text_was_written(self, day: date) -> None:
        month, of_month = jalali.day_number(day) // 100 % 100, jalali.day_number(day) % 100
        assert jalali.latest_weekday(month, of_month, jalali.weekday(day), day) == day

    @pytest.mark.parametrize(("month", "day"), [(12, 31), (7, 31), (13, 1), (0, 1), (1, 0)])
    def test_a_day_of_no_year_is_refused(self, month: int, day: int) -> None:
        with pytest.raises(ValueError, match="sixty years"):
            jalali.latest_weekday(month, day, 0, date(2026, 1, 1))
