"""Articles as JSON lines: one JSON object to a line, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NoReturn

from search_service.article import Article
from search_service.dates import plausible, read_time
from search_service.errors import ServiceError
from search_service.sources import categories
from search_service.sources.item import Found, Item, Note, Unreadable
from search_service.sources.lines import TOO_LONG, Lines

ESCAPES = 3
"""A line may be so many times longer than its article: ``\\u0627`` stands for two bytes."""

_MOMENTS = ("published", "modified")
_LISTS = ("categories", "category", "tags", "authors", "author")


def read_lines(lines: Lines, source: str, *, today: date, max_article_bytes: int) -> Iterator[Item]:
    """The article of each line; a line that holds none is reported and the next one read."""
    for number, line in lines:
        if line is TOO_LONG:
            yield Unreadable(source, number, f"the line is longer than an article of {max_article_bytes} bytes can be")
        elif line.strip():
            yield from _article(line, source, number, today, max_article_bytes)


def _article(line: bytes, source: str, number: int, today: date, max_article_bytes: int) -> Iterator[Item]:
    try:
        data = parse_json(line)
        if not isinstance(data, dict):
            raise ServiceError("article_invalid", "the line is no JSON object")
        notes = [Note(source, number, text) for text in _clean(data, today)]
        article = Article.parse(data)
        if len(line) > max_article_bytes and len(article.canonical()) > max_article_bytes:
            raise ServiceError("article_too_large", f"the article is larger than {max_article_bytes} bytes")
    except ServiceError as error:
        yield Unreadable(source, number, error.detail)
    else:
        yield Found(article, source, number)
        yield from notes


def parse_json(line: bytes) -> Any:
    """The JSON value of UTF-8 bytes; raises ``article_invalid`` in one line that says what and where."""
    try:
        return json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        detail = f"the bytes are no UTF-8 at byte {error.start + 1} (0x{line[error.start]:02x})"
    except json.JSONDecodeError as error:
        detail = f"broken JSON: {error.msg} at character {error.pos + 1}"
    except RecursionError:
        detail = "the JSON is nested too deeply"
    except ValueError as error:  # a number of thousands of digits, NaN
        detail = f"broken JSON: {error}"
    raise ServiceError("article_invalid", detail)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _clean(data: dict[str, Any], today: date) -> Iterator[str]:
    """Drop what a lenient reader does without, in place; tell what of it is worth telling."""
    for name in _LISTS:
        value = data.get(name)
        if isinstance(value, str | list):
            data[name] = categories.clean([value] if isinstance(value, str) else value)
    for name in _MOMENTS:
        value = data.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            moment = read_time(value if isinstance(value, str) else json.dumps(value))
            if not plausible(moment, today):
                raise ValueError(f"'{value}' is not plausible")
            data[name] = moment
        except ValueError as error:
            data[name] = None
            yield f"kept without '{name}': {error}"
