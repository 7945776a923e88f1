"""An engine against the reference, on generated documents and queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine import memory
from search_service.engine.base import Document, Generation, Label, Request, Result, Searcher
from search_service.engine.query import (
    FACETS,
    STREAMS,
    TEXT_FIELDS,
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
    Nothing,
    Phrase,
    Prefix,
    Recency,
    Term,
    Where,
)
from tests.engine.asking import Asking
from tests.engine.documents import DAY, NOW

EXAMPLES = 20

words = st.sampled_from(("a", "ab", "abc", "b", "ba", "c", "ش", "شه"))
keys = st.sampled_from(("x", "y", "z"))
days = st.sampled_from((14010101, 14011229, 14020101, 14020131, 14020628))
fields = st.sampled_from(TEXT_FIELDS)
# Most queries meet most documents: fields and streams are not drawn evenly.
streams = st.sampled_from((*STREAMS, "exact", "exact", "lemma"))


@st.composite
def texts(draw: st.DrawFn) -> dict[str, list[str | None]]:
    exact = draw(st.lists(words | st.none(), max_size=12))
    others = {"lemma": words, "alternate": words | st.none(), "joined": words | st.none()}
    chosen = {stream: [None if word is None else draw(choice) for word in exact] for stream, choice in others.items()}
    return {"exact": exact, **chosen}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    published = draw(st.none() | st.sampled_from((NOW - 400 * DAY, NOW - DAY, NOW, NOW + DAY)))
    labels = st.lists(st.builds(Label, keys, st.sampled_from(("X", "Y"))), max_size=2).map(tuple)
    return Document(
        id=draw(st.sampled_from("0123456789abcdefghij")),
        version=draw(st.integers(0, 5)),
        text=draw(st.dictionaries(fields, texts(), max_size=3)),
        labels=draw(st.dictionaries(st.sampled_from(FACETS), labels, max_size=3)),
        published=published,
        day=draw(days) if published is not None else None,
        stored=draw(st.binary(max_size=8)),
    )


filters: st.SearchStrategy[Filter] = st.builds(
    Keyword, st.sampled_from(FACETS), st.lists(keys, max_size=2).map(tuple)
) | st.builds(Days, st.lists(st.tuples(days, days), max_size=2).map(tuple))

leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, fields, streams, words),
    st.builds(Term, fields, streams, words),
    st.builds(Prefix, fields, streams, words | st.just(""), st.integers(1, 3)),
    st.builds(Phrase, fields, streams, st.lists(words | st.none(), max_size=4).map(tuple)),
    st.builds(Phrase, fields, streams, st.lists(words, min_size=2, max_size=2).map(tuple)),
    st.builds(Near, fields, streams, st.lists(words, max_size=3).map(tuple), st.integers(1, 5)),
    st.builds(Where, filters),
    st.just(Everything()),
    st.just(Nothing()),
)


def _joints(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, max_size=4).map(tuple)
    return st.one_of(
        st.builds(All, several),
        st.builds(Any, several),
        st.builds(BestOf, several),
        st.builds(AtLeast, st.integers(0, 3), several),
        st.builds(AndMaybe, nodes, nodes),
        st.builds(Not, nodes),
        st.builds(Boost, nodes, st.sampled_from((0.5, 2.0))),
        st.builds(Recency, nodes, st.just(NOW), st.just(30.0), st.just(0.5)),
    )


queries: st.SearchStrategy[Node] = st.recursive(leaves, _joints, max_leaves=8)
requests = st.builds(
    Request,
    query=queries,
    now=st.sampled_from((NOW, NOW + 2 * DAY)),
    filters=st.lists(filters, max_size=2).map(tuple),
    facets=st.just((*FACETS, "date")),
    days_of=st.sampled_from(((), (140201,), (140112, 140206))),
    sort=st.sampled_from(("relevance", "newest", "oldest")),
)


@dataclass(frozen=True)
class History:
    """Batches of documents, and the ids deleted after each."""

    batches: Sequence[Sequence[Document]]
    deletions: Sequence[Sequence[str]]

    def final(self) -> dict[str, Document]:
        """What is left at the end."""
        left: dict[str, Document] = {}
        for batch, deleted in zip(self.batches, self.deletions, strict=True):
            left |= {document.id: document for document in batch}
            for id in deleted:
                left.pop(id, None)
        return left


@st.composite
def histories(draw: st.DrawFn) -> History:
    batches = draw(st.lists(st.lists(documents(), max_size=8), min_size=1, max_size=4))
    deletions = [draw(st.lists(st.sampled_from("0123456789abcdefghij"), max_size=3)) for _ in batches]
    return History(batches, deletions)


class ReferenceComparison(Asking):
    """The same answers as the reference engine, whatever is asked."""

    def test_scores_and_order_are_those_of_the_reference(self) -> None:
        """On an index of several segments without deletions, where the statistics are the same."""
        unique = st.lists(documents(), max_size=20, unique_by=lambda document: document.id)

        @settings(max_examples=EXAMPLES, deadline=None)
        @given(unique, st.lists(requests, min_size=5, max_size=10))
        def check(documents: list[Document], asked: list[Request]) -> None:
            with TemporaryDirectory() as folder:
                generation = self.make(Path(folder)).create("analyser", {})
                for start in range(0, len(documents), 7):
                    _write(generation, documents[start : start + 7])
                searcher, reference = generation.searcher(), memory.searcher(documents)
                for request in asked:
                    _compare_scores(searcher, reference, replace(request, size=len(documents)))
                searcher.close()

        check()

    def test_hits_and_counts_are_those_of_the_reference_after_updates(self) -> None:
        """Scores may count what was deleted, and with them a prefix may stand for other terms."""

        @settings(max_examples=EXAMPLES, deadline=None)
        @given(histories(), st.lists(requests, min_size=5, max_size=10))
        def check(history: History, asked: list[Request]) -> None:
            with TemporaryDirectory() as folder:
                generation = self.make(Path(folder)).create("analyser", {})
                for batch, deleted in zip(history.batches, history.deletions, strict=True):
                    _write(generation, batch, deleted)
                final = history.final()
                searcher, reference = generation.searcher(), memory.searcher(final.values())
                assert dict(searcher.ids()) == dict(reference.ids())
                for id in final:
                    assert searcher.get(id) == reference.get(id)
                for request in asked:
                    _compare(searcher, reference, replace(request, query=_unlimited(request.query), size=len(final)))
                searcher.close()

        check()


def _write(generation: Generation, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
    writer = generation.writer()
    for document in documents:
        writer.upsert(document)
    for id in deleted:
        writer.delete(id)
    writer.commit(1)


def _compare_scores(searcher: Searcher, reference: Searcher, request: Request) -> None:
    _compare(searcher, reference, request)
    hits = searcher.search(request).hits
    expected = {hit.id: hit.score for hit in reference.search(request).hits}
    assert {hit.id: hit.score for hit in hits} == pytest.approx(expected, abs=1e-4)
    for hit in hits:
        explanation = searcher.explain(request.query, hit.id)
        assert explanation is not None
        assert explanation.matches
        assert explanation.score == pytest.approx(hit.score, abs=1e-4)


def _compare(searcher: Searcher, reference: Searcher, request: Request) -> None:
    mine, theirs = searcher.search(request), reference.search(request)
    assert {hit.id for hit in mine.hits} == {hit.id for hit in theirs.hits}
    assert (mine.total, mine.labels, mine.dates) == (theirs.total, theirs.labels, theirs.dates)
    assert searcher.total(request.query, request.now) == reference.total(request.query, request.now)
    if request.sort != "relevance":
        assert [hit.id for hit in mine.hits] == [hit.id for hit in theirs.hits]
    else:
        _check_order(mine, reference)
    half = replace(request, offset=mine.total // 2, size=2)
    assert searcher.search(half).hits == mine.hits[half.offset : half.offset + 2]


def _check_order(result: Result, reference: Searcher) -> None:
    """By score, then newest, then id."""
    published = {id: _published(reference, id) for id, _ in reference.ids()}
    order = [(-hit.score, -published[hit.id], hit.id) for hit in result.hits]
    assert order == sorted(order)


def _published(reference: Searcher, id: str) -> float:
    assert isinstance(reference, memory.MemorySearcher)
    published = reference.document(id).published
    return -inf if published is None else published


def _unlimited(node: Node) -> Node:
    """The query with prefixes that stand for all their terms."""
    match node:
        case Prefix():
            return replace(node, limit=1000)
        case All(nodes=nodes) | Any(nodes=nodes) | BestOf(nodes=nodes) | AtLeast(nodes=nodes):
            return replace(node, nodes=tuple(map(_unlimited, nodes)))
        case AndMaybe(node=inner, maybe=maybe):
            return AndMaybe(_unlimited(inner), _unlimited(maybe))
        case Not(node=inner) | Boost(node=inner) | Recency(node=inner):
            return replace(node, node=_unlimited(inner))
        case _:
            return node
