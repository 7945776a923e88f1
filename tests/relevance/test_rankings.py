"""What some queries find first in the bundled sample, so that a change of ranking shows as a difference.

The queries stand in the golden file itself: a line that begins with ``? `` asks, what
follows is written by ``make golden``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from search_service.article import Article
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.document import document
from search_service.search.answer import Answer
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

GOLDEN = Path(__file__).with_name("rankings.txt")
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
"""Later than the sample's newest article."""
HITS = 5


@pytest.fixture(scope="module")
def service(analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    """The sample in an index on disk, with the settings' defaults."""
    generation = WhooshEngine(tmp_path_factory.mktemp("index")).create(analyzer.fingerprint, {})
    writer = generation.writer()
    sample = resources.files("search_service.data").joinpath("sample.jsonl").read_text(encoding="utf-8")
    for line in sample.splitlines():
        writer.upsert(document(Article.parse(json.loads(line) | {"version": 1}), analyzer))
    writer.commit(1)
    searcher = generation.searcher()
    return SearchService(lambda: (searcher, analyzer), Settings(), lambda: NOW)


def test_the_first_hits_are_those_that_were_reviewed(
    service: SearchService, golden: Callable[[Path, str], None]
) -> None:
    queries = [line[2:] for line in GOLDEN.read_text(encoding="utf-8").splitlines() if line.startswith("? ")]
    assert len(queries) >= 25
    golden(GOLDEN, "\n".join(_shown(query, service.search(SearchParams(q=query, size=HITS))) for query in queries))


def _shown(query: str, answer: Answer) -> str:
    steps = [f"  {step.kind}: {step.to}" for step in answer.applied]
    hits = [f"  {place}. {hit.id}  {hit.title}" for place, hit in enumerate(answer.hits, start=1)]
    return "\n".join([f"? {query}", *steps, f"  {answer.total} found", *hits]) + "\n"
