"""The same answers as the library's own searcher on the same index, and as the reference engine.

The library has no disjunctive facets, no "at least n of", no recency and no phrase scores
of this kind; and its ``DisjunctionMaxMatcher.score`` takes the greater of the scores of its
two parts without looking whether both stand at the same document, as its ``UnionMatcher``
does.  For those the reference answers (see ``tests/engine/comparison.py`` too).
Steps around oddities of the library: an exclusion is ``And([x, Not(y)])``, because its
``AndNot`` is wrong, with a constant score near 0 around it, because it scores 1, and so does a score of 0; a
prefix is wrapped in a constant score, too; only terms are boosted, because the library
loses the boosts of joints within joints.
"""

from __future__ import annotations

import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from search_service.engine import bm25, memory
from search_service.engine.base import Document, Request, Result, Searcher
from search_service.engine.query import (
    STREAMS,
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Days,
    Everything,
    Filter,
    Keyword,
    Near,
    Node,
    Not,
    Phrase,
    Prefix,
    Recency,
    Term,
)
from search_service.engine.whoosh import WhooshEngine, merging, schema
from search_service.engine.whoosh.generation import WhooshGeneration
from tests.engine.documents import NOW
from tests.engine.whoosh.articles import CATEGORIES, FUNCTION, MONTHS, STEMS, history

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import index, query, searching
    from whoosh.scoring import BM25F

QUERIES = 150
COMMITS = (120, 40, 40, 1, 60, 1, 1, 30)
FIELDS = ("title", "body", "body")


@pytest.fixture(scope="module", params=["several segments", "after a merge"])
def indexed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[WhooshGeneration, dict[str, Document]]:
    """A generation with updates and deletions, and the articles that are left."""
    generation = WhooshEngine(tmp_path_factory.mktemp("index")).create("analyser", {})
    left: dict[str, Document] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "SMALL", 0)
        for position, (documents, gone) in enumerate(history(Random(7), COMMITS, 9)):
            writer = generation.writer()
            for document in documents:
                writer.upsert(document)
                left[document.id] = document
            for id in gone:
                writer.delete(id)
                left.pop(id, None)
            writer.commit(position)
    if request.param == "after a merge":
        while generation.merge(0.01):
            pass
        writer = generation.writer()
        for id in sorted(left)[::25]:
            writer.delete(id)
            del left[id]
        writer.commit(len(COMMITS))
    searcher = generation.searcher()
    assert (len(searcher._view.parts) > merging.TARGET) == (request.param == "several segments")
    assert searcher._view.deleted
    return generation, left


def leaf(random: Random) -> Term:
    words = FUNCTION if random.random() < 0.2 else STEMS
    stream = random.choice(("exact", "lemma", "lemma", "alternate"))
    return Term(random.choice(FIELDS), stream, random.choice(words) + random.choice(("", "", "ها")))


def both_have(random: Random, depth: int = 2) -> Node:
    """A query of kinds that the library has, with the same scores."""
    if depth == 0 or random.random() < 0.2:
        return leaf(random) if random.random() < 0.9 else Prefix("body", "exact", random.choice(STEMS)[:2])
    nodes = tuple(both_have(random, depth - 1) for _ in range(random.randint(2, 4)))
    match random.randrange(5):
        case 0:
            return All(nodes[:2])
        case 1:
            return Any((nodes[0], Boost(leaf(random), random.choice((0.5, 2.0)))))
        case 2:
            return All((nodes[0], Not(Term("body", "exact", random.choice(FUNCTION)))))
        case 3:
            return AndMaybe(nodes[0], nodes[1])
        case _:
            return Any(nodes)


def translated(node: Node) -> query.Query:
    """The same for the library."""
    match node:
        case Term(field=field, stream=stream, text=text):
            return query.Term(schema.stream_field(field, stream), text)
        case Prefix(field=field, stream=stream, text=text):
            return query.ConstantScoreQuery(query.Prefix(schema.stream_field(field, stream), text), 1.0)
        case Phrase(field=field, stream=stream, terms=terms):
            return query.Phrase(schema.stream_field(field, stream), list(terms))
        case All(nodes=nodes):
            return query.And(list(map(translated, nodes)))
        case Any(nodes=nodes):
            return query.Or(list(map(translated, nodes)))
        case Not(node=inner):
            return query.ConstantScoreQuery(query.Not(translated(inner)), 1e-9)
        case Boost(node=Term(field=field, stream=stream, text=text), factor=factor):
            return query.Term(schema.stream_field(field, stream), text, boost=factor)
        case AndMaybe(node=inner, maybe=maybe):
            return query.AndMaybe(translated(inner), translated(maybe))
    raise AssertionError(node)


def theirs(searcher: searching.Searcher, asked: query.Query) -> dict[str, float]:
    """Ids with scores."""
    ids = searcher.reader().column_reader("id")
    return {ids[hit.docnum]: hit.score for hit in searcher.search(asked, limit=None)}


