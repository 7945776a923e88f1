"""Dates as news sites and programs write them, in any digits and either calendar.

Read are ISO 8601 (also with ``/`` or ``.``), RFC 2822, English («September 9th 2019,
12:30»), and Persian, Jalali or Gregorian («سه‌شنبه ۲۸ شهریور ۱۴۰۲، ساعت ۱۴:۰۵»,
«۱۹ سپتامبر ۲۰۲۳»).  A year below 1700 is Jalali.  A time without a zone stays naive
and means Tehran's; a day without a time stays a date.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

from search_service import jalali
from search_service.errors import ServiceError

_JALALI_YEARS = range(1000, 1700)
_GREGORIAN_YEARS = range(1700, 9999)
_PLAUSIBLE_FROM = 1920
_YEARS_AHEAD = 5
_MAX_LENGTH = 120

_LETTERS = str.maketrans("يىئكةأإآ\u200c\u00a0\u202f", "یییکهااا   ")
_SILENT = re.compile("[\u064b-\u0655\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def _plain(text: str) -> str:
    """Small letters and ASCII digits, one form of each Persian letter, spaces for half-spaces."""
    return _SILENT.sub("", jalali.ascii_digits(text).translate(_LETTERS)).lower()


def _numbered(rows: Iterable[str]) -> dict[str, int]:
    return {_plain(name): number for number, row in enumerate(rows, start=1) for name in row.split()}


_JALALI_MONTHS = _numbered(
    # Iran's names, then those of Afghanistan for the same months
    (
        "فروردین حمل",
        "اردیبهشت ثور",
        "خرداد جوزا",
        "تیر سرطان",
        "مرداد امرداد اسد",
        "شهریور سنبله",
        "مهر میزان",
        "آبان عقرب",
        "آذر قوس",
        "دی جدی",
        "بهمن دلو",
        "اسفند حوت",
    )
)
_GREGORIAN_MONTHS = _numbered(
    (
        "ژانویه جنوری",
        "فوریه فبروری",
        "مارس مارچ",
        "آوریل آپریل",
        "مه می",
        "ژوئن جون",
        "ژوئیه جولای",
        "اوت آگوست اگست",
        "سپتامبر سپتمبر",
        "اکتبر اکتوبر",
        "نوامبر نومبر",
        "دسامبر دسمبر",
    )
)
_GREGORIAN_MONTHS |= _numbered(calendar.month_name[1:]) | _numbered(calendar.month_abbr[1:]) | {"sept": 9}
_WEEKDAYS = {"": 0, "یک": 1, "دو": 2, "سه": 3, "چهار": 4, "پنج": 5}

_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "irst": 210, "irdt": 270}
_ZONES |= {"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420}
"""Minutes ahead of UTC: the names of RFC 2822, and Iran's."""

_AFTERNOON = re.compile(r"p|ب|عصر")

_MONTH = "|".join(sorted(_JALALI_MONTHS | _GREGORIAN_MONTHS, key=len, reverse=True))
_WEEKDAY = r"(?:(?P<weekday>یک|دو|سه|چهار|پنج)?\s?(?P<shanbe>شنبه)|(?P<friday>جمعه|ادینه))"
_ANY_WEEKDAY = rf"(?:(?:{_WEEKDAY}|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?)[\s,،-]*)?"
_NO_LETTER = r"(?![^\W\d])"
_ORDINAL = rf"(?:(?:st|nd|rd|th){_NO_LETTER})?"
_DAY_MONTH = (
    rf"(?:(?P<day>\d{{1,2}}){_ORDINAL}[\s-]*(?:of\s+)?(?P<month>{_MONTH})\.?(?:\s*ماه)?{_NO_LETTER}"
    rf"|(?P<month_first>{_MONTH})\.?\s+(?P<day_after>\d{{1,2}}){_ORDINAL})"
)
_IN_WORDS = rf"{_ANY_WEEKDAY}{_DAY_MONTH}[\s,،-]*(?:سال\s*)?(?P<year>\d{{4}})(?!\d)"
_IN_NUMBERS = r"(?P<year>\d{4})\s?(?P<mark>[-/.])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<day>\d{1,2})(?!\d)"
_YEAR_LAST = r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)"

