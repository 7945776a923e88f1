"""Filters from what was chosen, and an engine's counts as the facets of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from search_service import jalali
from search_service.engine.base import DateCounts, Request, Result, Searcher
from search_service.engine.query import FACETS, Days, Filter, Keyword, Where
from search_service.search.answer import Choice, DateChoice, Facets
from search_service.search.params import SearchParams
from search_service.search.snippet import shown
from search_service.text.fold import key


class Choices(NamedTuple):
    """What was chosen, folded."""

    labels: dict[str, dict[str, str]]
    """Facet -> chosen key -> as it was asked for."""
    dates: tuple[tuple[int, int], ...]
    """Chosen years, months and days, as first and last Jalali day number."""
    range: tuple[int, int] | None
    """From and to, the same."""

    def filters(self) -> tuple[Filter, ...]:
        """One filter for each kind of choice; they must all pass."""
        filters: list[Filter] = [Keyword(facet, tuple(chosen)) for facet, chosen in self.labels.items()]
        if self.dates:
            filters.append(Days(self.dates))
        if self.range:
            filters.append(Days((self.range,)))
        return tuple(filters)

    def nodes(self) -> frozenset[int]:
        """The chosen dates that are a Jalali year (1402), month (140206) or day (14020628)."""
        return frozenset(number for dates in self.dates if (number := _calendar_number(*dates)))

    def open_months(self) -> tuple[int, ...]:
        """Months whose days are counted: the chosen ones, and those of chosen days."""
        numbers = self.nodes()
        return tuple(sorted({n if n < 10**6 else n // 100 for n in numbers if n >= 10**5}))


def choices(params: SearchParams) -> Choices:
    """Read what was chosen; raises ``date_invalid``."""
    dates, between = params.date_ranges()
    labels: dict[str, dict[str, str]] = {}
    for facet in FACETS:
        chosen = {key(text): text for text in getattr(params, facet)}
        if chosen:
            labels[facet] = chosen
    return Choices(labels, dates, between)


def facets(
    chosen: Choices, asked: Sequence[str], result: Result, searcher: Searcher, now: int, most: int = 100
) -> Facets:
    """The counts of a result, with all that was chosen, even where its count is 0.

    ``most``: how many tags, authors or sources are given, the commonest first; categories
    are few, and all of them are.
    """
    labels: dict[str, Any] = {
        facet: _label_choices(facet, chosen.labels.get(facet, {}), result, searcher, now, most)
        for facet in asked
        if facet != "date"
    }
    if result.dates is None:
        return Facets(**labels)
    dates = _date_choices(result.dates, chosen.nodes(), chosen.open_months())
    return Facets(**labels, date=dates, undated=result.dates.undated)


def _label_choices(
    facet: str, chosen: dict[str, str], result: Result, searcher: Searcher, now: int, most: int
) -> tuple[Choice, ...]:
    counts = result.labels.get(facet, ())
    told = [
        Choice(value=count.key, label=shown(count.label), count=count.count, selected=count.key in chosen)
        for at, count in enumerate(counts)
        if facet == "category" or at < most or count.key in chosen
    ]
    missing = [value for value in chosen if value not in {count.key for count in counts}]
    for value in missing:
        label = _label(facet, value, searcher, now) or chosen[value]
        told.append(Choice(value=value, label=shown(label), count=0, selected=True))
    return tuple(told)


def _label(facet: str, value: str, searcher: Searcher, now: int) -> str | None:
    """How the index spells a value that no hit has."""
    found = searcher.search(Request(Where(Keyword(facet, (value,))), now, facets=(facet,), size=0))
    return next((count.label for count in found.labels.get(facet, ()) if count.key == value), None)


def _calendar_number(first: int, last: int) -> int | None:
    """The day, month or year that begins and ends with these days; None: another stretch of time."""
    if first == last:
        return first
    year, month = last // 10_000, last // 100 % 100
    if last % 100 != jalali.month_length(year, month):
        return None
    if first == last // 100 * 100 + 1:
        return last // 100
    return year if month == 12 and first == year * 10_000 + 101 else None


def _date_choices(counts: DateCounts, chosen: frozenset[int], open_months: Sequence[int]) -> tuple[DateChoice, ...]:
    months = dict.fromkeys(open_months, 0) | dict(counts.months)
    days = {number: 0 for number in chosen if number >= 10**7} | dict(counts.days)
    years = {number // 100 for number in months} | {number for number in chosen if number < 10**5}
    months_of, days_of = _by_hundred(months), _by_hundred(days)

    def day(number: int) -> DateChoice:
        label = jalali.text(jalali.from_day_number(number))
        return DateChoice(value=jalali.iso_day(number), label=label, count=days[number], selected=number in chosen)

    def month(number: int) -> DateChoice:
        return DateChoice(
            value=jalali.iso_month(number),
            label=jalali.month_text(number),
            count=months[number],
            selected=number in chosen,
            children=tuple(map(day, days_of.get(number, ()))),
        )

    def year(number: int) -> DateChoice:
        return DateChoice(
            value=str(number),
            label=jalali.persian_digits(number),
            count=sum(months[each] for each in months_of.get(number, ())),
            selected=number in chosen,
            children=tuple(map(month, months_of.get(number, ()))),
        )

    return tuple(map(year, sorted(years, reverse=True)))


def _by_hundred(numbers: Iterable[int]) -> dict[int, list[int]]:
    """Days by month, or months by year, the latest first."""
    groups: dict[int, list[int]] = {}
    for number in sorted(numbers, reverse=True):
        groups.setdefault(number // 100, []).append(number)
    return groups
