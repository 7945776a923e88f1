"""Dates and names that stand on lines of their own, above or below an article's text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from search_service import dates

_LABELLED = re.compile(
    r"(?:تاریخ(?:\s?(?:انتشار|درج|خبر))?|زمان\s?انتشار|منتشر\s?شده(?:\s?در)?|انتشار|به\s?روز\s?رسانی"
    r"|published(?: on| at)?|posted(?: on)?|updated(?: on)?|date)\s*:?\s*(?P<date>\S.*)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")
_LONGEST_DATELINE = 90
_HEAD_LINES = 3
_FOOT_LINES = 2

_LONGEST_NAME = 40
_MOST_NAME_WORDS = 4
_NO_NAME = re.compile(
    r".*(?:[\d.!?؟؛:…»\"/]|(?:انتهای|پایان)\s?(?:پیام|خبر)|ادامه\s?دارد|منبع|تصاویر|عکس|ویدیو|ویدئو)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?؟…»\"]\s*\Z")
_BY = re.compile(r"(?:(?:نویسنده|نگارنده|خبرنگار|گزارشگر|نوشته|author)\s*:\s*|(?:توسط|نوشتهٔ|by)\s+)", re.IGNORECASE)


def take_dates(lines: list[str], today: date) -> list[str]:
    """Texts of dates on the first and last written lines, best first.

    A line that is nothing but a date is taken out of ``lines``.  A date that does not
    exist is among them, for the reader to be told.
    """
    written = [number for number, line in enumerate(lines) if line]
    whole: list[str] = []
    within: list[str] = []
    taken: set[int] = set()
    for number in dict.fromkeys([*written[:_HEAD_LINES], *reversed(written[-_FOOT_LINES:])]):
        if len(lines[number]) > _LONGEST_DATELINE:
            continue
        if day := dates.read_yearless_day(unlabelled(lines[number]), today):
            whole.append(day.isoformat())
            taken.add(number)
        elif _YEAR.search(lines[number]):
            text = unlabelled(lines[number])
            if dates.is_date(text):
                whole.append(text)
                taken.add(number)
            elif day := dates.find_day(lines[number]):
                within.append(day.isoformat())
    lines[:] = [line for number, line in enumerate(lines) if number not in taken]
    return whole + within


def unlabelled(text: str) -> str:
    """The date of «تاریخ انتشار: ۲۸ شهریور ۱۴۰۲»."""
    found = _LABELLED.fullmatch(" ".join(text.replace("\u200c", " ").split()))
    return found["date"] if found else text


def take_name(lines: list[str]) -> str | None:
    """The name that stands alone below the last sentence, taken out: how some outlets sign."""
    written = [number for number, line in enumerate(lines) if line]
    if len(written) < 2:
        return None
    above, last = written[-2:]
    name = without_by(lines[last])
    apart = last - above > 1 and _SENTENCE_END.search(lines[above])
    if not apart or len(name) > _LONGEST_NAME or len(name.split()) > _MOST_NAME_WORDS or _NO_NAME.match(name):
        return None
    del lines[last]
    return name


def without_by(name: str) -> str:
    """The name of «نویسنده: …» or "By …"."""
    return _BY.sub("", name.strip(), count=1).strip()


def names(texts: Iterable[str]) -> list[str]:
    """Names of authors without what introduces them, each once; addresses are none."""
    found = (without_by(" ".join(text.split())) for text in texts)
    return list(dict.fromkeys(name for name in found if name and not name.lower().startswith(("http:", "https:"))))


def joined(lines: Iterable[str]) -> str:
    """The lines as text, at most one empty line between two."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
