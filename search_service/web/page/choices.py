"""The links around the hits: facets, chips, sorts and pages, each a state with one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from search_service import jalali
from search_service.web.page.state import Facet, State
from search_service.web.texts import Texts

FACETS_SHOWN = 10
"""Categories that stand in the open; the rest are behind one step."""

PAGES_AROUND = 2
"""Page links on each side of the page that is shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One link that changes the state."""

    label: str
    url: str
    chosen: bool = False
    count: str = ""
    children: tuple[Choice, ...] = ()
    opened: bool = False
    """Whether the children are shown from the start."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to the other pages; ``None`` among the numbers is a gap."""

    previous: str | None
    next: str | None
    position: str
    numbers: tuple[Choice | None, ...]


def categories(state: State, values: Sequence[Mapping[str, Any]], texts: Texts) -> list[Choice]:
    """The values of the category facet, the chosen ones first."""
    ordered = sorted(values, key=lambda value: not value["selected"])
    return [
        Choice(
            label=value["label"],
            url=state.toggled("category", value["value"]).url,
            chosen=value["selected"],
            count=texts.number(value["count"]),
        )
        for value in ordered
    ]


def periods(state: State, values: Sequence[Mapping[str, Any]], texts: Texts) -> tuple[Choice, ...]:
    """Years with their months, and months with their days, as the date facet has them; each named within its own."""
    choices = []
    for value in values:
        parts = [int(part) for part in value["value"].split("-")]
        children = periods(state, value.get("children") or (), texts)
        chosen = value["value"] in state.date
        choices.append(
            Choice(
                label=texts.digits(parts[-1]) if len(parts) != 2 else texts.jalali_months[parts[1] - 1],
                url=state.toggled("date", value["value"]).url,
                chosen=chosen,
                count=texts.number(value["count"]),
                children=children,
                opened=chosen or any(child.chosen or child.opened for child in children),
            )
        )
    return tuple(choices)


def newest(values: Sequence[Mapping[str, Any]], today: date) -> date | None:
    """A day of the latest month that has articles, where a calendar best opens; none in the future."""
    months = [int(month["value"].replace("-", "")) for year in values for month in year.get("children") or ()]
    if not months:
        return None
    year, month = divmod(max(months), 100)
    return min(jalali.to_date(year, month, jalali.month_length(year, month)), today)


def quick(state: State, texts: Texts, today: date) -> list[Choice]:
    """Today, this week (from Saturday) and this month, as ranges that end today; the chosen one can be taken back."""
    number = jalali.day_number(today)
    begins = {
        "today": today,
        "week": today - timedelta(days=jalali.weekday(today)),
        "month": jalali.from_day_number(number // 100 * 100 + 1),
    }
    found = []
    end = jalali.iso_day(number)
    for name, begin in begins.items():
        first = jalali.iso_day(jalali.day_number(begin))
        chosen = (_plain(state.after), _plain(state.before)) == (first, end) and not state.date
        url = (state.within("", "") if chosen else state.within(first, end)).url
        found.append(Choice(texts.quick[name], url, chosen))
    return found


def _plain(date: str) -> str:
    return jalali.ascii_digits(date).replace("/", "-")


def chips(state: State, facets: Mapping[str, Any], texts: Texts, quick: Sequence[Choice] = ()) -> list[Choice]:
    """The chosen filters, each with the address that takes it away; a chosen quick range by its own name."""
    labels = {value["value"]: value["label"] for value in facets.get("category") or ()}
    found: list[Choice] = [
        Choice(labels.get(value, value), state.toggled("category", value).url) for value in state.category
    ]
    wordings: tuple[tuple[Facet, str], ...] = (
        ("tag", texts.tag),
        ("source", texts.source),
        ("author", texts.author),
    )
    for facet, wording in wordings:
        names = {value["value"]: value["label"] for value in facets.get(facet) or ()}
        for value in getattr(state, facet):
            found.append(Choice(wording.format(label=names.get(value, value)), state.toggled(facet, value).url))
    found += [Choice(period_label(value, texts), state.toggled("date", value).url) for value in state.date]
    if named := [choice for choice in quick if choice.chosen]:
        return [*found, Choice(named[0].label, named[0].url)]
    if state.after:
        found.append(Choice(texts.after.format(date=period_label(state.after, texts)), state.unbounded("after").url))
    if state.before:
        found.append(Choice(texts.before.format(date=period_label(state.before, texts)), state.unbounded("before").url))
    return found


def restrictions(state: State, facets: Mapping[str, Any], texts: Texts) -> list[tuple[Choice, State]]:
    """For each kind of filter that is chosen: its name, and the state without it."""
    labels = {choice.url: choice.label for choice in chips(state, facets, texts)}
    found = []
    for facet in ("category", "tag", "source", "author", "date"):
        values = getattr(state, facet)
        if values:
            names = [labels[state.toggled(facet, value).url] for value in values]
            rest = replace(state, page=1, **{facet: ()})  # type: ignore[arg-type]
            found.append((Choice("، ".join(names) if texts.direction == "rtl" else ", ".join(names), rest.url), rest))
    if state.after or state.before:
        sides = [(texts.after, state.after), (texts.before, state.before)]
        names = [wording.format(date=period_label(value, texts)) for wording, value in sides if value]
        rest = replace(state, page=1, after="", before="")
        found.append((Choice(" ".join(names), rest.url), rest))
    return found


def period_label(value: str, texts: Texts) -> str:
    """«۱۴۰۲», «شهریور ۱۴۰۲» or «۲۸ شهریور ۱۴۰۲»; what is no Jalali period as it was written."""
    try:
        parts = [int(part) for part in jalali.ascii_digits(value).replace("/", "-").split("-")]
        if 1 <= parts[0] < 1700:
            if len(parts) == 2 and 1 <= parts[1] <= 12:
                return texts.month(parts[0] * 100 + parts[1])
            if len(parts) == 3:
                return texts.jalali_day(jalali.to_date(*parts))
    except ValueError:
        pass
    return texts.digits(value)


def sorts(state: State, texts: Texts) -> list[Choice]:
    """The orders that make sense: without a query nothing is more relevant than anything else."""
    default = "relevance" if state.q else "newest"
    chosen = state.sort or default
    return [
        Choice(label, state.sorted("" if name == default else name).url, chosen == name)
        for name, label in texts.sorts.items()
        if state.q or name != "relevance"
    ]


def pager(state: State, total: int, size: int, window: int, texts: Texts) -> Pager | None:
    """Links to the pages that can be reached; None when there is only one."""
    last = min(-(-total // size), window // size)
    if last <= 1 or state.page > last:
        return None
    near = range(max(2, state.page - PAGES_AROUND), min(last - 1, state.page + PAGES_AROUND) + 1)
    numbers: list[Choice | None] = []
    before = 0
    for number in (1, *near, last):
        if number > before + 1:
            numbers.append(None)
        numbers.append(Choice(texts.number(number), state.at(number).url, chosen=number == state.page))
        before = number
    return Pager(
        previous=state.at(state.page - 1).url if state.page > 1 else None,
        next=state.at(state.page + 1).url if state.page < last else None,
        position=texts.page_of.format(page=texts.number(state.page), pages=texts.number(last)),
        numbers=tuple(numbers),
    )
