"""What a post is called, so that its saved page, its feed and its import are one article."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from search_service.article import MAX_ID_BYTES

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_cid|mc_eid|igshid|ref_src")
_NUMBER = re.compile(r"\d{1,19}")


def post_id(url: str | None, home: str | None, number: int | None) -> str | None:
    """The canonical address where it fits into an id; else the short link that WordPress gives the post.

    An address with Persian words takes six bytes a letter, so that many do not fit.
    """
    if url and len(url.encode("utf-8", "replace")) <= MAX_ID_BYTES:
        return url
    if home and number is not None:
        return f"{home.rstrip('/')}/?p={number}"
    return None


def origin(url: str | None) -> str | None:
    """Scheme and host of an address."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def number_in(url: str) -> int | None:
    """The number of ``https://news.example/?p=123``."""
    try:
        query = dict(parse_qsl(urlsplit(url).query, max_num_fields=50))
    except ValueError:
        return None
    number = query.get("p", "")
    return int(number) if _NUMBER.fullmatch(number) else None


def canonical(url: str) -> str:
    """The address without what only says where a reader came from."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return url
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
    if len(kept) == len(pairs):
        return url
    return urlunsplit(parts._replace(query=urlencode(kept)))
