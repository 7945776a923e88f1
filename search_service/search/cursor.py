"""Where a walk through all hits goes on: the text that a program sends back to get what follows.

It tells a place in the order of the hits, so that walking costs each page the same and
nothing is passed over or told twice.  By date that place holds on any commit.  By
relevance a score means something on one commit and at one time only: the cursor names
both, and the commit is kept for a while.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from dataclasses import astuple, dataclass
from typing import Any

from search_service.engine.base import After
from search_service.errors import ServiceError
from search_service.search.params import SearchParams

BEGIN = "*"
"""The cursor that begins a walk."""

_LONGEST = 1024
_COMMIT = re.compile(r"\d{1,12}/[A-Za-z0-9-]{1,40}")
_PAGING = {"page", "size", "cursor", "fields", "facets", "stories"}
"""Parameters that do not change which hits there are, and in which order."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the hits of one search."""

    search: str
    """Names the search."""
    began: int
    """When the walk began, in seconds since 1970."""
    commit: str | None
    """Names the commit that is walked through; None: whichever is the newest."""
    score: float
    published: int | None
    id: str

    @property
    def after(self) -> After:
        """The hit behind which the page begins."""
        return After(self.score, self.published, self.id)

    def text(self) -> str:
        """As it stands in an address."""
        return base64.urlsafe_b64encode(json.dumps(astuple(self)).encode()).rstrip(b"=").decode()


def search_name(params: SearchParams) -> str:
    """Names what is searched for."""
    return hashlib.sha256(params.model_dump_json(exclude=_PAGING).encode()).hexdigest()[:16]


def read(text: str, params: SearchParams, now: int) -> Cursor:
    """The cursor of this search; raises ``cursor_invalid``: it comes from outside, and is trusted in nothing."""
    try:
        cursor = _cursor(text)
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise ServiceError("cursor_invalid", "the cursor cannot be read", field="cursor") from None
    if cursor.search != search_name(params):
        raise ServiceError("cursor_invalid", "the cursor belongs to another search", field="cursor")
    if not 0 <= cursor.began <= now:  # a later time would show what is not out yet
        raise ServiceError("cursor_invalid", "the cursor is of another time", field="cursor")
    return cursor


def _cursor(text: str) -> Cursor:
    if len(text) > _LONGEST or not text.isascii():
        raise ValueError
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    search, began, commit, score, published, id = json.loads(content)
    if not (_is(str, search, id) and _is(int, began) and _is(float, score) and math.isfinite(score)):
        raise ValueError
    if commit is not None and not (isinstance(commit, str) and _COMMIT.fullmatch(commit)):
        raise ValueError
    if published is not None and not (_is(int, published) and abs(published) < 2**53):
        raise ValueError
    return Cursor(search, began, commit, score, published, id)


def _is(kind: type, *values: Any) -> bool:
    return all(type(value) is kind for value in values)
