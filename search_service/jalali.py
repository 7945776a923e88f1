"""The Jalali calendar: day numbers, names and digits; jdatetime does the counting.

A *day number* is the integer ``yyyymmdd`` of a Jalali day (14020628), a *month number*
``yyyymm`` (140206): both sort as time does.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import jdatetime

MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
WEEKDAYS = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")
"""Saturday first."""

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ASCII = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")

REMEMBERED = 4096
"""Days and months that need not be computed again: those of an answer are mostly those of the one before."""
_YEARS_BACK = 60
"""How far ``latest_weekday`` looks: a leap day comes to each weekday within 40 years."""


def persian_digits(text: str | int) -> str:
    """«۱۴۰۲» of 1402 or ``"1402"``; what is no ASCII digit stays."""
    return str(text).translate(_PERSIAN)


def ascii_digits(text: str) -> str:
    """``"1402"`` of «۱۴۰۲» and «١٤٠٢»; what is no digit stays."""
    return text.translate(_ASCII)


def to_date(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Jalali day; raises ``ValueError`` when there is no such day."""
    try:
        gregorian: date = jdatetime.date(year, month, day).togregorian()
    except (ValueError, OverflowError):
        raise ValueError(f"there is no day {year}-{month:02}-{day:02} in the Jalali calendar") from None
    return gregorian


@lru_cache(maxsize=2**15)
@lru_cache(REMEMBERED)
def day_number(day: date) -> int:
    """The Jalali day number, such as 14020628; raises ``ValueError`` before the year 1."""
    try:
        jalali = jdatetime.date.fromgregorian(year=day.year, month=day.month, day=day.day)
    except (ValueError, OverflowError):
        raise ValueError(f"{day} lies outside of the Jalali calendar") from None
    return int(jalali.year * 10_000 + jalali.month * 100 + jalali.day)


def from_day_number(number: int) -> date:
    """The Gregorian date of a Jalali day number; raises ``ValueError`` when there is no such day."""
    return to_date(number // 10_000, number // 100 % 100, number % 100)


def month_length(year: int, month: int) -> int:
    """How many days a Jalali month has; raises ``ValueError`` when there is no such month."""
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month} in the Jalali calendar")
    if month <= 6:
        return 31
    return 30 if month < 12 or jdatetime.date(year, 1, 1).isleap() else 29


def text(day: date) -> str:
    """«۲۸ شهریور ۱۴۰۲»."""
    number = day_number(day)
    return f"{persian_digits(number % 100)} {month_text(number // 100)}"


@lru_cache(REMEMBERED)
def month_text(number: int) -> str:
    """«شهریور ۱۴۰۲» of the month number 140206."""
    year, month = divmod(number, 100)
    return f"{MONTHS[month - 1]} {persian_digits(year)}"


@lru_cache(REMEMBERED)
def iso_month(number: int) -> str:
    """``1402-06`` of the month number 140206."""
    return f"{number // 100}-{number % 100:02}"


def iso_day(number: int) -> str:
    """``1402-06-28`` of the day number 14020628."""
    return f"{iso_month(number // 100)}-{number % 100:02}"


def weekday(day: date) -> int:
    """0 (Saturday) to 6 (Friday), an index into ``WEEKDAYS``."""
    return (day.weekday() + 2) % 7


def latest_weekday(month: int, day: int, weekday_: int, today: date) -> date:
    """The latest day not after ``today`` that is this day of this Jalali month and this weekday.

    For text that names a weekday, a day and a month, but no year.  ``weekday_`` counts
    from Saturday.  Raises ``ValueError`` when no such day lies within sixty years.
    """
    this_year = day_number(today) // 10_000
    for year in range(this_year, this_year - _YEARS_BACK, -1):
        if 1 <= month <= 12 and 1 <= day <= month_length(year, month):
            candidate = to_date(year, month, day)
            if candidate <= today and weekday(candidate) == weekday_:
                return candidate
    raise ValueError(f"no {day:02} of month {month:02} was a weekday {weekday_} (Saturday is 0) in sixty years")
