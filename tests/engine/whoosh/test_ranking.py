"""The first hits are those of all in order, however few are asked for and however many are equal."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from pathlib import Path
from random import Random

import pytest

from search_service.engine import memory
from search_service.engine.base import Hit, Request
from search_service.engine.query import Boost, Everything, Recency, Term
from search_service.engine.whoosh import WhooshEngine, ranking
from tests.engine.documents import DAY, NOW, document

HITS = 200
QUERIES = (
    Everything(),
    Term("body", "exact", "a"),
    Boost(Term("body", "exact", "a"), -1.0),
    Recency(Term("body", "exact", "a"), NOW, 30.0, 0.5),
)
TIMES = {
    "few": (None, NOW, NOW - DAY, -DAY),
    "none": (None,),
    "all others": tuple(NOW - each for each in range(HITS)),
}


def by_relevance(hit: Hit) -> tuple[float, float, str]:
    return -hit.score, inf if hit.published is None else -hit.published, hit.id


@pytest.mark.parametrize("sampled", [1, 2, 16])
@pytest.mark.parametrize("times", TIMES)
def test_the_first_hits_are_those_of_all(
    sampled: int, times: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "SAMPLED", sampled)
    chance = Random(1)
    documents = [
        document(str(number), " ".join(chance.choices("abc", k=3)), published=chance.choice(TIMES[times]))
        for number in range(HITS)
    ]
    generation = WhooshEngine(tmp_path).create("analyser", {})
    writer = generation.writer()
    for each in documents:
        writer.upsert(each)
    writer.commit(1)
    searcher, reference = generation.searcher(), memory.searcher(documents)
    for query in QUERIES:
        for sort in ("relevance", "newest", "oldest"):
            request = Request(query, NOW, sort=sort, size=HITS)
            hits = searcher.search(request).hits
            expected = sorted(hits, key=by_relevance) if sort == "relevance" else list(reference.search(request).hits)
            everything = [hit.id for hit in hits]
            assert everything == [hit.id for hit in expected]
            for size in (1, 2, 7, 12, 13, 49, 50, 199):
                for offset in (0, 1, 30):
                    page = searcher.search(replace(request, offset=offset, size=size)).hits
                    assert [hit.id for hit in page] == everything[offset : offset + size]
    searcher.close()
