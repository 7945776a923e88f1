"""Numbers and numeric dates as written: one normal form for each, whatever the digits and signs."""

from __future__ import annotations

import re

from search_service.text.fold import fold

_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([,\u066c\u060c./])[0-9]{3})(?:\1[0-9]{3})*(?=(?:[.\u066b/][0-9]+)?$)")
_SURE = frozenset(",\u066c\u060c")
"""Marks that only ever separate thousands; . and / do so from two groups on (۱/۰۰۰/۰۰۰)."""
_DATE = re.compile(r"([0-9]{4}|[0-9]{1,2})[/\-.]([0-9]{1,2})[/\-.]([0-9]{4}|[0-9]{1,2})$")
_DECIMAL = re.compile(r"[0-9]+[.\u066b/][0-9]+$")
_CLOCK = re.compile(r"[0-9]{1,2}(?::[0-9]{2}){1,2}$")
_RUN = re.compile(r"[0-9]+(?:\u066b[0-9]+)?")


def normal_forms(text: str) -> tuple[str, ...]:
    """The terms of a run of digits and signs: one number, date or time, or the numbers in it.

    ``12,500`` and ``۱۲٬۵۰۰`` are 12500; ``3.5``, ``۳٫۵`` and the ``۳/۵`` of newspapers are
    3.5; ``1402/8/25`` is 14020825.  Leading zeros stay: they mean something in codes.
    """
    digits = fold(text).replace("\u2013", "-")
    date = _date(digits)
    if date:
        return (date,)
    match = _THOUSANDS.match(digits)
    if match and (match[1] in _SURE or match[0].count(match[1]) > 1):
        digits = re.sub(r"[^0-9]", "", match[0]) + digits[match.end() :]
    if digits.isdigit():
        return (digits,)
    if _DECIMAL.match(digits) and not re.match(r"[0-9]{4}/", digits):
        return (digits.replace("\u066b", ".").replace("/", "."),)
    if _CLOCK.match(digits):
        return (digits,)
    return tuple(run.replace("\u066b", ".") for run in _RUN.findall(digits))


def date_term(year: int, month: int, day: int) -> str | None:
    """The term of a day, year first: 14020825; None when there is no such day in either calendar."""
    if 50 <= year < 100:
        year += 1300
    if not (1200 <= year < 1500 or 1800 <= year < 2200) or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return f"{year:04}{month:02}{day:02}"


def _date(digits: str) -> str | None:
    match = _DATE.match(digits)
    if not match:
        return None
    first, month, last = match.groups()
    if len(first) == 4 and len(last) < 3:
        return date_term(int(first), int(month), int(last))
    if len(last) == 4 and len(first) < 3:
        return date_term(int(last), int(month), int(first))
    if "/" in digits and len(first) == 2 and len(last) < 3:
        return date_term(int(first), int(month), int(last)) if int(first) >= 50 else None
    return None
