"""A WordPress export (WXR 1.0 to 1.2), of any size.

Read twice: once for what posts refer to (pictures, authors, categories above others), which
stands before or behind them, and once for the posts.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import IO

from search_service.article import Article
from search_service.dates import plausible
from search_service.errors import ServiceError
from search_service.sources import identity, post_fields
from search_service.sources.item import Found, Item, Note, Unreadable
from search_service.sources.post_text import body_of, lead_of
from search_service.sources.terms import Term, lineage
from search_service.sources.wordpress import moment, version_of, web_address
from search_service.sources.xml_stream import MARGIN, Element, elements

Open = Callable[[], IO[bytes]]
"""The export from its beginning, each time anew."""

_ITEMS = ("item",)
_HEAD = ("title", "image", "wp:base_blog_url", "wp:author", "wp:category", "wp:term")
_MOST_NAMES = 200_000
_REASONS = {"private": "private", "draft": "drafts", "pending": "drafts", "auto-draft": "drafts", "future": "scheduled"}


def read(open_: Open, source: str, *, today: date, max_article_bytes: int) -> Iterator[Item]:
    """The published posts of an export, and what was left out.

    Raises ``source_unreadable`` where the XML ends; what stands before that has been
    yielded by then.
    """
    with closing(_References()) as references:
        # What is broken is told of in the second reading, behind the posts that stand before it.
        try:
            references.read(open_(), max_article_bytes)
        except ServiceError as error:
            if error.code != "source_unreadable":
                raise
        posts = _Posts(references, source, today, max_article_bytes)
        for element in elements(open_(), _ITEMS, left_out=("wp:comment",), max_characters=MARGIN * max_article_bytes):
            yield from posts.items(element)
        yield from posts.notes()


class _References:
    """What posts refer to by number or short name; pictures in a temporary file, for there may be any number."""

    def __init__(self) -> None:
        self.site: str | None = None
        self.home: str | None = None
        self._authors: dict[str, str] = {}
        self._categories: dict[str, Term] = {}
        self._pictures = sqlite3.connect("")  # on the disk as soon as it is large
        self._pictures.execute("CREATE TABLE pictures (number INTEGER PRIMARY KEY, url TEXT NOT NULL)")

    def read(self, stream: IO[bytes], max_article_bytes: int) -> None:
        left_out = ("wp:comment", "wp:postmeta", "content:encoded", "excerpt:encoded", "description")
        for element in elements(
            stream, (*_HEAD, *_ITEMS), left_out=left_out, max_characters=MARGIN * max_article_bytes
        ):
            match element.name:
                case "item":
                    number, url = element.first("wp:post_id"), element.first("wp:attachment_url", "guid")
                    if element.first("wp:post_type") == "attachment" and _is_number(number) and url:
                        self._pictures.execute("INSERT OR REPLACE INTO pictures VALUES (?, ?)", (int(number), url))
                case "title":
                    self.site = self.site or element.text.strip()
                case "wp:base_blog_url":
                    self.home = element.text.strip()
                case "wp:author" if len(self._authors) < _MOST_NAMES:
                    self._authors[element.first("wp:author_login")] = element.first("wp:author_display_name")
                case "wp:category" if len(self._categories) < _MOST_NAMES:
                    slug, parent = element.first("wp:category_nicename"), element.first("wp:category_parent")
                    self._categories[slug] = Term(element.first("wp:cat_name"), slug, parent)
                case "wp:term" if len(self._categories) < _MOST_NAMES:
                    if element.first("wp:term_taxonomy") == "category":
                        slug, parent = element.first("wp:term_slug"), element.first("wp:term_parent")
                        self._categories.setdefault(slug, Term(element.first("wp:term_name"), slug, parent))

    def picture(self, number: str) -> str | None:
        found = (
            _is_number(number)
            and self._pictures.execute("SELECT url FROM pictures WHERE number = ?", (int(number),)).fetchone()
        )
        return web_address([found[0]]) if found else None

    def author(self, login: str) -> str:
        return self._authors.get(login) or login

    def lineage(self, nicename: str, name: str) -> list[str]:
        """The category behind those above it; ``name``: what the post calls it."""
        own = Term(name, nicename)
        return lineage(
            nicename or name, lambda key: self._categories.get(key) or (own if key in (nicename, name) else None)
        )

    def close(self) -> None:
        self._pictures.close()


class _Posts:
    def __init__(self, references: _References, source: str, today: date, max_article_bytes: int) -> None:
        self._references = references
        self._source = source
        self._today = today
        self._max_article_bytes = max_article_bytes
        self._left_out: Counter[str] = Counter()

    def items(self, item: Element) -> Iterator[Item]:
        """The article of an item, or why it holds none; nothing for what is no public post."""
        kind, status = item.first("wp:post_type") or "post", item.first("wp:status") or "publish"
        if kind != "post":
            self._left_out[f"of the kind {kind[:40]!r}"] += kind != "attachment"
        elif status != "publish":
            self._left_out[_REASONS.get(status, f"of the status {status[:40]!r}")] += 1
        elif item.first("wp:post_password"):
            self._left_out["with a password"] += 1
        else:
            yield from self._post(item)

    def notes(self) -> Iterator[Note]:
        """What was left out, in one line."""
        told = [f"{count} {what}" for what, count in self._left_out.most_common(8) if count]
        if told:
            yield Note(self._source, None, f"left out: {', '.join(told)}")

    def _post(self, item: Element) -> Iterator[Item]:
        published = _time(item, "wp:post_date_gmt", "wp:post_date") or moment(item.first("pubDate"))
        changed = _time(item, "wp:post_modified_gmt", "wp:post_modified")
        if published is not None and not plausible(published, self._today):
            published = None
        try:
            if item.cut:
                raise ServiceError("article_too_large", "the post is too large to be read")
            found = self._article(item, published, changed)
            if len(found.canonical()) > self._max_article_bytes:
                raise ServiceError("article_too_large", f"the article is larger than {self._max_article_bytes} bytes")
        except ServiceError as error:
            yield Unreadable(self._source, item.line, error.detail)
        except ValueError as error:  # markup that would cost far more than its size
            yield Unreadable(self._source, item.line, str(error))
        else:
            yield Found(found, self._source, item.line, dated=found.version is not None)
            if published is None:
                yield Note(self._source, item.line, "kept without 'published': the post has no plausible date")

    def _article(self, item: Element, published: datetime | None, changed: datetime | None) -> Article:
        link, number = web_address([item.first("link")]), item.first("wp:post_id")
        home = self._references.home or identity.origin(link)
        own = {meta.first("wp:meta_key"): meta.first("wp:meta_value") for meta in item.all("wp:postmeta")}
        kicker, lead = post_fields.kicker_and_lead(own.items())
        body = body_of(item.first("content:encoded"), raw=True)
        return Article.parse(
            {
                "id": identity.post_id(link, home, int(number) if _is_number(number) else None) or item.first("guid"),
                "url": link,
                "kicker": kicker,
                "title": item.first("title"),
                "lead": lead or lead_of(item.first("excerpt:encoded"), body),
                "body": body,
                "categories": self._categories(item),
                "tags": [
                    term.text for term in item.all("category") if term.attributes.get("domain") in ("post_tag", "tag")
                ],
                "authors": [self._references.author(creator.text.strip()) for creator in item.all("dc:creator")],
                "source": self._references.site,
                "image": self._references.picture(own.get("_thumbnail_id", "")),
                "published": published,
                "modified": changed,
                "version": version_of(changed),
            }
        )

    def _categories(self, item: Element) -> list[str]:
        names: dict[str, None] = {}
        for term in item.all("category"):
            if term.attributes.get("domain", "category") == "category":
                nicename = term.attributes.get("nicename", "")
                names.update(dict.fromkeys(self._references.lineage(nicename, term.text.strip())))
        return list(names)


def _time(item: Element, gmt: str, local: str) -> datetime | None:
    return moment(item.first(gmt), UTC) or moment(item.first(local))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
