"""What a search asks for, read alike from an address, a form and the command line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from search_service.dates import read_period
from search_service.errors import ServiceError
from search_service.jalali import ascii_digits, day_number
from search_service.settings import Settings

Sort = Literal["relevance", "newest", "oldest"]
Match = Literal["auto", "all", "any"]
Facet = Literal["category", "date", "source", "tag", "author"]

HitField = Literal[
    "id",
    "version",
    "url",
    "kicker",
    "title",
    "categories",
    "tags",
    "authors",
    "source",
    "image",
    "published",
    "published_jalali",
    "score",
    "fragments",
    "html",
    "copies",
]

DEFAULT_FACETS: tuple[Facet, ...] = ("category", "date")
NO_FACETS = "none"
_NUMBER = re.compile(r"-?\d{1,9}")


class SearchParams(BaseModel):
    """One search; values may be in any spelling and any digits, dates in either calendar.

    Several values of one filter mean either of them; different filters all hold.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    q: str = Field("", description="The query; without one, all articles, newest first.")
    category: tuple[str, ...] = Field((), description="Categories, in any spelling.")
    tag: tuple[str, ...] = Field((), description="Tags, in any spelling.")
    source: tuple[str, ...] = Field((), description="Outlets, in any spelling.")
    author: tuple[str, ...] = Field((), description="Authors, in any spelling.")
    date: tuple[str, ...] = Field((), description="Years, months or days: 1402, 1402-06, 1402-06-28, 2023-09.")
    from_: str | None = Field(None, alias="from", description="First year, month or day.")
    to: str | None = Field(None, description="Last year, month or day.")
    sort: Sort = Field("relevance", description="The order of the hits.")
    match: Match = Field("auto", description="auto: all words, else most, else any, else guesses; or one step fixed.")
    page: int = Field(1, description="Page of hits, from 1.")
    size: int = Field(10, description="Hits on a page.")
    cursor: str | None = Field(
        None, description="Instead of a page: * begins a walk through all hits, the answer's `cursor` goes on with it."
    )
    fields: tuple[HitField, ...] = Field((), description="What to tell of each hit, besides its id; all without it.")
    facets: tuple[Facet, ...] = Field(DEFAULT_FACETS, description="Facets to count; `none` counts none.")
    stories: bool = Field(False, description="true: one hit for the same story from several outlets, with its copies.")

    @classmethod
    def parse(cls, values: Mapping[str, str | Sequence[str]], settings: Settings) -> SearchParams:
        """Read parameters as texts; empty ones are not there.

        Raises ``ServiceError`` with the parameter's name as ``field``.
        """
        given: dict[str, Any] = {}
        for name, value in values.items():
            texts = [text for text in ([value] if isinstance(value, str) else value) if text.strip()]
            if name not in _NAMES:
                raise ServiceError("parameter_unknown", _unknown(name), field=name[:40])
            if texts:
                given[name] = _SEVERAL[name](name, texts) if name in _SEVERAL else _one(name, texts)
        params = cls(**given)
        params.check(settings)
        return params

    def check(self, settings: Settings) -> None:
        """Hold the limits that settings give; raises ``ServiceError``."""
        if not 1 <= self.size <= settings.max_page_size:
            raise ServiceError(
                "page_invalid", f"size is {self.size}; it lies between 1 and {settings.max_page_size}.", field="size"
            )
        if self.page < 1:
            raise ServiceError("page_invalid", f"page is {self.page}; pages begin at 1.", field="page")
        if (self.page - 1) * self.size >= settings.page_window:
            raise ServiceError(
                "page_too_deep",
                f"page {self.page} of size {self.size} lies past hit {settings.page_window}; "
                "narrow the search, or walk through all hits with `cursor=*`.",
                field="page",
            )
        for name in _FILTERS:
            values = getattr(self, name)
            if len(values) > settings.max_filters:
                detail = f"{name} has {len(values)} values; there may be {settings.max_filters}."
                raise ServiceError("too_many_filters", detail, field=name)
        self.date_ranges()
        if self.cursor is not None:
            for name, given in (("page", self.page != 1), ("stories", self.stories)):
                if given:
                    raise ServiceError("parameter_invalid", f"{name} does not go with cursor", field=name)

    def date_ranges(self) -> tuple[tuple[tuple[int, int], ...], tuple[int, int] | None]:
        """The chosen dates, and from–to, as Jalali day numbers with both ends; raises ``date_invalid``."""
        chosen = tuple(period(text, "date") for text in self.date)
        if self.from_ is None and self.to is None:
            return chosen, None
        first = period(self.from_, "from")[0] if self.from_ is not None else 0
        last = period(self.to, "to")[1] if self.to is not None else 99_991_231
        if first > last:
            raise ServiceError("date_invalid", f"from ({self.from_}) is later than to ({self.to}).", field="from")
        return chosen, (first, last)


