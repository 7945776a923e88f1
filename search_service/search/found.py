"""An article as the index keeps it becomes a hit of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from search_service import jalali
from search_service.article import TEHRAN
from search_service.engine.base import Hit
from search_service.search.answer import Copy, Found, Fragments, Html, JalaliDate
from search_service.search.marks import html
from search_service.search.snippet import Snippets, shown

NO_FRAGMENTS = Fragments(title=(), body=())


def found(
    hit: Hit, article: Mapping[str, Any], snippets: Snippets | None, copies: tuple[Copy, ...] | None = None
) -> Found:
    """The hit with its fragments; ``article`` is what it has stored."""
    title = article.get("title", "")
    fragments = NO_FRAGMENTS
    if snippets is not None:
        fragments = snippets.fragments(hit.id)
    published = article.get("published")
    return Found(
        id=hit.id,
        version=hit.version,
        url=article.get("url"),
        kicker=shown(article.get("kicker", "")),
        title=shown(title),
        categories=tuple(map(shown, article.get("categories", ()))),
        tags=tuple(map(shown, article.get("tags", ()))),
        authors=tuple(map(shown, article.get("authors", ()))),
        source=_line(article.get("source")),
        image=article.get("image"),
        published=moment(published) if published else None,
        published_jalali=_jalali(published) if published else None,
        score=round(hit.score, 4),
        fragments=fragments,
        html=Html(title=html(fragments.title), body=tuple(html(each) for each in fragments.body)),
        copies=copies,
    )


def copy(hit: Hit, article: Mapping[str, Any]) -> Copy:
    """The hit as a copy of another one's story."""
    published = article.get("published")
    return Copy(
        id=hit.id,
        url=article.get("url"),
        title=shown(article.get("title", "")),
        source=_line(article.get("source")),
        published=moment(published) if published else None,
        published_jalali=_jalali(published) if published else None,
    )


def _line(text: str | None) -> str | None:
    return None if text is None else shown(text)


def moment(text: str) -> datetime | date:
    """The time or the bare date of an ISO text, in Tehran."""
    if len(text) == len("2023-09-19"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(TEHRAN)


def day(article: Mapping[str, Any]) -> date | None:
    """The day of publication in Tehran."""
    published = article.get("published")
    when = moment(published) if published else None
    return when.date() if isinstance(when, datetime) else when


def is_out(published: str | None, now: int) -> bool:
    """Whether the time of publication has come; a bare date begins at its midnight in Tehran."""
    if not published:
        return True
    when = moment(published)
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=TEHRAN)
    return when.timestamp() <= now


def _jalali(text: str) -> JalaliDate:
    when = moment(text)
    when = when.date() if isinstance(when, datetime) else when
    number = jalali.day_number(when)
    return JalaliDate(date=jalali.iso_day(number), text=jalali.text(when))
