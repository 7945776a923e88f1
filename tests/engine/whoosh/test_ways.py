"""The same answers by whichever way the executor goes: which is the quicker depends on the index's size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine import memory
from search_service.engine.base import Document, Generation, Request
from search_service.engine.query import (
    TEXT_FIELDS,
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Near,
    Node,
    Phrase,
    Prefix,
    Term,
)
from search_service.engine.whoosh import WhooshEngine, adjacency, board, dense, executor, lists, merging, spots, stretch
from tests.engine import comparison
from tests.engine.documents import NOW

NEVER, ALWAYS = 0, 1 << 30
DENSE = {(dense, "LEAST"): 1, (dense, "SHARE"): ALWAYS, (lists, "SMALL"): NEVER}
WAYS = {
    "terms looked up, spots halved, boards searched, no lists decoded for prefixes": {
        (lists, "SMALL"): NEVER,
        (executor, "COMMON"): NEVER,
        (spots, "MARKED"): ALWAYS,
        (board, "SPARSE"): ALWAYS,
    },
    "terms counted beside documents, spots marked, boards sorted": {
        (executor, "COMMON"): ALWAYS,
        **DENSE,
        (spots, "MARKED"): 1,
        (spots, "HALVED"): NEVER,
        (board, "SPARSE"): NEVER,
        (dense, "OFTEN"): NEVER,
        (stretch, "LONG"): NEVER,
        (adjacency, "SINGLY"): NEVER,
    },
    "spots marked on a strip that is too short, in small pieces": {
        (dense, "LEAST"): 1,
        (lists, "SMALL"): NEVER,
        (spots, "MARKED"): 1,
        (spots, "HALVED"): NEVER,
        (spots, "STRIP"): 2,
        (adjacency, "PIECE"): 3,
    },
    "places of lists sought in a few documents at a time": {
        **DENSE,
        (stretch, "NEARLY"): NEVER,
        (stretch, "LONG"): NEVER,
        (adjacency, "SINGLY"): NEVER,
        (adjacency, "PIECE"): 3,
    },
    "stretches of lists read whole": {
        **DENSE,
        (dense, "OFTEN"): NEVER,
        (stretch, "NEARLY"): ALWAYS,
        (stretch, "LONG"): ALWAYS,
        (adjacency, "SINGLY"): NEVER,
        (spots, "MARKED"): ALWAYS,
    },
    "spots looked up one by one": {
        **DENSE,
        (adjacency, "SINGLY"): ALWAYS,
    },
    "spots never halved, lists decoded for prefixes": {
        (spots, "HALVED"): NEVER,
    },
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for (module, name), value in WAYS[request.param].items():
        monkeypatch.setattr(module, name, value)


def indexed(documents: list[Document], folder: Path) -> Generation:
    """Documents in several segments."""
    generation = WhooshEngine(folder).create("analyser", {})
    for start in range(0, len(documents), 7):
        writer = generation.writer()
        for document in documents[start : start + 7]:
            writer.upsert(document)
        writer.commit(1)
    return generation


def compared(documents: list[Document], generation: Generation) -> Callable[[Request], None]:
    """Asserts that the index of the documents answers as the reference does: the same hits, with the same scores."""
    searcher, reference = generation.searcher(), memory.searcher(documents)

    def alike(request: Request) -> None:
        hits = {hit.id: hit.score for hit in searcher.search(request).hits}
        expected = {hit.id: hit.score for hit in reference.search(request).hits}
        assert hits == pytest.approx(expected, abs=1e-4, rel=1e-6), request.query

    return alike


WORDS = ("کتاب", "کتابی", "کار", "کارگر", "شهر", "شهری", "بن", "بنا")


@pytest.mark.usefixtures("way")
def test_queries_as_the_service_makes_them_are_answered_as_by_the_reference(tmp_path: Path) -> None:
    chance = Random(3)
    documents = [article(chance, str(number)) for number in range(45)]
    alike = compared(documents, indexed(documents, tmp_path))
    for _ in range(100):
        nodes = tuple(chance.choice((word, word, phrase, starred))(chance) for _ in range(chance.randint(1, 3)))
        asked: Node = chance.choice((All(nodes), Any(nodes), AtLeast(min(2, len(nodes)), nodes), AtLeast(1, nodes)))
        left, right = chance.sample(WORDS[::2], 2)
        near = tuple(Near(field, "lemma", (left, right), chance.randint(2, 4)) for field in TEXT_FIELDS)
        request = Request(AndMaybe(asked, Any(near)), NOW, size=len(documents))
        alike(request)


def article(chance: Random, id: str) -> Document:
    """Some words, of which every second is the lemma of the one behind it."""
    text = {}
    for field in chance.sample(TEXT_FIELDS, chance.randint(1, 3)):
        exact = chance.choices(WORDS, k=chance.choice((0, 2, 30)))
        lemma = [each if chance.random() < 0.7 else WORDS[WORDS.index(each) // 2 * 2] for each in exact]
        other = [chance.choice((None, None, each)) for each in exact]
        text[field] = {"exact": exact, "lemma": lemma, "alternate": other, "joined": [None] * len(exact)}
    return Document(id, 1, text, {}, NOW, 14020101, b"{}")


def each_field(leaf: Callable[[str], Node]) -> Node:
    return BestOf(tuple(Boost(leaf(field), boost) for field, boost in zip(TEXT_FIELDS, (2.0, 1.5, 1.0), strict=True)))


def word(chance: Random) -> Node:
    text = chance.choice(WORDS)
    ambiguous = chance.random() < 0.5

    def leaf(field: str) -> Node:
        best: Node = Boost(Term(field, "lemma", text), 0.9)
        if ambiguous:
            best = BestOf((best, Term(field, "alternate", text)))
        return Any((best, Boost(Term(field, "exact", text), 0.2)))

    return each_field(leaf)


def phrase(chance: Random) -> Node:
    terms = tuple(chance.choices(WORDS, k=chance.randint(2, 3)))
    return each_field(lambda field: Any((Phrase(field, "lemma", terms), Boost(Phrase(field, "exact", terms), 0.2))))


def starred(chance: Random) -> Node:
    text = chance.choice(WORDS)
    prefix = text[: chance.randint(1, len(text))]
    both = each_field(lambda field: BestOf((Prefix(field, "exact", prefix), Prefix(field, "lemma", prefix))))
    return BestOf((both, each_field(lambda field: Boost(Term(field, "exact", text), 1.5))))


@pytest.mark.usefixtures("way")
def test_terms_may_be_as_far_apart_as_a_text_is_long(tmp_path: Path) -> None:
    chance = Random(5)
    documents = []
    for number in range(20):
        words = chance.choices(WORDS, k=chance.choice((3, 250, 260, 900)))
        text = {"body": dict.fromkeys(("exact", "lemma", "alternate", "joined"), words)}
        documents.append(Document(str(number), 1, text, {}, NOW, 14020101, b"{}"))
    alike = compared(documents, indexed(documents, tmp_path))
    for reach in (1, 248, 249, 255, 256, 257, 300, 700, 9000):
        first, last = chance.sample(WORDS, 2)
        nodes: tuple[Node, ...] = (
            Phrase("body", "exact", (first, *(None,) * (reach - 1), last)),
            Near("body", "exact", (first, last), reach + 1),
        )
        for node in nodes:
            alike(Request(node, NOW, size=len(documents)))


@pytest.mark.usefixtures("way")
def test_phrases_and_terms_asked_for_together_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In segments where one is a part of the other, both are the same, or one is not there."""
    monkeypatch.setattr(merging, "SMALL", 0)
    chance = Random(13)
    left, left_other, right, right_other = WORDS[:4]
    lemmas = {left: left, left_other: left, right: right, right_other: right}
    documents = []
    for words in ((left, right), (left_other, right_other), (left, left_other, right), tuple(lemmas)):
        for _ in range(7):
            text = {}
            for field in TEXT_FIELDS:
                exact = chance.choices(words, k=chance.choice((2, 6, 30)))
                text[field] = {"exact": exact, "lemma": [lemmas[each] for each in exact]}
            documents.append(Document(str(len(documents)), 1, text, {}, NOW, 14020101, b"{}"))
    generation = indexed(documents, tmp_path)
    assert generation.searcher().segments == 4
    alike = compared(documents, generation)
    for _ in range(200):
        first, second = chance.choice((left, left_other)), chance.choice((right, right_other))
        shape = chance.choice(((left, right), (left, None, right), (None, left, right), (left, right, None)))
        alternatives = []
        for _ in range(chance.randint(2, 4)):
            terms = chance.choice((shape, (first, second), (first, None, second), (None, first, second)))
            field, stream = chance.choice(("body", "body", "title")), chance.choice(("exact", "lemma"))
            leaf = chance.choice((Phrase(field, stream, terms), Term(field, stream, chance.choice((first, left)))))
            alternatives.append(Boost(leaf, chance.choice((0.2, 1.0))))
        request = Request(chance.choice((Any, BestOf))(tuple(alternatives)), NOW, size=len(documents))
        alike(request)