def whole(searcher: Searcher, node: Node, *filters: Filter) -> Result:
    return searcher.search(
        Request(node, now=NOW, filters=filters, facets=("category", "tag", "date"), days_of=(140206,), size=10_000)
    )


def test_documents_scores_totals_and_facets_are_those_of_the_library(
    indexed: tuple[WhooshGeneration, dict[str, Document]],
) -> None:
    generation, left = indexed
    ours, random = generation.searcher(), Random(1)
    found = 0
    with index.open_dir(str(generation.folder)).searcher(weighting=BM25F(B=bm25.B, K1=bm25.K1)) as searcher:
        for _ in range(QUERIES):
            node = both_have(random)
            expected = theirs(searcher, translated(node))
            result = whole(ours, node)
            assert {hit.id: hit.score for hit in result.hits} == pytest.approx(expected, abs=1e-4), node
            assert result.total == len(expected)
            keys = Counter(label.key for id in expected for label in left[id].labels["category"])
            assert {label.key: label.count for label in result.labels["category"]} == keys
            days = [left[id].day for id in expected]
            assert result.dates is not None
            assert result.dates.months == Counter(day // 100 for day in days if day is not None)
            assert result.dates.undated == days.count(None)
            found += bool(expected)
    assert found > QUERIES / 2


def test_phrases_stand_where_the_library_finds_them(indexed: tuple[WhooshGeneration, dict[str, Document]]) -> None:
    generation, _ = indexed
    ours, random = generation.searcher(), Random(2)
    found = 0
    with index.open_dir(str(generation.folder)).searcher(weighting=BM25F(B=bm25.B, K1=bm25.K1)) as searcher:
        for _ in range(QUERIES):
            terms = tuple(random.choice(FUNCTION + STEMS[:6]) for _ in range(random.choice((2, 2, 3))))
            node = Phrase("body", random.choice(("exact", "lemma")), terms)
            expected = theirs(searcher, translated(node))
            assert {hit.id for hit in whole(ours, node).hits} == set(expected), node
            found += bool(expected)
    assert found > QUERIES / 4


def any_kind(random: Random, depth: int = 2) -> Node:
    """A query of any kind."""
    if depth == 0 or random.random() < 0.2:
        terms = tuple(random.choice(FUNCTION + STEMS[:5]) for _ in range(2))
        stream = random.choice(STREAMS[:2])
        return random.choice(
            (leaf(random), leaf(random), Phrase("body", stream, terms), Near("body", stream, terms, 4), Everything())
        )
    nodes = tuple(any_kind(random, depth - 1) for _ in range(random.randint(2, 4)))
    return random.choice(
        (
            All(nodes[:2]),
            Any(nodes),
            BestOf(nodes),
            AtLeast(2, nodes),
            Not(nodes[0]),
            AndMaybe(nodes[0], nodes[1]),
            Recency(nodes[0], NOW, 180.0, 0.1),
        )
    )


def some_filters(random: Random) -> tuple[Filter, ...]:
    key = random.choice(CATEGORIES).split("=")[0]
    return random.choice(
        (
            (),
            (Keyword("category", (key, "art")),),
            (Days(((MONTHS[1], MONTHS[3]),)), Keyword("category", (key,))),
            (Keyword("tag", (STEMS[0],)),),
        )
    )


def test_every_kind_is_that_of_the_reference_with_filters_and_in_threads(
    indexed: tuple[WhooshGeneration, dict[str, Document]],
) -> None:
    generation, left = indexed
    ours, reference, random = generation.searcher(), memory.searcher(left.values()), Random(3)
    asked = [(any_kind(random), some_filters(random)) for _ in range(QUERIES)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda each: whole(ours, each[0], *each[1]), asked))
    for (node, filters), result in zip(asked, answers, strict=True):
        expected = whole(reference, node, *filters)
        assert {hit.id for hit in result.hits} == {hit.id for hit in expected.hits}, node
        assert (result.total, result.labels, result.dates) == (expected.total, expected.labels, expected.dates)
        assert whole(ours, node, *filters) == result


def test_scores_of_every_kind_are_those_of_the_reference_when_nothing_is_deleted(
    indexed: tuple[WhooshGeneration, dict[str, Document]], tmp_path: Path
) -> None:
    _, left = indexed
    generation = WhooshEngine(tmp_path).create("analyser", {})
    articles = list(left.values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "SMALL", 0)
        for start in range(0, len(articles), 50):
            writer = generation.writer()
            for document in articles[start : start + 50]:
                writer.upsert(document)
            writer.commit(start)
    ours, reference, random = generation.searcher(), memory.searcher(articles), Random(4)
    for _ in range(QUERIES):
        node = any_kind(random)
        scores = {hit.id: hit.score for hit in whole(reference, node).hits}
        assert {hit.id: hit.score for hit in whole(ours, node).hits} == pytest.approx(scores, abs=1e-4), node
