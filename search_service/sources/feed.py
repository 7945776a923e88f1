"""A feed: RSS 0.9 to 2.0 (with its modules), RSS 1.0 and Atom, in one reading."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO
from urllib.parse import urljoin

from search_service.article import Article
from search_service.dates import plausible, read_time
from search_service.errors import ServiceError
from search_service.sources import identity
from search_service.sources.item import Found, Item, Note, Unreadable
from search_service.sources.page import hashed_id
from search_service.sources.post_text import body_of, lead_of
from search_service.sources.wordpress import version_of, web_address
from search_service.sources.xml_stream import MARGIN, Element, elements

_ENTRIES = ("item", "atom:entry")
_HEAD = ("title", "atom:title", "link", "atom:link", "language", "image", "atom:author")
_PUBLISHED = ("pubDate", "dc:date", "dcterms:issued", "dcterms:created", "atom:published", "atom:issued")
_MODIFIED = ("atom:updated", "dcterms:modified", "atom:modified")
_LONGEST_NAME = 300
_MAIL_AND_NAME = re.compile(r"\S+@\S+\s*\((?P<name>[^()]+)\)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=\Z|[-_])", re.IGNORECASE)


def read(
    stream: IO[bytes], source: str, *, today: date, max_article_bytes: int, base: str | None = None
) -> Iterator[Item]:
    """The articles of a feed; ``base``: where it was read from, for addresses without a host.

    Raises ``source_unreadable`` where the XML ends; what stands before that has been
    yielded by then.
    """
    feed = _Feed(source, today, max_article_bytes, base)
    entries = 0
    for element in elements(stream, (*_ENTRIES, *_HEAD), max_characters=MARGIN * max_article_bytes):
        if element.name in _ENTRIES:
            entries += 1
            yield from feed.items(element)
        else:
            feed.note(element)
    if not entries and not feed.title:
        raise ServiceError("source_unreadable", "the XML is no WordPress export, no RSS and no Atom")


class _Feed:
    def __init__(self, source: str, today: date, max_article_bytes: int, base: str | None) -> None:
        self.title = ""
        self._source = source
        self._today = today
        self._max_article_bytes = max_article_bytes
        self._base = base
        self._language = "fa"

    def note(self, element: Element) -> None:
        """What the feed says of itself, before its entries."""
        match element.name:
            case "title" | "atom:title":
                self.title = self.title or _plain(element)
            case "language" if found := _LANGUAGE.match(element.text.strip()):
                self._language = found[0].lower()
            case "link" | "atom:link" if element.attributes.get("rel", "alternate") == "alternate":
                link = element.attributes.get("href") or element.text.strip()
                self._base = self._base or web_address([link])

    def items(self, entry: Element) -> Iterator[Item]:
        """The article of an entry, or why it holds none."""
        try:
            if entry.cut:
                raise ServiceError("article_too_large", "the entry is too large to be read")
            found = self._found(entry)
            if len(found.article.canonical()) > self._max_article_bytes:
                raise ServiceError("article_too_large", f"the article is larger than {self._max_article_bytes} bytes")
        except ServiceError as error:
            yield Unreadable(self._source, entry.line, error.detail)
        except ValueError as error:  # markup that would cost far more than its size
            yield Unreadable(self._source, entry.line, str(error))
        else:
            yield found
            if found.article.published is None:
                yield Note(self._source, entry.line, "kept without 'published': the entry has no plausible date")

    def _found(self, entry: Element) -> Found:
        whole = _markup(entry, "content:encoded", "atom:content")
        told = _markup(entry, "description", "atom:summary")
        body = body_of(whole or told)
        link = self._link(entry)
        modified = self._time(entry, _MODIFIED)
        published = self._time(entry, _PUBLISHED) or modified
        title = _plain(*entry.all("title", "atom:title"))
        article = Article.parse(
            {
                "id": self._id(entry, link, title, published),
                "url": link,
                "title": title,
                "lead": lead_of(told, body) if whole else "",
                "body": body,
                "categories": list(_categories(entry)),
                "authors": list(_authors(entry)),
                "source": self.title or None,
                "image": self._image(entry),
                "language": self._language,
                "published": published,
                "modified": modified,
                "version": version_of(modified if isinstance(modified, datetime) else None),
            }
        )
        return Found(article, self._source, entry.line, dated=article.version is not None, summary=not whole)

    def _link(self, entry: Element) -> str | None:
        links = [element.text.strip() for element in entry.all("feedburner:origLink")]
        links += [
            link.attributes.get("href") or link.text.strip()
            for link in entry.all("link", "atom:link")
            if link.attributes.get("rel", "alternate") == "alternate"
        ]
        for guid in entry.all("guid"):
            if guid.attributes.get("isPermaLink", "true").strip().lower() == "true":
                links.append(guid.text.strip())
        link = web_address([self._absolute(link) for link in links if link])
        return identity.canonical(link) if link else None

    def _id(self, entry: Element, link: str | None, title: str, published: datetime | date | None) -> str:
        name = entry.first("guid", "atom:id")
        short = identity.post_id(link, identity.origin(link), identity.number_in(name))
        if short is not None:
            return short
        if name and identity.post_id(name, None, None):
            return name
        return hashed_id(link or name or title, published.isoformat() if published else "")

    def _absolute(self, address: str) -> str:
        try:
            return urljoin(self._base or "", address)
        except ValueError:
            return ""

    def _time(self, entry: Element, names: tuple[str, ...]) -> datetime | date | None:
        for element in entry.all(*names):
            try:
                found = read_time(element.text.strip())
            except ValueError:
                continue
            if plausible(found, self._today):
                return found
        return None

    def _image(self, entry: Element) -> str | None:
        media = [
            inner
            for group in (entry, *entry.all("media:group"))
            for inner in group.all("media:thumbnail", "media:content")
        ]
        found = [
            each.attributes.get("url", "")
            for each in (*media, *entry.all("enclosure"))
            if each.name == "media:thumbnail" or _is_picture(each)
        ]
        found += [each.attributes.get("href", "") for each in entry.all("atom:link") if _is_picture(each)]
        found += [image.first("url") for image in entry.all("image")]
        return web_address([self._absolute(address) for address in found if address])


def _is_picture(element: Element) -> bool:
    kind = element.attributes.get("type", "").lower()
    return kind.startswith("image/") or (not kind and element.attributes.get("medium") == "image")


def _categories(entry: Element) -> Iterator[str]:
    for each in entry.all("category", "dc:subject", "atom:category"):
        name = each.attributes.get("label") or each.attributes.get("term") or each.text
        if name.strip():
            yield html.unescape(name.strip())


def _authors(entry: Element) -> Iterator[str]:
    """Names; addresses of mail are nobody's business."""
    for each in entry.all("dc:creator", "atom:author", "author"):
        name = each.first("atom:name") or each.text.strip()
        found = _MAIL_AND_NAME.fullmatch(name[:_LONGEST_NAME])
        if found or (name and "@" not in name):
            yield found["name"].strip() if found else name


def _markup(entry: Element, *names: str) -> str:
    """The HTML of the first of these elements that has any."""
    for element in entry.all(*names):
        if element.attributes.get("type") in ("xhtml", "application/xhtml+xml"):
            markup = "".join(_written(part) for part in element.parts)
        else:
            markup = element.text
            if element.name.startswith("atom:") and element.attributes.get("type", "text") in ("text", "text/plain"):
                markup = html.escape(markup, quote=False)
        if markup.strip():
            return markup
    return ""


def _written(part: str | Element) -> str:
    """An element of XHTML as HTML, without its attributes."""
    if isinstance(part, str):
        return html.escape(part, quote=False)
    name = part.name.removeprefix("xhtml:")
    if not name.isalnum():
        return "".join(_written(inner) for inner in part.parts)
    inner = "".join(_written(each) for each in part.parts)
    return f"<{name}>{inner}" if name in ("br", "img", "hr") else f"<{name}>{inner}</{name}>"


def _plain(*found: Element) -> str:
    """A headline; XHTML's tags go, and HTML's with the article's door."""
    return " ".join(found[0].text.split()) if found else ""