@pytest.mark.usefixtures("way")
def test_alternatives_may_be_the_same(tmp_path: Path) -> None:
    chance = Random(9)
    documents = [article(chance, str(number)) for number in range(30)]
    alike = compared(documents, indexed(documents, tmp_path))
    for text in WORDS:
        for stream in ("exact", "lemma"):
            term, pair = Term("body", stream, text), Phrase("body", stream, (text, text))
            for node in (BestOf((term, term)), Any((term, Boost(term, 2.0))), BestOf((pair, Any((pair, pair))))):
                request = Request(node, NOW, size=len(documents))
                alike(request)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("factor", [0.0, -1.0])
def test_what_scores_nothing_or_less_matches_all_the_same(factor: float, tmp_path: Path) -> None:
    chance = Random(17)
    documents = [article(chance, str(number)) for number in range(20)]
    alike = compared(documents, indexed(documents, tmp_path))
    term = Term("title", "lemma", WORDS[0])
    for other in (Term("body", "exact", WORDS[2]), Phrase("body", "lemma", (WORDS[0], WORDS[2])), starred(chance)):
        pair = (Boost(other, factor), term)
        for node in (BestOf(pair), Any(pair), All(pair), AtLeast(1, pair), AtLeast(2, pair), Boost(Any(pair), 2.0)):
            for whole in (node, Boost(node, factor), BestOf((node, Boost(term, 0.5))), All((node, term))):
                request = Request(whole, NOW, size=len(documents))
                alike(request)


