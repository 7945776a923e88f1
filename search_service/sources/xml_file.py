"""An XML file of articles: a WordPress export or a feed, told apart by its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, cast

from search_service.errors import ServiceError
from search_service.sources import feed, wxr
from search_service.sources.item import Item
from search_service.sources.lines import Inflated

_HEAD = 2**16
_EXPORT = b"wordpress.org/export/"


def read(path: Path, source: str, *, zipped: bool, today: date, max_article_bytes: int) -> Iterator[Item]:
    """The articles of the file; raises ``source_unreadable`` and ``OSError`` behind those that could be read."""
    with path.open("rb") as file:
        if not file.seekable():
            raise ServiceError("source_unreadable", "XML is read from a file, not from a pipe")

        def begin() -> IO[bytes]:
            file.seek(0)
            return cast(IO[bytes], Inflated(file)) if zipped else file

        is_export = _EXPORT in begin().read(_HEAD).replace(b"\0", b"")
        if is_export:
            yield from wxr.read(begin, source, today=today, max_article_bytes=max_article_bytes)
        else:
            yield from feed.read(begin(), source, today=today, max_article_bytes=max_article_bytes)
