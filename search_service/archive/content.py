"""An article's content as stored bytes, and back: canonical JSON, compressed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from search_service.article import TEHRAN, Article, Status

# Level 4: news of 6.4 KB becomes 34% of its size in 0.12 ms; level 6 takes twice as long for 33%.
LEVEL = 4


def encode(article: Article) -> bytes:
    """The content; the version is not part of it."""
    return zlib.compress(article.canonical(), LEVEL)


def same(one: bytes, other: bytes) -> bool:
    """Whether two stored contents are equal, whichever library compressed them."""
    return one == other or zlib.decompress(one) == zlib.decompress(other)


def fields(content: bytes) -> dict[str, Any]:
    """The content as JSON holds it."""
    found: dict[str, Any] = json.loads(zlib.decompress(content))
    return found


def categories(content: bytes) -> tuple[str, ...]:
    """The category labels in a stored content."""
    return tuple(fields(content).get("categories", ()))


def decode(content: bytes, version: int) -> Article:
    """The article, equal to the one that was written.

    It does not pass the door again: what was once accepted comes back as it is, however
    strict the door has become since.
    """
    found = fields(content)
    for name, value in found.items():
        if value is not None and name in _READ:
            found[name] = _READ[name](value)
    return Article.model_construct(**found, version=version)


def _moment(text: str) -> datetime | date:
    if len(text) == len("2023-09-19"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(TEHRAN)


_READ: dict[str, Callable[[Any], object]] = {
    "categories": tuple,
    "tags": tuple,
    "authors": tuple,
    "status": Status,
    "published": _moment,
    "modified": _moment,
}
"""The fields that JSON holds in another type."""
