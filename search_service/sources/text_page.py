"""The plain text of an article: a page's text as copied or saved, or a plain file.

A page of the WordPress kind reads: a line of categories, the headline, the body, the
author's short name, and a tail of notices of other posts, each with its age («9 ماه
ago»).  Any other text is a headline, then the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from search_service import dates
from search_service.article import Article
from search_service.errors import ServiceError
from search_service.sources import datelines
from search_service.sources.categories import KnownCategories
from search_service.sources.clutter import is_heading_of_others
from search_service.sources.item import Found, Item, Stub, Unreadable
from search_service.sources.page import Page, hashed_id, items

_LABEL = r"(?:\s*[:：]\s*)"
_CATEGORIES = re.compile(rf"(?:categor(?:y|ies)|دسته(?:\s?(?:ها|بندی|‌ها|‌بندی))?){_LABEL}(?P<names>.+)", re.IGNORECASE)
_TAGS = re.compile(rf"(?:tags?|برچسب(?:\s?ها|‌ها)?){_LABEL}(?P<names>.+)", re.IGNORECASE)
_AUTHOR = re.compile(rf"(?:by|author|نویسنده|نگارنده|خبرنگار|گزارشگر){_LABEL}(?P<name>.{{2,60}})", re.IGNORECASE)
_AGE = re.compile(
    r"(?:\d{1,3}|an?|یک|چند)\s*"
    r"(?:ثانیه|دقیقه|ساعت|روز|هفته|ماه|سال|seconds?|min(?:ute)?s?|hours?|days?|weeks?|months?|years?)"
    r"\s*(?:ago|پیش|قبل)|دیروز|لحظاتی پیش|yesterday|just now",
    re.IGNORECASE,
)
_LONGEST_HEADLINE = 250
_HEAD_LINES = 4


def read(
    data: bytes, source: str, categories: KnownCategories, today: date, max_article_bytes: int, stubs: bool
) -> Iterator[Item]:
    """The article of a text file; with ``stubs``, articles of the notices in its tail, too."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        yield Unreadable(source, None, f"the bytes are no UTF-8 at byte {error.start + 1} (0x{data[error.start]:02x})")
        return
    if not text.strip() or "\0" in text:
        yield Unreadable(source, None, "the file is empty" if not text.strip() else "the file is no text")
        return
    lines = [line.strip() for line in text.splitlines()]
    notices: list[Stub] = []
    if _is_wordpress(lines):
        lines, notices = _cut_tail(lines, source)
        page = _wordpress_page(lines, categories, today)
    else:
        page = _plain_page(lines, today)
    yield from items(page, source, today, max_article_bytes)
    for notice in notices:
        yield from _stub(notice, stubs)


def _is_wordpress(lines: list[str]) -> bool:
    """A line of categories above the headline, or a tail of notices with their ages."""
    head = [line for line in lines if line][:_HEAD_LINES]
    if any(_CATEGORIES.fullmatch(line) for line in head):
        return True
    tail = _tail_start(lines)
    return tail is not None and any(_AGE.fullmatch(line) for line in lines[tail:])


def _tail_start(lines: list[str]) -> int | None:
    """Where the tail's heading stands: below some text, and followed by no more of the article."""
    seen = 0
    for number, line in enumerate(lines):
        if seen >= 2 and is_heading_of_others(line):
            return number
        seen += bool(line)
    return None


def _cut_tail(lines: list[str], source: str) -> tuple[list[str], list[Stub]]:
    start = _tail_start(lines)
    if start is None:
        return lines, []
    notices: list[Stub] = []
    parts: list[str] = []
    for line in [*filter(None, lines[start + 1 :]), ""]:
        age = line if not line or _AGE.fullmatch(line) else None
        if age is None:
            parts.append(line)
        elif parts:
            notices.append(Stub(source, parts[0], " ".join(parts[1:]), age))
            parts = []
    return lines[:start], notices


def _wordpress_page(lines: list[str], categories: KnownCategories, today: date) -> Page:
    page = Page()
    rest = _without_labels(lines, page, categories)
    while rest and not rest[0]:
        rest.pop(0)
    page.title = rest.pop(0) if rest else ""
    page.published += datelines.take_dates(rest, today)
    if not page.authors and (name := datelines.take_name(rest)):
        page.authors.append(name)
    page.body = datelines.joined(rest)
    if not page.published and (day := dates.find_yearless_day(page.body, today)):
        page.published.append(day)
    return page


def _without_labels(lines: list[str], page: Page, categories: KnownCategories) -> list[str]:
    """The lines that carry no label; what labels above and below the text say goes to the page."""
    written = [number for number, line in enumerate(lines) if line]
    edges = {*written[:_HEAD_LINES], *written[-_HEAD_LINES:]}
    rest = []
    for number, line in enumerate(lines):
        if number not in edges:
            rest.append(line)
        elif found := _CATEGORIES.fullmatch(line):
            page.categories += categories.split(found["names"])
        elif found := _TAGS.fullmatch(line):
            page.tags += re.split(r"\s*[,،|]\s*", found["names"])
        elif found := _AUTHOR.fullmatch(line):
            page.authors.append(found["name"])
        else:
            rest.append(line)
    return rest


def _plain_page(lines: list[str], today: date) -> Page:
    rest = list(lines)
    page = Page()
    page.published += datelines.take_dates(rest, today)
    while rest and not rest[0]:
        rest.pop(0)
    if rest and len(rest[0]) <= _LONGEST_HEADLINE:
        page.title = rest.pop(0)
    page.body = datelines.joined(rest)
    return page


def _stub(stub: Stub, as_article: bool) -> Iterator[Item]:
    if not as_article:
        yield stub
        return
    try:
        article = Article.parse(
            {
                "id": hashed_id(stub.title),
                "title": stub.title,
                "body": stub.excerpt,
                "extra": {"stub": True, "age": stub.age},
            }
        )
    except ServiceError as error:
        yield Unreadable(stub.source, None, f"a notice of another article: {error.detail}")
    else:
        yield Found(article, stub.source)
