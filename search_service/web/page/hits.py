"""A hit of an answer, as a reader sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from markupsafe import Markup

from search_service.article import TEHRAN
from search_service.text.fold import key
from search_service.web.page.choices import Choice
from search_service.web.page.state import Facet, State
from search_service.web.texts import Texts

SNIPPETS = 2
"""Passages of a hit that are shown: more would be read by nobody."""


@dataclass(frozen=True, slots=True)
class When:
    """A time of publication: for machines, by the calendar, the other calendar's, and how long ago."""

    moment: str
    text: str
    other: str
    age: str


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """The same story at another outlet."""

    title: str
    url: str
    outside: bool
    source: str
    when: When | None


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One article of the page; ``title`` and ``snippets`` are Markup that search has escaped and marked."""

    title: Markup
    url: str
    outside: bool
    """Whether the address is the outlet's own, and not a page of this service."""
    kicker: str
    image: str | None
    snippets: tuple[Markup, ...]
    categories: tuple[Choice, ...]
    source: Choice | None
    authors: tuple[Choice, ...]
    when: When | None
    copies: tuple[ShownCopy, ...]


def shown(
    hit: Mapping[str, Any],
    state: State,
    texts: Texts,
    now: datetime,
    image_origins: Collection[str] = (),
    labels: Mapping[str, str] = MappingProxyType({}),
) -> ShownHit:
    """The hit of an answer, with links that go on from this state; ``labels`` spells categories by their keys."""
    url, outside = _address(hit, state)
    return ShownHit(
        title=Markup(hit["html"]["title"]) or Markup.escape(texts.untitled),
        url=url,
        outside=outside,
        kicker=hit["kicker"],
        image=image(hit["image"], hit.get("url"), image_origins),
        snippets=tuple(Markup(fragment) for fragment in hit["html"]["body"][:SNIPPETS]),
        categories=tuple(category(name, state, labels) for name in hit["categories"]),
        source=outlet(hit["source"], state),
        authors=tuple(author(name, state) for name in hit["authors"]),
        when=when(hit.get("published"), texts, now),
        copies=tuple(_copy(copy, state, texts, now) for copy in hit.get("copies") or ()),
    )


def _copy(copy: Mapping[str, Any], state: State, texts: Texts, now: datetime) -> ShownCopy:
    url, outside = _address(copy, state)
    return ShownCopy(
        title=copy["title"] or texts.untitled,
        url=url,
        outside=outside,
        source=copy["source"] or "",
        when=when(copy.get("published"), texts, now),
    )


def _address(hit: Mapping[str, Any], state: State) -> tuple[str, bool]:
    address = web_address(hit.get("url"))
    return address or article_url(hit["id"], state), address is not None


def category(name: str, state: State, labels: Mapping[str, str] = MappingProxyType({})) -> Choice:
    """A link to the same search within this category alone."""
    return _only(state, "category", labels.get(key(name), name))


def outlet(name: str | None, state: State) -> Choice | None:
    """A link to the same search within this outlet alone."""
    return _only(state, "source", name) if name else None


def author(name: str, state: State) -> Choice:
    """A link to the same search within this author's articles alone."""
    return _only(state, "author", name)


def _only(state: State, facet: Facet, name: str) -> Choice:
    return Choice(name, replace(state, page=1, **{facet: (key(name),)}).url)  # type: ignore[arg-type]


def article_url(id: str, state: State) -> str:
    """Where this service shows the article."""
    path = f"/article/{quote(id, safe='')}"
    return f"{path}?{urlencode({'lang': state.lang})}" if state.lang else path


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web: no link of ours runs a script."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def image(url: str | None, article: str | None, origins: Collection[str]) -> str | None:
    """The picture's address, if the page may load it: from this host, or from an origin that settings name.

    A path is one of the article's host; without one, of this host.
    """
    if not url:
        return None
    try:
        address = urljoin(web_address(article) or "", url)
        parts = urlsplit(address)
    except ValueError:
        return None
    if not parts.scheme and not parts.netloc:
        return address if address.startswith("/") else None
    return address if f"{parts.scheme}://{parts.netloc}" in origins else None


def moment_of(published: str) -> datetime:
    """The moment of an ISO time; a bare date begins at its midnight in Tehran."""
    if "T" in published:
        return datetime.fromisoformat(published).astimezone(TEHRAN)
    return datetime.combine(date.fromisoformat(published), time(), TEHRAN)


def when(published: str | None, texts: Texts, now: datetime) -> When | None:
    """The time of an ISO time or date, as a reader of these texts reads it."""
    if not published:
        return None
    moment = moment_of(published)
    day = moment.date()
    other = texts.jalali_day(day) if texts.calendar == "gregorian" else _gregorian(day, texts)
    return When(published, texts.day(day), other, texts.age(moment, now, whole_day="T" not in published))


def _gregorian(day: date, texts: Texts) -> str:
    return texts.digits(f"{day.day} {texts.gregorian_months[day.month - 1]} {day.year}")
