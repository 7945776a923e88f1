"""Posting lists: what is read is what was written, dense or sparse, near or far."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine.whoosh import listswriter, spool
from search_service.engine.whoosh.arrays import ArrayFile, ArrayWriter
from search_service.engine.whoosh.lists import Lists, Occurrences
from search_service.engine.whoosh.listswriter import ListsWriter
from search_service.engine.whoosh.runs import starts_of
from search_service.engine.whoosh.storage import IndexStorage

MOST_DOCUMENTS = 200_000

Posting = tuple[int, list[int]]
places = st.lists(st.integers(0, 70_000) | st.integers(0, 300), min_size=1, max_size=20, unique=True).map(sorted)
lists = st.lists(
    st.dictionaries(st.integers(0, MOST_DOCUMENTS - 1) | st.integers(0, 300), places, min_size=1, max_size=8).map(
        lambda held: sorted(held.items())
    ),
    max_size=5,
)


def occurrences(postings: list[list[Posting]]) -> Occurrences:
    """Lists as arrays."""
    flat = [posting for each in postings for posting in each]
    return Occurrences(
        np.array([len(each) for each in postings], np.intp),
        np.array([doc for doc, _ in flat], np.int32),
        np.array([len(held) for _, held in flat], np.int32),
        np.array([place for _, held in flat for place in held], np.int32),
    )


def written(batches: list[list[list[Posting]]], folder: Path, documents: int) -> Lists:
    """Lists in a file, opened again."""
    storage = IndexStorage(folder)
    lists = ListsWriter(folder, documents)
    for batch in batches:
        lists.add(occurrences(batch))
    with storage.create("x") as file:
        writer = ArrayWriter(file)
        lists.write(writer, "body.")
        writer.finish()
    return Lists(ArrayFile(storage.open_file("x")), "body.", documents)


def read(lists: Lists, number: int) -> list[Posting]:
    """One list."""
    docs, counts = lists.postings(number)
    starts, held = starts_of(counts).tolist(), lists.places(number).tolist()
    return [(doc, held[starts[i] : starts[i + 1]]) for i, doc in enumerate(docs.tolist())]


def unpacked(found: Occurrences) -> list[list[Posting]]:
    """Lists as ``several`` gives them."""
    starts, places = starts_of(found.counts).tolist(), found.places.tolist()
    flat = [(doc, places[starts[i] : starts[i + 1]]) for i, doc in enumerate(found.docs.tolist())]
    bounds = starts_of(found.sizes).tolist()
    return [flat[a:b] for a, b in pairwise(bounds)]


@settings(max_examples=100, deadline=None)
@given(lists, lists, st.sampled_from((MOST_DOCUMENTS, 300_000_000)), st.data())
def test_what_is_read_is_what_was_written(
    first: list[list[Posting]], second: list[list[Posting]], documents: int, data: st.DataObject
) -> None:
    everything = first + second
    with TemporaryDirectory() as folder:
        opened = written([first, second], Path(folder), documents)
        assert [read(opened, number) for number in range(len(everything))] == everything
        if everything:
            numbers = data.draw(st.lists(st.integers(0, len(everything) - 1), unique=True))
            several = opened.several(np.array(numbers, np.intp))
            assert unpacked(several) == [everything[number] for number in numbers]
            number = data.draw(st.integers(0, len(everything) - 1))
            held = opened.places(number)
            first, end = sorted(data.draw(st.tuples(*[st.integers(0, len(held))] * 2)))
            assert opened.places_between(number, first, end).tolist() == held[first:end].tolist()
            some = np.array(sorted(data.draw(st.sets(st.integers(0, len(held) - 1), min_size=1))), np.intp)
            assert opened.places_at(some + opened.first_place(number)).tolist() == held[some].tolist()
            assert opened.most_place >= max(max(places) for each in everything for _, places in each)


@pytest.mark.parametrize("step", [1, 63, 64, 300, 16_000, 17_000])
def test_lists_of_every_density_are_read(step: int, tmp_path: Path) -> None:
    dense: list[Posting] = [(doc, [doc % 5000]) for doc in range(0, MOST_DOCUMENTS, step)]
    far: list[Posting] = [(0, list(range(40))), (MOST_DOCUMENTS - 1, [1 << 20])]
    opened = written([[dense, far, dense]], tmp_path, MOST_DOCUMENTS)
    assert [read(opened, number) for number in range(3)] == [dense, far, dense]


def test_what_outgrows_memory_goes_through_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listswriter, "PACKED", 4)
    monkeypatch.setattr(spool, "IN_MEMORY", 10)
    batches: list[list[list[Posting]]] = [[[(i, [i, i + 300]), (i + 9, [5000])]] for i in range(50)]
    opened = written(batches, tmp_path, 100)
    assert [read(opened, number) for number in range(50)] == [batch[0] for batch in batches]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_the_last_of_as_many_lists_as_a_byte_has_numbers_is_read(tmp_path: Path) -> None:
    postings: list[list[Posting]] = [[(number, [number, number + 7])] for number in range(256)]
    opened = written([postings], tmp_path, 300)
    assert unpacked(opened.several(np.array([3, 255], np.uint8))) == [postings[3], postings[255]]
    assert [docs.tolist() for docs in opened.documents(np.array([255], np.uint8))] == [[255]]


@settings(max_examples=12, deadline=None)
@given(st.sampled_from((254, 255, 256, 257, 65_534, 65_535, 65_536, 65_537)), st.booleans(), st.booleans())
def test_lists_are_read_at_the_edges_of_the_types_of_their_numbers(size: int, many: bool, far: bool) -> None:
    """As many documents, occurrences, places or lists as fill a type, with what escapes the codes at the very end."""
    sizes = np.array([1] * size if many else [size], np.intp)
    docs = np.zeros(size, np.int32) if many else np.arange(size, dtype=np.int32)
    docs[-1] += 70_000
    counts = np.ones(size, np.int32)
    counts[-1] = 20
    places = np.arange(size + 19, dtype=np.int32) % 250
    places[-20:] = np.arange(20) + (70_000 if far else size)
    with TemporaryDirectory() as folder:
        lists = ListsWriter(Path(folder), 140_000)
        lists.add(Occurrences(sizes, docs, counts, places))
        storage = IndexStorage(Path(folder))
        with storage.create("x") as file:
            writer = ArrayWriter(file)
            lists.write(writer, "body.")
            writer.finish()
        opened = Lists(ArrayFile(storage.open_file("x")), "body.", 140_000)
        last = opened.postings(len(sizes) - 1)
        assert last[0][-1] == docs[-1]
        assert last[1][-1] == 20
        assert opened.places(len(sizes) - 1)[-20:].tolist() == places[-20:].tolist()
        assert np.concatenate(opened.documents(np.arange(len(sizes)))).sum() == docs.sum()
        several = opened.several(np.arange(len(sizes)))
        for found, expected in zip(several, (sizes, docs, counts, places), strict=True):
            assert found.tolist() == expected.tolist()