def period(text: str, field: str) -> tuple[int, int]:
    """First and last Jalali day number of a year, month or day; raises ``date_invalid``."""
    try:
        first, last = read_period(text)
        return day_number(first), day_number(last)
    except ServiceError as error:
        raise ServiceError(error.code, error.detail, field=field) from None


_FILTERS = ("category", "tag", "source", "author", "date")
_NAMES = tuple(info.alias or name for name, info in SearchParams.model_fields.items())


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _NAMES, n=1)
    advice = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(_NAMES)}."
    return f"There is no parameter '{name[:40]}'; {advice}"


def _one(name: str, texts: Sequence[str]) -> Any:
    if len(texts) > 1:
        raise ServiceError("parameter_invalid", f"'{name}' is given {len(texts)} times", field=name)
    return _SINGLE[name](name, texts[0]) if name in _SINGLE else texts[0]


def _all(name: str, texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts))


def _number(name: str, text: str) -> int:
    text = ascii_digits(text).strip()
    if not _NUMBER.fullmatch(text):
        raise ServiceError("page_invalid", f"{name} is no whole number.", field=name)
    return int(text)


def _one_of(name: str, text: str) -> str:
    code, known = {"sort": ("sort_unknown", get_args(Sort)), "match": ("match_unknown", get_args(Match))}[name]
    text = text.strip()
    if text not in known:
        raise ServiceError(code, f"There is no {name} '{text[:40]}'; use {', '.join(known)}.", field=name)
    return text


def _yes(name: str, text: str) -> bool:
    text = text.strip()
    if text not in ("true", "false"):
        raise ServiceError("parameter_invalid", f"{name} is true or false.", field=name)
    return text == "true"


def _listed(texts: Sequence[str]) -> tuple[str, ...]:
    """What stands between commas, each once."""
    return tuple(dict.fromkeys(part.strip() for text in texts for part in text.split(",") if part.strip()))


def _fields(name: str, texts: Sequence[str]) -> tuple[str, ...]:
    asked = _listed(texts)
    for field in asked:
        if field not in get_args(HitField):
            near = difflib.get_close_matches(field, get_args(HitField), n=1)
            advice = f"did you mean '{near[0]}'?" if near else f"use {', '.join(get_args(HitField))}."
            raise ServiceError("parameter_invalid", f"A hit has no field '{field[:40]}'; {advice}", field=name)
    return asked


def _facets(name: str, texts: Sequence[str]) -> tuple[str, ...]:
    asked = tuple(facet for facet in _listed(texts) if facet != NO_FACETS)
    for facet in asked:
        if facet not in get_args(Facet):
            raise ServiceError(
                "facet_unknown", f"There is no facet '{facet[:40]}'; use {', '.join(get_args(Facet))}.", field=name
            )
    return asked


_SEVERAL = {
    "category": _all,
    "tag": _all,
    "source": _all,
    "author": _all,
    "date": _all,
    "fields": _fields,
    "facets": _facets,
}
"""What may have several values."""
_SINGLE: Mapping[str, Callable[[str, str], Any]] = {
    "sort": _one_of,
    "match": _one_of,
    "page": _number,
    "size": _number,
    "stories": _yes,
}
"""What has one; all others are texts."""
