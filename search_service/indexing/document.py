"""An Article becomes a Document: analysed text, folded labels, the day in Tehran."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from search_service import jalali
from search_service.article import TEHRAN, Article
from search_service.engine.base import Coded, Document, Label, Streams
from search_service.text import stored
from search_service.text.analyzer import Analyzer
from search_service.text.coding import Codes
from search_service.text.fold import key
from search_service.text.pieces import Row

NAMES = 5_000
"""Names of categories, tags, authors and sources that are kept as labels: most come again."""
_GAP = np.zeros(1, np.int32)
"""A position left open between two texts, so that no phrase runs across."""


def document(article: Article, analyzer: Analyzer) -> Document:
    """What an engine indexes of the article; drafts are for the caller to keep out."""
    return documents([article], analyzer)[0]


def documents(articles: Sequence[Article], analyzer: Analyzer) -> list[Document]:
    """The same of several, whose texts are read together, which takes far less time than one by one."""
    texts = [text for article in articles for text in stored.texts(article)]
    table, codes, layout = analyzer.coded(*texts)
    each = len(stored.TEXTS)
    fields = [_fields(table, codes[at : at + each]) for at in range(0, len(texts), each)]
    return list(map(_document, articles, fields, stored.dump(articles, layout)))


def _document(article: Article, text: dict[str, Streams], shown: bytes) -> Document:
    moment = article.published_at()
    return Document(
        id=article.id,
        version=article.version or 0,
        text=text,
        labels={
            "category": _labels(article.categories),
            "tag": _labels(article.tags),
            "author": _labels(article.authors),
            "source": _labels((article.source,) if article.source else ()),
        },
        published=int(moment.timestamp()) if moment else None,
        day=_day(moment),
        stored=shown,
    )


def _fields(table: Sequence[Row], codes: Sequence[Codes]) -> dict[str, Streams]:
    """The streams of the text fields, of the codes of the texts."""
    title, kicker, lead, body = codes
    opening = [kicker, _GAP, lead] if len(kicker) and len(lead) else [kicker, lead]
    fields = {"title": title, "lead": np.concatenate(opening), "body": body}
    return {name: Coded(table, its) for name, its in fields.items() if len(its)}


def _labels(names: Sequence[str]) -> tuple[Label, ...]:
    """Two spellings of one name are one value; the first is the label."""
    labels: dict[str, Label] = {}
    for label in map(_label, names):
        if label:
            labels.setdefault(label.key, label)
    return tuple(labels.values())


@lru_cache(NAMES)
def _label(name: str) -> Label | None:
    folded = key(name)
    return Label(folded, name) if folded else None


def _day(moment: datetime | None) -> int | None:
    return jalali.day_number(moment.astimezone(TEHRAN).date()) if moment else None
