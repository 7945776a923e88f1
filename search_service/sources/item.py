"""What reading a source yields: articles, and what is to be said of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from search_service.article import Article


class Found(NamedTuple):
    """An article, and where it stood.

    ``dated``: its version is a time of modification, so that one behind the archive's is
    merely old, and other content of the same time may follow.  ``summary``: its body is
    only what a feed tells of it, and takes no fuller one's place.
    """

    article: Article
    source: str
    line: int | None = None
    dated: bool = False
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What holds no article that can be accepted; ``line`` is ``None`` for a whole file."""

    source: str
    line: int | None
    error: str


@dataclass(frozen=True, slots=True)
class Note:
    """What was left out on the way: a date that does not exist, files of other kinds."""

    source: str
    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Stub:
    """A notice of another article at the end of a page: its title, an excerpt, its age as written."""

    source: str
    title: str
    excerpt: str
    age: str


Item = Found | Unreadable | Note | Stub
