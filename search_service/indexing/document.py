"""An Article becomes a Document: analysed text, folded labels, the day in Tehran."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from search_service import jalali
from search_service.article import TEHRAN, Article
from search_service.engine.base import Coded, Document, Label, Streams
from search_service.text import stored
from search_service.text.analyzer import Analyzer
from search_service.text.fold import key
from search_service.text.layout import Layout

_GAP = np.zeros(1, np.int32)
"""A position left open between two texts, so that no phrase runs across."""


def document(article: Article, analyzer: Analyzer) -> Document:
    """What an engine indexes of the article; drafts are for the caller to keep out."""
    moment = article.published_at()
    text, layout = _read(article, analyzer)
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
        stored=stored.dump(article, layout),
    )


def _read(article: Article, analyzer: Analyzer) -> tuple[dict[str, Streams], Layout]:
    """The streams of the text fields, and where the words of the texts stand."""
    table, (title, kicker, lead, body), layout = analyzer.coded(*stored.texts(article))
    opening = [kicker, _GAP, lead] if len(kicker) and len(lead) else [kicker, lead]
    fields = {"title": title, "lead": np.concatenate(opening), "body": body}
    return {name: Coded(table, codes) for name, codes in fields.items() if len(codes)}, layout


def _labels(names: Sequence[str]) -> tuple[Label, ...]:
    """Two spellings of one name are one value; the first is the label."""
    labels: dict[str, Label] = {}
    for name in names:
        folded = key(name)
        if folded:
            labels.setdefault(folded, Label(folded, name))
    return tuple(labels.values())


def _day(moment: datetime | None) -> int | None:
    return jalali.day_number(moment.astimezone(TEHRAN).date()) if moment else None
