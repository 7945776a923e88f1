"""The bounds of time that a reader wrote into the fields, made into ones that can be searched."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from search_service import jalali
from search_service.dates import read_period
from search_service.errors import ServiceError
from search_service.web.page.state import State
from search_service.web.texts import Texts

_NUMERIC = re.compile(r"\d{4}([-/.]\d{1,2}){0,2}")


def mended(state: State, texts: Texts) -> tuple[State, dict[str, str]]:
    """The state with a span that can be searched, and by field's name the bounds that were left out.

    A span that ends before it begins is turned round, a date in words becomes one in
    numbers, and what is no date is left out.
    """
    read: dict[str, tuple[date, date]] = {}
    unread: dict[str, str] = {}
    bounds = {"from": state.after, "to": state.before}
    for name, text in bounds.items():
        if not text:
            continue
        try:
            read[name] = read_period(text)
        except ServiceError:
            unread[name], bounds[name] = text, ""
    if len(read) == 2 and read["from"][0] > read["to"][1]:
        bounds = {"from": bounds["to"], "to": bounds["from"]}
        read = {"from": read["to"], "to": read["from"]}
    for name, period in read.items():
        if not _NUMERIC.fullmatch(jalali.ascii_digits(bounds[name])):
            day = period[0 if name == "from" else 1]
            bounds[name] = day.isoformat() if texts.calendar == "gregorian" else jalali.iso_day(jalali.day_number(day))
    return replace(state, after=bounds["from"], before=bounds["to"]), unread
