"""Texts become posting lists by term."""

from __future__ import annotations

import pickle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine.base import Coded, Streams
from search_service.engine.query import STREAMS
from search_service.engine.whoosh.arrays import ArrayFile, ArrayWriter
from search_service.engine.whoosh.inverter import FieldInverter
from search_service.engine.whoosh.runs import starts_of
from search_service.engine.whoosh.storage import IndexStorage
from search_service.engine.whoosh.textfield import TextField
from tests.engine.documents import streams

Found = dict[tuple[str, str], list[tuple[int, list[int]]]]
"""Stream and term -> documents with places."""

words = st.lists(st.sampled_from(("a", "b", "ب", "ba")) | st.none(), max_size=6)


@st.composite
def texts(draw: st.DrawFn) -> Streams:
    exact = draw(words)
    other = st.lists(st.sampled_from(("a", "c")) | st.none(), min_size=len(exact), max_size=len(exact))
    return {"exact": exact, "lemma": draw(st.just(exact) | other), "joined": draw(other)}


def inverted(documents: list[Streams | None], folder: Path) -> TextField:
    """A field of documents, written and opened again."""
    inverter = FieldInverter()
    for doc, text in enumerate(documents):
        if text is not None:
            inverter.add(doc, text)
    storage = IndexStorage(folder)
    with storage.create("x") as file:
        writer = ArrayWriter(file)
        inverter.write(writer, "body.", len(documents), folder)
        writer.finish()
    return TextField(ArrayFile(storage.open_file("x")), "body.", len(documents))


def read(field: TextField) -> Found:
    """All that a field holds."""
    found = {}
    for stream, terms in field.streams.items():
        for (text, frequency), number in zip(terms.items(), terms.lists.tolist(), strict=True):
            docs, counts = field.lists.postings(number)
            places, starts = field.lists.places(number).tolist(), starts_of(counts).tolist()
            assert frequency == len(docs)
            found[stream, text.decode()] = [
                (doc, places[a:b]) for doc, a, b in zip(docs.tolist(), starts, starts[1:], strict=False)
            ]
    return found


def expected(documents: list[Streams | None]) -> Found:
    held: Found = {}
    for doc, text in enumerate(documents):
        for stream, terms in (text or {}).items():
            for term in dict.fromkeys(term for term in terms if term is not None):
                places = [at for at, other in enumerate(terms) if other == term]
                held.setdefault((stream, term), []).append((doc, places))
    return held


def test_a_text_is_turned_round(tmp_path: Path) -> None:
    field = inverted([streams("b _ a|x b"), None, streams("a")], tmp_path)
    assert read(field) == {
        ("exact", "a"): [(0, [2]), (2, [0])],
        ("exact", "b"): [(0, [0, 3])],
        ("lemma", "a"): [(2, [0])],
        ("lemma", "b"): [(0, [0, 3])],
        ("lemma", "x"): [(0, [2])],
    }
    assert field.streams["alternate"].place(b"a") == -1
    assert field.streams["exact"].place(b"missing") == -1


def test_a_word_that_is_its_own_lemma_wherever_it_stands_has_one_list(tmp_path: Path) -> None:
    field = inverted([streams("a b|c"), streams("a d|b")], tmp_path)
    exact, lemma = field.streams["exact"], field.streams["lemma"]
    assert exact.lists[exact.place(b"a")] == lemma.lists[lemma.place(b"a")]
    assert exact.lists[exact.place(b"b")] != lemma.lists[lemma.place(b"b")]


@settings(max_examples=50, deadline=None)
@given(st.lists(texts() | st.none(), max_size=8))
def test_all_is_found_where_it_stands(documents: list[Streams | None]) -> None:
    with TemporaryDirectory() as folder:
        field = inverted(documents, Path(folder))
        assert read(field) == expected(documents)
        assert [text.decode() for text in field.texts] == sorted({term for _, term in expected(documents)})
        assert list(field.streams) == list(STREAMS)


@st.composite
def coded(draw: st.DrawFn) -> list[Streams | None]:
    """Texts that share one of two tables, as numbers or spelt out."""
    row = st.tuples(*[st.sampled_from(("a", "b", "ب")) | st.none()] * len(STREAMS))
    tables = draw(st.lists(st.lists(row, min_size=1, max_size=6), min_size=2, max_size=2))
    found: list[Streams | None] = []
    for _ in range(draw(st.integers(0, 8))):
        table = tables[draw(st.integers(0, 1))]
        text = Coded(table, np.array(draw(st.lists(st.integers(0, len(table) - 1), max_size=6)), np.int32))
        found.append(draw(st.sampled_from((text, dict(text), pickle.loads(pickle.dumps(text)), None))))
    return found


@settings(max_examples=50, deadline=None)
@given(coded())
def test_numbers_say_what_is_spelt_out(documents: list[Streams | None]) -> None:
    with TemporaryDirectory() as folder:
        assert read(inverted(documents, Path(folder))) == expected(documents)
