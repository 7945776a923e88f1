"""Where articles come from: files by their endings, folders of them, standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO

from search_service.errors import ServiceError
from search_service.sources import folder, html_page, jsonl, text_page, xml_file
from search_service.sources.categories import KnownCategories
from search_service.sources.item import Found, Item, Note, Stub, Unreadable
from search_service.sources.lines import gzip_lines, plain_lines

__all__ = ["ENDINGS", "Found", "Item", "Note", "Stub", "Unreadable", "read"]

_JSON_LINES = (".jsonl", ".ndjson")
_GZIPPED = (".jsonl.gz", ".ndjson.gz")
_HTML = (".html", ".htm", ".xhtml")
_TEXT = (".txt",)
_XML = (".xml", ".rss", ".atom")
_XML_GZIPPED = (".xml.gz",)
ENDINGS = (*_JSON_LINES, *_GZIPPED, *_HTML, *_TEXT, *_XML, *_XML_GZIPPED)

PAGE_MARGIN = 2
"""A page may be so many times larger than the article in it."""


def read(
    path: Path,
    *,
    known_categories: Sequence[str],
    today: date,
    max_article_bytes: int,
    stubs: bool = False,
) -> Iterator[Item]:
    """What a file, a folder or ``-`` (JSON lines from standard input) holds, as a stream.

    ``today`` is the day of reading, for dates that a text names without a year;
    ``stubs`` makes articles of a page's notices of others.  Nothing is raised for what
    cannot be read: it is yielded as ``Unreadable``, and the rest follows.
    """
    reader = _Reader(KnownCategories(known_categories), today, max_article_bytes, stubs)
    if str(path) == "-":
        yield from reader.json_lines(sys.stdin.buffer, "standard input")
    elif not path.is_dir():
        yield from reader.file(path)
    else:
        empty = True
        for entry in folder.files(path, ENDINGS):
            if isinstance(entry, Note):
                yield entry
            else:
                empty = False
                yield from reader.file(entry)
        if empty:
            yield Unreadable(_name(path), None, f"the folder holds no file that can be read ({_endings()})")


class _Reader:
    def __init__(self, categories: KnownCategories, today: date, max_article_bytes: int, stubs: bool) -> None:
        self._categories = categories
        self._today = today
        self._max_article_bytes = max_article_bytes
        self._stubs = stubs

    def file(self, path: Path) -> Iterator[Item]:
        source, name = _name(path), path.name.lower()
        try:
            if name.endswith((*_JSON_LINES, *_GZIPPED)):
                with path.open("rb") as stream:
                    yield from self.json_lines(stream, source, zipped=name.endswith(_GZIPPED))
            elif name.endswith(_HTML):
                page = self._bytes(path)
                yield from html_page.read(page, source, self._categories, self._today, self._max_article_bytes)
            elif name.endswith(_TEXT):
                text = self._bytes(path)
                yield from text_page.read(
                    text, source, self._categories, self._today, self._max_article_bytes, self._stubs
                )
            elif name.endswith((*_XML, *_XML_GZIPPED)):
                zipped = name.endswith(_XML_GZIPPED)
                yield from xml_file.read(
                    path, source, zipped=zipped, today=self._today, max_article_bytes=self._max_article_bytes
                )
            else:
                yield Unreadable(source, None, f"files of this kind are not read; known are {_endings()}")
        except OSError as error:
            yield Unreadable(source, None, f"the file cannot be read: {error.strerror or error}")
        except ServiceError as error:
            yield Unreadable(source, None, error.detail)

    def json_lines(self, stream: IO[bytes], source: str, *, zipped: bool = False) -> Iterator[Item]:
        lines = (gzip_lines if zipped else plain_lines)(stream, jsonl.ESCAPES * self._max_article_bytes)
        yield from jsonl.read_lines(lines, source, today=self._today, max_article_bytes=self._max_article_bytes)

    def _bytes(self, path: Path) -> bytes:
        limit = PAGE_MARGIN * self._max_article_bytes
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise ServiceError("article_too_large", f"the file is larger than {limit} bytes")
        return data


def _endings() -> str:
    return ", ".join(ENDINGS)


def _name(path: Path) -> str:
    """The path as text that can be printed, whatever bytes it has."""
    return os.fsencode(path).decode("utf-8", "replace")
