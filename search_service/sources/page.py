"""What is read off a page of one article, and the Article that it makes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from search_service.article import MAX_ID_BYTES, Article
from search_service.dates import plausible, read_time
from search_service.errors import ServiceError
from search_service.sources import identity
from search_service.sources.item import Found, Item, Note, Unreadable

_NUMBERED = re.compile(r"post-(\d{1,18})")


@dataclass
class Page:
    """The parts of a page as found; ``published`` and ``modified`` hold candidates, best first."""

    title: str = ""
    kicker: str = ""
    lead: str = ""
    body: str = ""
    url: str | None = None
    post_id: str | None = None
    categories: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    source: str | None = None
    image: str | None = None
    language: str = "fa"
    published: list[str | date] = field(default_factory=list)
    modified: list[str | date] = field(default_factory=list)


def items(page: Page, source: str, today: date, max_article_bytes: int) -> Iterator[Item]:
    """The article of a page, and a note when it could not be dated; or why there is none."""
    published, why = _moment(page.published, today)
    modified, _ = _moment(page.modified, today)
    try:
        article = Article.parse(
            {
                "id": _id(page, published),
                "url": page.url,
                "kicker": page.kicker,
                "title": page.title,
                "lead": page.lead,
                "body": page.body,
                "categories": page.categories,
                "tags": page.tags,
                "authors": page.authors,
                "source": page.source,
                "image": page.image,
                "language": page.language,
                "published": published,
                "modified": modified,
            }
        )
        if len(article.canonical()) > max_article_bytes:
            raise ServiceError("article_too_large", f"the article is larger than {max_article_bytes} bytes")
    except ServiceError as error:
        yield Unreadable(source, None, f"no article could be read off the page: {error.detail}")
        return
    yield Found(article, source)
    if published is None:
        yield Note(source, None, f"kept without 'published': {why}")


def _moment(candidates: list[str | date], today: date) -> tuple[datetime | date | None, str]:
    """The first candidate that is a plausible date, or why there is none."""
    why = ""
    for candidate in candidates:
        try:
            moment = read_time(candidate) if isinstance(candidate, str) else candidate
            if not plausible(moment, today):
                raise ValueError(f"'{candidate}' is not plausible")
            return moment, ""
        except ValueError as error:
            why = why or str(error)
    return None, why or "no date was found"


def _id(page: Page, published: datetime | date | None) -> str:
    """The canonical address, else the post's short link or number, else a hash of headline and date."""
    short = page.post_id
    if page.url and short and (number := _NUMBERED.fullmatch(short)):
        short = identity.post_id(None, identity.origin(page.url), int(number[1]))
    for name in (page.url, short):
        if name and len(name.encode("utf-8", "replace")) <= MAX_ID_BYTES:
            return name
    return hashed_id(page.url or page.title or page.body, published.isoformat() if published else "")


def hashed_id(*parts: str) -> str:
    """A name for what has none of its own: the same for the same parts, whatever their spacing."""
    text = "\n".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
