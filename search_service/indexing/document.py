"""An Article becomes a Document: analysed text, folded labels, the day in Tehran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from search_service import jalali
from search_service.article import TEHRAN, Article
from search_service.engine.base import Document, Label, Streams
from search_service.text.analyzer import Analyzer
from search_service.text.fold import key


def document(article: Article, analyzer: Analyzer) -> Document:
    """What an engine indexes of the article; drafts are for the caller to keep out."""
    moment = article.published_at()
    return Document(
        id=article.id,
        version=article.version or 0,
        text=_text(article, analyzer),
        labels={
            "category": _labels(article.categories),
            "tag": _labels(article.tags),
            "author": _labels(article.authors),
            "source": _labels((article.source,) if article.source else ()),
        },
        published=int(moment.timestamp()) if moment else None,
        day=_day(moment),
        stored=article.model_dump_json(exclude_defaults=True, exclude={"status"}).encode(),
    )


def _text(article: Article, analyzer: Analyzer) -> dict[str, Streams]:
    opening = [analyzer.streams(text) for text in (article.kicker, article.lead) if text]
    fields: dict[str, Streams] = {
        "title": analyzer.streams(article.title),
        "lead": _joined(opening),
        "body": analyzer.streams(article.body),
    }
    return {name: streams for name, streams in fields.items() if streams and any(streams["exact"])}


def _joined(texts: Sequence[Mapping[str, list[str | None]]]) -> Streams:
    """Texts one after the other, a position left open between them so that no phrase runs across."""
    joined: dict[str, list[str | None]] = {}
    for streams in texts:
        for stream, terms in streams.items():
            if stream in joined:
                joined[stream].append(None)
                joined[stream].extend(terms)
            else:
                joined[stream] = list(terms)
    return joined


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
