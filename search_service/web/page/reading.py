"""An article as a reader sees it on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search_service import jalali
from search_service.web.page.choices import Choice
from search_service.web.page.hits import age, author, category, moment_of, outlet, web_address
from search_service.web.page.state import State
from search_service.web.texts import Texts


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """The whole text, with the lines that stand above it."""

    title: str
    kicker: str
    lead: str
    paragraphs: tuple[str, ...]
    original: str | None
    """The outlet's own address."""
    source: Choice | None
    authors: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    moment: str
    date: str
    age: str


def shown(stored: Mapping[str, Any], texts: Texts, now: datetime) -> ShownArticle | None:
    """The article as the index keeps it; None when its time has not come."""
    published = stored.get("published") or ""
    moment = moment_of(published) if published else None
    if moment is not None and moment > now:
        return None
    return ShownArticle(
        title=stored.get("title") or texts.untitled,
        kicker=stored.get("kicker", ""),
        lead=stored.get("lead", ""),
        paragraphs=tuple(part for part in stored.get("body", "").split("\n\n") if part.strip()),
        original=web_address(stored.get("url")),
        source=outlet(stored.get("source")),
        authors=tuple(author(name) for name in stored.get("authors", ())),
        categories=tuple(category(name, State()) for name in stored.get("categories", ())),
        moment=published,
        date=jalali.text(moment.date()) if moment else "",
        age=age(published, texts, now) if published else "",
    )
