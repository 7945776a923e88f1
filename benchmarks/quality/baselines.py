"""Our retrieval and that of others on judged queries: the same documents, the same BM25, other terms.

    python -m benchmarks.quality.baselines DOCS QUERIES [--idf lucene|engine] [--json FILE]

DOCS and QUERIES are as ``search-service evaluate`` takes them.  What each row is asked to
do stands in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks.quality import peers
from benchmarks.quality.bootstrap import RESAMPLES, compare
from benchmarks.quality.peers import Peer
from benchmarks.quality.plain_bm25 import Idf, PlainBm25, probabilistic_idf
from search_service.engine import bm25
from search_service.engine.base import Document
from search_service.engine.whoosh import WhooshEngine
from search_service.quality.evaluation import (
    DEPTH,
    Judged,
    Measures,
    measures,
    rank,
    read_documents,
    read_queries,
    reciprocal_rank,
)
from search_service.settings import Settings
from search_service.text import stored
from search_service.text.analyzer import Analyzer

IDFS: dict[str, Idf] = {"lucene": probabilistic_idf, "engine": bm25.idf}
OURS = "ours, whole ranking"
Rankings = list[list[str]]


class Row(NamedTuple):
    """What one analysis came to."""

    name: str
    measures: Measures
    reciprocal_ranks: list[float]
    seconds: float


def main() -> None:
    """Measure all rows, print the table, and write it where asked."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("documents", type=Path, metavar="DOCS")
    arguments.add_argument("queries", type=Path, metavar="QUERIES")
    arguments.add_argument("--idf", choices=sorted(IDFS), default="lucene")
    arguments.add_argument("--json", type=Path, metavar="FILE")
    given = arguments.parse_args()
    analyzer = Analyzer.default()
    queries = read_queries(given.queries)
    documents = {document.id: document for document in read_documents(given.documents, analyzer)}
    texts = {id: shown(document) for id, document in documents.items()}
    makers = (
        peers.plain, peers.hazm_lemmatizer, peers.parsivar, peers.snowball,
        peers.grams_in_words, peers.grams_across_words, lambda: peers.our_lemmas(analyzer),
    )  # fmt: skip
    rows = [measured(peer, texts, queries, IDFS[given.idf]) for peer in peers.installed(makers)]
    rows.append(ours(list(documents.values()), queries, analyzer))
    report = {
        "documents": len(texts),
        "idf": given.idf,
        "analyser": analyzer.fingerprint,
        "resamples": RESAMPLES,
        "rows": [described(row, rows[-1]) for row in rows],
    }
    print(f"{len(texts)} documents, {len(queries)} queries; BM25 K1 {bm25.K1}, B {bm25.B}, idf: {given.idf}")
    print(table(report["rows"]))
    if given.json:
        given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measured(peer: Peer, texts: dict[str, str], queries: Sequence[Judged], idf: Idf) -> Row:
    """Rank by any of the terms that a peer makes of the query."""
    began = perf_counter()
    index = PlainBm25({id: peer.terms(text) for id, text in texts.items()}, idf)
    rankings = [index.rank(peer.terms(query.text), DEPTH) for query in queries]
    return row(peer.name, rankings, queries, perf_counter() - began)


def ours(documents: Sequence[Document], queries: Sequence[Judged], analyzer: Analyzer) -> Row:
    """Rank as the service does, with the defaults of its settings."""
    began = perf_counter()
    settings = Settings()
    with tempfile.TemporaryDirectory(prefix="search-service-") as folder:
        generation = WhooshEngine(Path(folder)).create(analyzer.fingerprint, {})
        writer = generation.writer()
        for document in documents:
            writer.upsert(document)
        writer.commit(0)
        searcher = generation.searcher()
        rankings = [rank(searcher, analyzer, query.text, settings, "any") for query in queries]
    return row(OURS, rankings, queries, perf_counter() - began)


def shown(document: Document) -> str:
    """The title and the text of a document."""
    article = stored.load(document.stored)
    return "\n".join(filter(None, (article.get("title"), article.get("body"))))


def row(name: str, rankings: Rankings, queries: Sequence[Judged], seconds: float) -> Row:
    """Measure rankings, one a query."""
    judged = [(ranked, query.relevant) for ranked, query in zip(rankings, queries, strict=True)]
    return Row(name, measures(judged), [reciprocal_rank(*each) for each in judged], seconds)


def described(row: Row, ours: Row) -> dict[str, Any]:
    """A row as it is written: measures, and how far ours is ahead in MRR@10."""
    found: dict[str, Any] = {"name": row.name, **row.measures.model_dump(), "seconds": round(row.seconds, 1)}
    if row is not ours:
        found["ours_ahead"] = compare(ours.reciprocal_ranks, row.reciprocal_ranks)._asdict()
    return found


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows in columns; the last two say what ours has more in MRR@10."""
    names = ("map", "ndcg@10", "mrr@10", "recall@100")
    lines = [f"{'':20}" + "".join(f"{name:>12}" for name in names) + "   ours - this, MRR@10 [95%]      p"]
    for each in rows:
        line = f"{each['name']:20}" + "".join(f"{each[name]:12.4f}" for name in names)
        ahead = each.get("ours_ahead")
        if ahead:
            line += f"   {ahead['difference']:+.4f} [{ahead['low']:+.4f}, {ahead['high']:+.4f}] {ahead['p']:9.4f}"
        lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    main()