_WORDS = re.compile(_IN_WORDS)
_MONTH_YEAR = re.compile(rf"(?P<month>{_MONTH})\.?(?:\s*ماه)?[\s,،-]*(?:سال\s*)?(?P<year>\d{{4}})")
_NUMBERS = re.compile(_ANY_WEEKDAY + _IN_NUMBERS)
_BACKWARDS = re.compile(_ANY_WEEKDAY + _YEAR_LAST)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)(?:t(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?)?(?!\d)")
_TIME = re.compile(
    r"(?:(?<=\d)t|(?:در\s+)?ساعت|\bat\b)?\s*(?<!\d)"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?![\d:])"
    r"(?:\s*(?P<half>[ap]\.?m\b\.?|[قب]\s?\.\s?ظ\.?|(?:قبل|پیش|بعد)\s?از\s?ظهر|صبح|عصر))?"
    rf"(?:\s*(?:(?P<zone>{'|'.join(_ZONES)})(?![a-z+-])|(?:gmt|utc)?(?P<sign>[+-])(?P<zone_hours>\d\d):?(?P<zone_minutes>\d\d)?(?::(?P<zone_seconds>\d\d))?(?![\d/.-])))?"
    r"(?:\s*\([^()]*\))?"
)
_EDGES = " \t\r\n,،|–—-.:"

_SENTENCE_WORDS = re.compile(rf"(?<![\w/.-]){_IN_WORDS}")
_SENTENCE_NUMBERS = re.compile(rf"(?<![\w/.-]){_IN_NUMBERS}(?![/.-]\d)")
_YEARLESS = re.compile(rf"(?<!\w)(?P<today>امروز\s*[\(,،]?\s*)?{_WEEKDAY}[\s,،]*{_DAY_MONTH}(?![\s,،]*(?:سال\s*)?\d)")

_PERIOD = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?")


class NoSuchDay(ValueError):
    """The text has the form of a date, but the calendar or the clock does not have it."""


def read_time(text: str) -> datetime | date:
    """The time or the day that the whole text names; raises ``ValueError`` in one clear line."""
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"no date: {len(text)} characters are too many")
    plain = _plain(text).strip()
    if basic := _BASIC.fullmatch(plain.removesuffix("z")):
        year, month, day, hour, minute, second = basic.groups()
        plain = f"{year}-{month}-{day}" + (f"t{hour}:{minute}:{second or '00'}" if hour else "") + plain[basic.end() :]
    clock = _TIME.search(plain)
    rest = plain if clock is None else f"{plain[: clock.start()].rstrip(_EDGES)} {plain[clock.end() :].lstrip(_EDGES)}"
    rest = rest.strip(_EDGES)
    for form in (_NUMBERS, _WORDS, _BACKWARDS):
        if found := form.fullmatch(rest):
            try:
                day_ = _day(found)
                return day_ if clock is None else _at(day_, clock)
            except (ValueError, OverflowError) as error:
                raise NoSuchDay(f"{_shown(text)} is no date: {error}") from None
    raise ValueError(f"{_shown(text)} is no date that can be read; write it as 2023-09-19 or 1402-06-28")


def is_date(text: str) -> bool:
    """Whether the whole text has the form of a date, be there such a day or not."""
    try:
        read_time(text)
    except NoSuchDay:
        return True
    except ValueError:
        return False
    return True


def find_day(text: str) -> date | None:
    """The first day with its year that stands somewhere in the text; days that do not exist are passed over."""
    plain = _plain(text)
    found = [*_SENTENCE_WORDS.finditer(plain), *_SENTENCE_NUMBERS.finditer(plain)]
    for match in sorted(found, key=lambda match: match.start()):
        try:
            return _day(match)
        except ValueError:
            continue
    return None


def read_yearless_day(text: str, today: date) -> date | None:
    """The day that the whole text names without its year: «سه‌شنبه ۲۸ شهریور»; see ``find_yearless_day``."""
    found = _YEARLESS.fullmatch(_plain(text).strip(_EDGES))
    return _latest_day(found, today) if found else None


def find_yearless_day(text: str, today: date) -> date | None:
    """The day that a text names by weekday, day and month: «امروز سه‌شنبه ۲۸ شهریور».

    The year is the latest, not after ``today``, in which that day was that weekday.  A
    day called «امروز» goes before others; else the first counts.
    """
    matches = sorted(_YEARLESS.finditer(_plain(text)), key=lambda match: match["today"] is None)
    return next((day for match in matches if (day := _latest_day(match, today))), None)


def plausible(moment: datetime | date, today: date) -> bool:
    """Whether a news article may carry this date: from 1920 to five years ahead."""
    return _PLAUSIBLE_FROM <= moment.year <= today.year + _YEARS_AHEAD


