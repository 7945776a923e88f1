"""The REST API of a WordPress site: where it is, its pages of posts, and what posts refer to."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from search_service.article import now
from search_service.errors import ServiceError
from search_service.fetching.body import TooMuch
from search_service.fetching.fetcher import Fetcher, Reply
from search_service.fetching.target import Target
from search_service.sources.terms import Term
from search_service.sources.wordpress import FIELDS

_ROOT = re.compile(r"/(?:wp-json|wp-admin|index\.php)(?:/.*)?\Z")
_LINK = re.compile(r"<([^<>]+)>\s*;[^,]*\brel\s*=\s*\"?https://api\.w\.org/\"?", re.IGNORECASE)
_WARNED = re.compile(r"\s*<(?:br|b)\b[^\[{]{0,2000}(?=[\[{])")
_OURS = re.compile(r"[?&](?:_fields|_embed|orderby|order|per_page|include)=[^&]*")
_EMBED = "author,wp:featuredmedia,wp:term"
_MOST_CATEGORY_PAGES = 100


class ApiError(ServiceError):
    """What the API itself answers where it refuses; ``reason`` is its own code, such as ``rest_forbidden``."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__("fetch_failed", detail)
        self.reason = reason


class OtherAnswer(ServiceError):
    """Something else stands where the API should."""

    def __init__(self, detail: str) -> None:
        super().__init__("fetch_failed", detail)


class Overburdened(ServiceError):
    """The server fails at an answer again and again, or ours is too small for it; a smaller one may come."""

    def __init__(self, detail: str) -> None:
        super().__init__("fetch_failed", detail)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a collection; ``total`` and ``pages`` are ``None`` where the site does not tell."""

    rows: Sequence[Mapping[str, Any]]
    total: int | None
    pages: int | None
    told: datetime
    """The site's clock."""

    def is_last(self, number: int, size: int) -> bool:
        """Whether no other page follows; where the site does not tell, a page that is not full is the last."""
        if self.pages is None:
            return len(self.rows) < size
        return not self.rows or number >= self.pages


class WordPressApi:
    """One collection of posts: ``posts``, or the REST base of another type."""

    def __init__(self, fetcher: Fetcher, url: str, type: str = "posts") -> None:
        """Find the API; raises ``fetch_failed`` in words that say what stands there instead."""
        self._fetcher = fetcher
        self._type = type
        self._before: tuple[int, Sequence[Mapping[str, Any]]] = (0, ())
        self.root = self._found(url)
        about = self._about()
        self.name = html.unescape(about.get("name") or "") or fetcher.target.host
        self.home = (about.get("home") or _site(url)).rstrip("/")

    def page(self, number: int, size: int, *, whole: bool, **parameters: str) -> Page:
        """A page of posts by their numbers; ``whole`` with all that articles are made of, else for comparing."""
        wanted = {"_fields": FIELDS, "_embed": _EMBED} if whole else {"_fields": "id,modified_gmt,modified,date_gmt"}
        ordered = {"orderby": "id", "order": "asc", **parameters}
        page = self._collection(self._type, {"page": str(number), "per_page": str(size), **ordered, **wanted})
        if page.rows and self._before == (number - 1, page.rows):
            raise ServiceError("fetch_failed", f"{self.root} answers page {number} with page {number - 1} again")
        self._before = number, page.rows
        return page

    def including(self, numbers: Sequence[int], *, whole: bool) -> Page:
        """Those of at most a hundred posts that readers may see."""
        return self.page(1, len(numbers), whole=whole, include=",".join(map(str, numbers)))

    def categories(self) -> Iterator[tuple[int, Term]]:
        """All categories with their parents; none where the site hides them."""
        for number in range(1, _MOST_CATEGORY_PAGES + 1):
            try:
                page = self._collection(
                    "categories", {"page": str(number), "per_page": "100", "_fields": "id,name,slug,parent"}
                )
            except ApiError:
                return
            for row in page.rows:
                if isinstance(row.get("id"), int) and isinstance(row.get("name"), str):
                    parent = row.get("parent")
                    name, slug = html.unescape(row["name"]), str(row.get("slug") or "")
                    yield row["id"], Term(name, slug, parent if isinstance(parent, int) else 0)
            if page.is_last(number, 100):
                return

    def names(self, collection: str, numbers: Iterable[int], field: str = "name") -> dict[int, str]:
        """What ``tags``, ``users`` or ``media`` of these numbers are called; nothing where the site hides them."""
        wanted = sorted(set(numbers))
        found: dict[int, str] = {}
        for start in range(0, len(wanted), 100):
            some = wanted[start : start + 100]
            include = ",".join(map(str, some))
            try:
                page = self._collection(
                    collection, {"include": include, "per_page": str(len(some)), "_fields": f"id,{field}"}
                )
            except ApiError:
                break
            for row in page.rows:
                if isinstance(row.get("id"), int) and isinstance(row.get(field), str):
                    found[row["id"]] = html.unescape(row[field])
        return found

    def _collection(self, name: str, parameters: Mapping[str, str]) -> Page:
        reply = self._get(f"wp/v2/{name}", parameters)
        try:
            rows = _decoded(reply)
        except OtherAnswer:
            # An answer that broke off on its way comes whole the second time.
            reply = self._get(f"wp/v2/{name}", parameters)
            rows = _decoded(reply)
        if not isinstance(rows, list):
            raise OtherAnswer(f"{_shown(reply.url)} answers no list of {name}")
        return Page(
            [row for row in rows if isinstance(row, Mapping)],
            _whole_number(reply.headers.get("x-wp-total")),
            _whole_number(reply.headers.get("x-wp-totalpages")),
            _clock(reply),
        )

    def _get(self, path: str, parameters: Mapping[str, str]) -> Reply:
        try:
            reply = self._fetcher.get(_joined(self.root, path, parameters), {"Accept": "application/json"})
        except TooMuch as error:
            raise Overburdened(error.detail) from None
        if reply.status != 200:
            raise _refusal(reply)
        return reply

    def _found(self, url: str) -> str:
        """The API's root: where it usually is, without pretty addresses, or where the site says."""
        site = _site(url)
        first: ApiError | OtherAnswer | None = None
        for root in (f"{site}/wp-json/", f"{site}/?rest_route=/", None):
            root = root or self._announced(site)
            if root is None:
                continue
            self.root = root
            try:
                self._collection(self._type, {"per_page": "1", "_fields": "id"})
            except (ApiError, OtherAnswer) as error:
                # The API's own words say more than what else stands there.
                if first is None or (isinstance(error, ApiError) and not isinstance(first, ApiError)):
                    first = error
            else:
                return root
        assert first is not None, "two roots are always tried"
        raise first

    def _announced(self, site: str) -> str | None:
        """The root that the front page names in its ``Link`` header."""
        reply = self._fetcher.get(f"{site}/")
        found = _LINK.search(reply.headers.get("link", "")[:4000])
        return urljoin(reply.url, found[1]) if found else None

    def _about(self) -> Mapping[str, Any]:
        """What the site says of itself; some hide it and show their posts."""
        try:
            about = _decoded(self._get("", {"_fields": "name,home,url"}))
        except ServiceError:
            return {}
        if not isinstance(about, Mapping):
            return {}
        return {name: value for name, value in about.items() if isinstance(value, str)}


