"""Ranked retrieval against judgements: MAP, nDCG@10, MRR@10, recall@100.

The measures are those of trec_eval for binary judgements: a relevant article counts as
much as any other, and one that is not found counts as found last.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from search_service.article import Article
from search_service.engine.base import Document, Request, Searcher
from search_service.errors import ServiceError
from search_service.indexing.document import document
from search_service.search.compile import Compiler
from search_service.search.ladder import Ladder
from search_service.search.syntax import Both, Query, Text
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

DEPTH = 100
"""Hits of a query that are looked at; MAP is cut there too."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and the ids of the documents that answer it."""

    id: str
    text: str
    relevant: frozenset[str]


class Measures(BaseModel):
    """Means over the queries."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    queries: int
    map: float
    ndcg: float = Field(alias="ndcg@10")
    mrr: float = Field(alias="mrr@10")
    recall: float = Field(alias="recall@100")


def read_documents(path: Path, analyzer: Analyzer) -> Iterator[Document]:
    """Documents of JSON lines with ``id, title, text``, analysed."""
    for row in _rows(path, ("id", "text")):
        article = {"id": row["id"], "title": row.get("title") or "", "body": row["text"], "version": 1}
        yield document(Article.parse(article), analyzer)


def read_queries(path: Path) -> list[Judged]:
    """Queries of JSON lines with ``id, text, relevant``."""
    return [
        Judged(str(row["id"]), str(row["text"]), frozenset(map(str, row["relevant"])))
        for row in _rows(path, ("id", "text", "relevant"))
    ]


def evaluate(
    searcher: Searcher,
    analyzer: Analyzer,
    queries: Sequence[Judged],
    settings: Settings,
    match: Literal["any", "auto"] = "any",
    progress: Callable[[Iterable[Judged]], Iterable[Judged]] = iter,
) -> Measures:
    """Rank the documents for each query as the service would, and measure the rankings."""
    rankings = [(rank(searcher, analyzer, query.text, settings, match), query.relevant) for query in progress(queries)]
    return measures(rankings)


def rank(
    searcher: Searcher, analyzer: Analyzer, text: str, settings: Settings, match: Literal["any", "auto"]
) -> list[str]:
    """The ids of the best documents; the text is words only, whatever its quotes and signs."""
    ladder = Ladder(Compiler(analyzer, searcher, settings), searcher.vocabulary, settings)
    for meaning in ladder.meanings(Query(text, Both((Text(text, 0),))), match):
        tree = meaning.compiled.node(meaning.at_least)
        hits = searcher.search(Request(tree, now=2**62, size=DEPTH)).hits
        if hits:
            return [hit.id for hit in hits]
    return []


def measures(rankings: Sequence[tuple[Sequence[str], frozenset[str]]]) -> Measures:
    """The measures of ranked ids, each ranking with the ids that are relevant."""
    if not rankings:
        raise ServiceError("source_unreadable", "There are no queries to measure.")
    return Measures(
        queries=len(rankings),
        map=_mean(average_precision(*each) for each in rankings),
        ndcg=_mean(ndcg(*each) for each in rankings),
        mrr=_mean(reciprocal_rank(*each) for each in rankings),
        recall=_mean(recall(*each) for each in rankings),
    )


def average_precision(ranked: Sequence[str], relevant: frozenset[str]) -> float:
    """The mean precision at the relevant documents."""
    found, total = 0, 0.0
    for place, id in enumerate(ranked, start=1):
        if id in relevant:
            found += 1
            total += found / place
    return total / len(relevant) if relevant else 0.0


def ndcg(ranked: Sequence[str], relevant: frozenset[str], depth: int = 10) -> float:
    """Discounted gain of the first documents, as a share of what it could be."""
    gain = sum(1 / log2(place + 1) for place, id in enumerate(ranked[:depth], start=1) if id in relevant)
    ideal = sum(1 / log2(place + 1) for place in range(1, min(depth, len(relevant)) + 1))
    return gain / ideal if ideal else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: frozenset[str], depth: int = 10) -> float:
    """One over the place of the first relevant document."""
    return next((1 / place for place, id in enumerate(ranked[:depth], start=1) if id in relevant), 0.0)


def recall(ranked: Sequence[str], relevant: frozenset[str], depth: int = DEPTH) -> float:
    """The share of the relevant documents that was found."""
    return len(relevant.intersection(ranked[:depth])) / len(relevant) if relevant else 0.0


def _mean(values: Iterable[float]) -> float:
    return round(fmean(values), 4)


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _row(line, needed, f"{path.name}, line {number}")
    except (OSError, EOFError) as error:
        raise ServiceError("source_unreadable", f"{path.name} cannot be read: {error}") from None


def _row(line: bytes, needed: Sequence[str], where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ServiceError("source_unreadable", f"{where}: no JSON: {error}") from None
    if not isinstance(row, dict) or any(name not in row for name in needed):
        raise ServiceError("source_unreadable", f"{where}: a row has {', '.join(needed)}.")
    return row