def read_period(text: str) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day: ``1402``, ``2023-09``, «۱۴۰۲/۶/۲۸».

    Also in words, «مهر ۱۴۰۳» and «۲۸ شهریور ۱۴۰۲», and with the year last, «۲۸/۶/۱۴۰۲»,
    where day and month can be told apart.  Raises ``date_invalid``.
    """
    plain = _plain(text[:_MAX_LENGTH]).strip()
    forms = (_PERIOD, _MONTH_YEAR, _NUMBERS, _WORDS, _BACKWARDS)
    found = next(filter(None, (form.fullmatch(plain) for form in forms)), None)
    if found is None:
        raise ServiceError("date_invalid", f"{_shown(text)} is no year, month or day")
    try:
        if found.re is _MONTH_YEAR:
            year = int(found["year"])
            month = _named_month(found["month"], year)
            return _date(year, month, 1), _date(year, month, _month_length(year, month))
        if found.re is not _PERIOD:
            only = _day(found)
            return only, only
        year, month, day = int(found[1]), int(found[3] or 0), int(found[4] or 0)
        if found[4] is not None:
            only = _date(year, month, day)
            return only, only
        first, last = (month, month) if found[3] is not None else (1, 12)
        return _date(year, first, 1), _date(year, last, _month_length(year, last))
    except ValueError as error:
        raise ServiceError("date_invalid", f"{_shown(text)} does not exist: {error}") from None


# ------------------------------------------------------------------ the parts


def _day(found: re.Match[str]) -> date:
    """The day of a match of one of the forms."""
    parts = found.groupdict()
    year = int(parts["year"])
    if "first" in parts:
        month, day = _month_and_day(year, int(parts["first"]), int(parts["second"]))
    elif "month_first" in parts:
        month, day = _named_month(parts["month"] or parts["month_first"], year), int(parts["day"] or parts["day_after"])
    else:
        month, day = int(parts["month"]), int(parts["day"])
    return _date(year, month, day)


def _named_month(name: str, year: int) -> int:
    months = _JALALI_MONTHS if year in _JALALI_YEARS else _GREGORIAN_MONTHS
    if name not in months:
        raise ValueError(f"the month is not of the calendar of the year {year}")
    return months[name]


def _month_and_day(year: int, first: int, second: int) -> tuple[int, int]:
    """Of ``28/6/1402``: the day comes first, except where only the American order is possible."""
    if year in _JALALI_YEARS or first > 12 or first == second:
        return second, first
    if second > 12:
        return first, second
    raise ValueError("day and month cannot be told apart; write the year first")


def _date(year: int, month: int, day: int) -> date:
    if year in _JALALI_YEARS:
        return jalali.to_date(year, month, day)
    if year not in _GREGORIAN_YEARS:
        raise ValueError(f"the year {year} is out of range")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no day {year}-{month:02}-{day:02}") from None


def _month_length(year: int, month: int) -> int:
    if year in _JALALI_YEARS:
        return jalali.month_length(year, month)
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    return calendar.monthrange(year, month)[1]


def _at(day: date, clock: re.Match[str]) -> datetime:
    hour = int(clock["hour"])
    if clock["half"] and hour <= 12:
        hour = hour % 12 + (12 if _AFTERNOON.match(clock["half"]) else 0)
    microsecond = int((clock["fraction"] or "0").ljust(6, "0")[:6])
    zone = None
    if clock["zone"]:
        zone = UTC if not _ZONES[clock["zone"]] else timezone(timedelta(minutes=_ZONES[clock["zone"]]))
    elif clock["sign"]:
        ahead = timedelta(
            hours=int(clock["zone_hours"]),
            minutes=int(clock["zone_minutes"] or 0),
            seconds=int(clock["zone_seconds"] or 0),
        )
        if ahead >= timedelta(days=1):
            raise ValueError("the zone lies more than a day away")
        zone = timezone(-ahead if clock["sign"] == "-" else ahead)
    return datetime(
        day.year, day.month, day.day, hour, int(clock["minute"]), int(clock["second"] or 0), microsecond, zone
    )


def _latest_day(found: re.Match[str], today: date) -> date | None:
    weekday = 6 if found["friday"] else _WEEKDAYS[found["weekday"] or ""]
    name, day = found["month"] or found["month_first"], int(found["day"] or found["day_after"])
    try:
        if name in _JALALI_MONTHS:
            return jalali.latest_weekday(_JALALI_MONTHS[name], day, weekday, today)
        return _latest_gregorian_weekday(_GREGORIAN_MONTHS[name], day, weekday, today)
    except ValueError:
        return None


def _latest_gregorian_weekday(month: int, day: int, weekday: int, today: date) -> date:
    for year in range(today.year, today.year - 41, -1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= today and jalali.weekday(candidate) == weekday:
            return candidate
    raise ValueError("there is no such day")


def _shown(text: str) -> str:
    return ascii(text[:60]) if not text.isprintable() else f"'{text[:60]}'"