def _site(url: str) -> str:
    """The address of the site, whatever part of it was given."""
    target = Target.of(url if "//" in url else f"https://{url}")
    return target.origin + _ROOT.sub("", urlsplit(str(target)).path).rstrip("/")


def _joined(root: str, path: str, parameters: Mapping[str, str]) -> str:
    query = urlencode(parameters)
    mark = "&" if "?" in root else "?"
    return f"{root}{path}{mark}{query}"


def _decoded(reply: Reply) -> Any:
    """The JSON of an answer, behind warnings of PHP where it has any."""
    is_page = "html" in reply.headers.get("content-type", "").lower()
    try:
        text = reply.body.decode("utf-8-sig")
        warned = _WARNED.match(text) if not is_page else None
        return json.loads(text[warned.end() :] if warned else text)
    except (ValueError, RecursionError):
        if is_page or reply.body.lstrip()[:1] == b"<":
            what = "a page (HTML) where JSON should be; is this WordPress, and its REST API open?"
        else:
            what = "broken JSON"
        raise OtherAnswer(f"{_shown(reply.url)} answers {what}") from None


def _refusal(reply: Reply) -> ServiceError:
    """The API's own words: ``{"code", "message", "data": {"status"}}``."""
    if reply.status >= 500:
        return Overburdened(f"{_shown(reply.url)} answers {reply.status}")
    try:
        said = json.loads(reply.body.decode("utf-8-sig"))
        reason, message = str(said["code"]), " ".join(str(said.get("message", "")).split())[:200]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return OtherAnswer(f"{_shown(reply.url)} answers {reply.status}")
    printable = "".join(c if c.isprintable() or c == "\u200c" else " " for c in message)
    return ApiError(reason, f"{_shown(reply.url)} answers {reply.status}: {printable} ({ascii(reason[:60])[1:-1]})")


def _shown(url: str) -> str:
    """The address without the parameters that are the same each time."""
    return _OURS.sub("", url)


def _whole_number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _clock(reply: Reply) -> datetime:
    """The time of the answer, never later than ours."""
    here = now()
    try:
        there = parsedate_to_datetime(reply.headers.get("date", ""))
        return min(here, there) if there.tzinfo else here
    except (TypeError, ValueError):
        return here
