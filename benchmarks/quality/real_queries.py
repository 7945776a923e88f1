"""What does the analysis change for real queries over real articles, and do the hard cases hold among them?

    python -m benchmarks.quality.real_queries ARTICLES QUERIES [--cases CASES.tsv] [--most N] [--show N] [--json FILE]

ARTICLES is what ``search-service add`` reads, QUERIES a query a line, CASES what
``search-service check-cases`` reads.  A query's total, all its words asked for and nothing
guessed, is compared with that of *plain folding*: letters and digits folded, half-spaces
taken for spaces, no stems, no compounds.  The cases' texts are put among the articles.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from random import Random

from search_service.article import Article
from search_service.engine.base import Searcher
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.document import document
from search_service.quality.cases import Case, holds, read_cases
from search_service.search.compile import Compiler
from search_service.search.ladder import Ladder
from search_service.search.parser import parse
from search_service.settings import Settings
from search_service.sources.item import Found
from search_service.sources.reader import read
from search_service.text.analyzer import Analyzer
from search_service.text.fold import ZWNJ, fold
from search_service.text.segment import PATTERN, kind

NOW = 2**62
SEED = 1


def main() -> None:
    """Index, ask, compare, and print."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--cases", type=Path, metavar="FILE")
    arguments.add_argument("--most", type=int, default=1000, metavar="N", help="queries asked")
    arguments.add_argument("--show", type=int, default=50, metavar="N", help="changes printed")
    arguments.add_argument("--json", type=Path, metavar="FILE")
    given = arguments.parse_args()
    settings, analyzer = Settings(), Analyzer.default()
    limit = settings.max_article_bytes
    items = read(given.articles, known_categories=(), today=date.today(), max_article_bytes=limit)
    articles = [item.article for item in items if isinstance(item, Found)]
    queries = given.queries.read_text("utf-8").splitlines()
    queries = Random(SEED).sample(queries, min(given.most, len(queries)))
    cases = [case for case in read_cases(given.cases) if case.text.strip()] if given.cases else []
    with tempfile.TemporaryDirectory() as folder:
        searcher = indexed(articles, cases, analyzer, Path(folder))
        failed = [case for case in cases if not holds(case, searcher, analyzer, settings)]
        plain = Plain(articles)
        totals = {query: (plain.total(query), ours(query, searcher, analyzer, settings)) for query in queries}
    changed = {query: pair for query, pair in totals.items() if pair[0] != pair[1]}
    report = {
        "articles": len(articles),
        "queries": len(totals),
        "changed": len(changed),
        "more": sum(ours > plain for plain, ours in changed.values()),
        "found_only_by_ours": sum(not plain for plain, ours in changed.values()),
        "found_by_none": sum(not plain and not ours for plain, ours in totals.values()),
        "cases": len(cases),
        "cases_failed": [f"{case.line} {case.query} | {case.expect}" for case in failed],
    }
    print(json.dumps(report, indent=1, ensure_ascii=False))
    for query in Random(SEED).sample(sorted(changed), min(given.show, len(changed))):
        print(f"{totals[query][0]:6} -> {totals[query][1]:6}  {query}")
    if given.json:
        given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def indexed(articles: list[Article], cases: list[Case], analyzer: Analyzer, folder: Path) -> Searcher:
    """The articles and the texts of the cases in one index."""
    generation = WhooshEngine(folder).create(analyzer.fingerprint, {})
    writer = generation.writer()
    texts = [Article(id=str(case.line), body=case.text, version=1) for case in cases]
    for article in {article.id: article for article in (*articles, *texts)}.values():
        writer.upsert(document(article.model_copy(update={"version": 1}), analyzer))
    writer.commit(1)
    return generation.searcher()


def ours(query: str, searcher: Searcher, analyzer: Analyzer, settings: Settings) -> int:
    """How many articles have all words of the query."""
    ladder = Ladder(Compiler(analyzer, searcher, settings), searcher.vocabulary, settings, relax=False, guess=False)
    for meaning in ladder.meanings(parse(query, settings), "all"):
        return searcher.total(meaning.compiled.node(meaning.at_least), NOW)
    return 0


class Plain:
    """The articles by their folded words."""

    def __init__(self, articles: list[Article]) -> None:
        self._holding: defaultdict[str, set[str]] = defaultdict(set)
        for article in articles:
            for text in (article.kicker, article.title, article.lead, article.body):
                for word in words(text or ""):
                    self._holding[word].add(article.id)

    def total(self, query: str) -> int:
        """How many articles have all words of the query."""
        holding = [self._holding.get(word, set()) for word in set(words(query))]
        return len(set.intersection(*holding)) if holding else 0


def words(text: str) -> set[str]:
    """The folded words of a text; what half-spaces part is words of its own."""
    pieces = (piece for piece in PATTERN.findall(text) if kind(piece) in ("word", "number", "other"))
    return {word for piece in pieces for word in fold(piece).split(ZWNJ) if word}


if __name__ == "__main__":
    main()
