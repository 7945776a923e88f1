"""The whole state of the search page, read from its address and written back into one.

Every link of the page (a facet, a sort, a page, a chip) is the state with one change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from search_service.errors import ServiceError
from search_service.jalali import ascii_digits
from search_service.text.fold import key
from search_service.web.texts import PERSIAN, texts_of

Facet = Literal["category", "tag", "source", "author", "date"]

_DATE = re.compile(r"\d{4}(-\d{1,2}){0,2}")


@dataclass(frozen=True, slots=True)
class State:
    """What is searched for, how it is filtered and sorted, and which page is shown."""

    q: str = ""
    category: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    sort: str = ""
    match: str = ""
    page: int = 1
    lang: str = ""
    """The interface's language, where it is not the first one."""

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Self:
        """The state of an address; parameters that are not the page's own are left alone.

        Raises ``page_invalid``.
        """
        return cls(
            q=args.get("q", "").strip(),
            category=_keys(args.getlist("category")),
            tag=_keys(args.getlist("tag")),
            source=_keys(args.getlist("source")),
            author=_keys(args.getlist("author")),
            date=_distinct(_period(value) for value in args.getlist("date")),
            after=args.get("from", "").strip(),
            before=args.get("to", "").strip(),
            sort=args.get("sort", ""),
            match=args.get("match", ""),
            page=_page(args.get("page", "")),
            lang=cls.language(args.get("lang", "")),
        )

    @staticmethod
    def language(text: str) -> str:
        """What ``lang`` holds, if it is a language other than the first."""
        texts = texts_of(text.strip().lower())
        return "" if texts is PERSIAN else texts.language

    def pairs(self, *leave: str) -> list[tuple[str, str]]:
        """The parameters, without those at their defaults and those named; a form's hidden fields."""
        every = [
            ("q", self.q),
            *(("category", value) for value in self.category),
            *(("tag", value) for value in self.tag),
            *(("source", value) for value in self.source),
            *(("author", value) for value in self.author),
            *(("date", value) for value in self.date),
            ("from", self.after),
            ("to", self.before),
            ("sort", self.sort),
            ("match", self.match),
            ("page", str(self.page) if self.page > 1 else ""),
            ("lang", self.lang),
        ]
        return [(name, value) for name, value in every if value and name not in leave]

    @property
    def url(self) -> str:
        """The address of this state."""
        return self.address("/")

    def address(self, path: str, *leave: str) -> str:
        """Another address of the same state, such as a feed's; without the parameters named."""
        pairs = self.pairs(*leave)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def filtered(self) -> bool:
        """Whether any filter is chosen."""
        return bool(self.pairs("q", "sort", "match", "page", "lang"))

    @property
    def front(self) -> bool:
        """Whether this is the page that a visitor comes to first."""
        return self == self.fresh()

    def fresh(self, **values: Any) -> State:
        """A state of its own, in the same language."""
        return State(lang=self.lang, **values)

    def spoken(self, lang: str) -> State:
        """The same in another language."""
        return replace(self, lang=self.language(lang))

    def within(self, after: str, before: str) -> State:
        """The same, published in this time alone."""
        return replace(self, date=(), after=after, before=before, page=1)

    def at(self, page: int) -> State:
        """Another page of the same results."""
        return replace(self, page=page)

    def sorted(self, sort: str) -> State:
        """The same results in another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def asking(self, q: str, match: str = "") -> State:
        """Another query under the same filters."""
        return replace(self, q=q, match=match, page=1)

    def unfiltered(self) -> State:
        """The same query without filters."""
        return self.fresh(q=self.q, sort=self.sort, match=self.match)

    def unbounded(self, side: Literal["after", "before"]) -> State:
        """Without the bound of time on this side."""
        return replace(self, page=1, **{side: ""})  # type: ignore[arg-type]

    def toggled(self, facet: Facet, value: str) -> State:
        """With the value of the facet chosen, or no longer chosen."""
        chosen: tuple[str, ...] = getattr(self, facet)
        if value in chosen:
            chosen = tuple(other for other in chosen if other != value)
        elif facet == "date":
            chosen = (*(other for other in chosen if not _nested(other, value)), value)
        else:
            chosen = (*chosen, value)
        return replace(self, page=1, **{facet: chosen})  # type: ignore[arg-type]


def _nested(one: str, other: str) -> bool:
    """Whether one period lies in the other: a choice narrows or widens it, and never doubles it."""
    return one.startswith(f"{other}-") or other.startswith(f"{one}-")


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _keys(values: list[str]) -> tuple[str, ...]:
    """Any spelling of a label as the key that facets give it."""
    return _distinct(key(value) for value in values)


def _period(text: str) -> str:
    """«۱۴۰۲/۶» as 1402-06, the way facets write it; what is no period is left for the search to refuse."""
    plain = ascii_digits(text.strip()).replace("/", "-")
    if not _DATE.fullmatch(plain):
        return text.strip()
    return "-".join(part.zfill(2) for part in plain.split("-"))


def _page(text: str) -> int:
    plain = ascii_digits(text.strip()) or "1"
    if not (plain.isascii() and plain.isdecimal() and 1 <= len(plain) <= 9) or int(plain) < 1:
        raise ServiceError("page_invalid", "'page' is a whole number from 1", field="page")
    return int(plain)