@pytest.mark.usefixtures("way")
def test_at_least_none_of_several_matches_everything_in_other_nodes_too(tmp_path: Path) -> None:
    chance = Random(11)
    documents = [article(chance, str(number)) for number in range(20)]
    alike = compared(documents, indexed(documents, tmp_path))
    term = Term("body", "exact", WORDS[0])
    for inner in (AtLeast(0, (Term("body", "exact", "نیست"),)), AtLeast(0, ()), AtLeast(0, (term,))):
        all_of_it = AtLeast(1, (inner,))
        for node in (all_of_it, All((all_of_it, term)), Any((all_of_it, term)), BestOf((inner, term))):
            request = Request(node, NOW, size=len(documents))
            alike(request)


@pytest.mark.usefixtures("way")
def test_answers_are_those_of_the_reference() -> None:
    unique = st.lists(comparison.documents(), max_size=20, unique_by=lambda document: document.id)

    @settings(max_examples=comparison.EXAMPLES, deadline=None)
    @given(unique, st.lists(comparison.requests, min_size=5, max_size=10))
    def check(documents: list[Document], asked: list[Request]) -> None:
        with TemporaryDirectory() as folder:
            alike = compared(documents, indexed(documents, Path(folder)))
            for request in (replace(each, size=len(documents)) for each in asked):
                alike(request)

    check()
