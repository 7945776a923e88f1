"""Small analysed documents for the engine's tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from search_service.engine.base import Document, Label, Streams
from search_service.engine.query import STREAMS

NOW = 1_700_000_000
DAY = 86_400


def streams(text: str) -> Streams:
    """Words between spaces: ``exact``, ``exact|lemma``, up to ``exact|lemma|alternate|joined``; ``_`` is a gap."""
    rows: list[list[str | None]] = []
    for word in text.split():
        exact, *others = (part or None for part in word.split("|"))
        if word == "_":
            rows.append([None] * 4)
        else:
            lemma, alternate, joined = (*others, None, None, None)[:3]
            rows.append([exact, lemma or exact, alternate, joined])
    return {stream: [row[i] for row in rows] for i, stream in enumerate(STREAMS)}


def document(
    id: str,
    body: str = "",
    *,
    title: str = "",
    lead: str = "",
    version: int = 1,
    published: int | None = NOW - DAY,
    day: int | None = 14020628,
    stored: bytes | None = None,
    **labels: str | Iterable[str],
) -> Document:
    """A document; a label is written ``key`` or ``key=text``."""
    texts = {"title": title, "lead": lead, "body": body}
    return Document(
        id=id,
        version=version,
        text={field: streams(text) for field, text in texts.items() if text},
        labels=_labels(labels),
        published=published,
        day=day if published is not None else None,
        stored=stored if stored is not None else f'{{"id": "{id}"}}'.encode(),
    )


def _labels(labels: Mapping[str, str | Iterable[str]]) -> dict[str, tuple[Label, ...]]:
    read = {}
    for facet, values in labels.items():
        pairs = [value.partition("=") for value in ([values] if isinstance(values, str) else values)]
        read[facet] = tuple(Label(key, text or key) for key, _, text in pairs)
    return read
