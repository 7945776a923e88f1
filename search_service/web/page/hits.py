"""A hit of an answer, as a reader sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from search_service.article import TEHRAN
from search_service.text.fold import key
from search_service.web.page.choices import Choice
from search_service.web.page.state import State
from search_service.web.texts import Texts


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One article of the page; ``title`` and ``snippets`` are Markup that search has escaped and marked."""

    title: Markup
    url: str
    outside: bool
    """Whether the address is the outlet's own, and not a page of this service."""
    kicker: str
    snippets: tuple[Markup, ...]
    categories: tuple[Choice, ...]
    source: Choice | None
    authors: tuple[Choice, ...]
    moment: str
    date: str
    age: str


def shown(hit: Mapping[str, Any], state: State, texts: Texts, now: datetime) -> ShownHit:
    """The hit of an answer, with links that go on from this state."""
    moment = hit.get("published")
    jalali = hit.get("published_jalali")
    address = web_address(hit.get("url"))
    return ShownHit(
        title=Markup(hit["html"]["title"]) or Markup.escape(texts.untitled),
        url=address or article_url(hit["id"]),
        outside=address is not None,
        kicker=hit["kicker"],
        snippets=tuple(Markup(fragment) for fragment in hit["html"]["body"]),
        categories=tuple(category(name, state) for name in hit["categories"]),
        source=outlet(hit["source"]),
        authors=tuple(author(name) for name in hit["authors"]),
        moment=moment or "",
        date=jalali["text"] if jalali else "",
        age=age(moment, texts, now) if moment else "",
    )


def category(name: str, state: State) -> Choice:
    """A link to the same query within this category alone."""
    return Choice(name, State(q=state.q, category=(key(name),)).url)


def outlet(name: str | None) -> Choice | None:
    """A link to all of an outlet's articles."""
    return Choice(name, State(source=(key(name),)).url) if name else None


def author(name: str) -> Choice:
    """A link to all of an author's articles."""
    return Choice(name, State(author=(key(name),)).url)


def article_url(id: str) -> str:
    """Where this service shows the article."""
    return f"/article/{quote(id, safe='')}"


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web: no link of ours runs a script."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def moment_of(published: str) -> datetime:
    """The moment of an ISO time; a bare date begins at its midnight in Tehran."""
    if "T" in published:
        return datetime.fromisoformat(published).astimezone(TEHRAN)
    return datetime.combine(date.fromisoformat(published), time(), TEHRAN)


def age(published: str, texts: Texts, now: datetime) -> str:
    """How long ago, of an ISO time or date."""
    return texts.age(moment_of(published), now, whole_day="T" not in published)
