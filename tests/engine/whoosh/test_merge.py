"""A merged index is the one that would have been built at once, and commits go on while it is made."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
from pathlib import Path
from random import Random

import pytest

from search_service.engine.base import Document, Request
from search_service.engine.query import Any, Everything, Phrase, Term
from search_service.engine.whoosh import WhooshEngine, merge, merging, storage
from search_service.engine.whoosh.arrays import ArrayWriter
from search_service.engine.whoosh.generation import MERGING, WhooshGeneration
from search_service.engine.whoosh.portion import WhooshPortion
from search_service.engine.whoosh.segment import ARRAYS, STORED
from search_service.errors import ServiceError
from tests.engine.documents import NOW, document
from tests.engine.generation_contract import ids, put
from tests.engine.whoosh.articles import article, history

QUERY = Any((Term("body", "lemma", "شهر"), Phrase("body", "exact", ("در", "شهر"))))


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


def content(generation: WhooshGeneration, ending: str) -> list[bytes]:
    """The files of this kind that the newest commit names."""
    names = sorted(name for name in generation.manifest().files if name.endswith(ending))
    return [(generation.folder / name).read_bytes() for name in names]


def several(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> tuple[WhooshGeneration, dict[str, Document]]:
    """A generation of many segments, and its articles in the order in which they were last put in."""
    generation = engine.create("analyser", {})
    left: dict[str, Document] = {}
    with monkeypatch.context() as patch:
        patch.setattr(merging, "SMALL", 0)
        for position, (documents, gone) in enumerate(history(Random(1), (50, 20, 20, 5, 5, 1), 4)):
            writer = generation.writer()
            for each in documents:
                writer.upsert(each)
                left.pop(each.id, None)
                left[each.id] = each
            for id in gone:
                writer.delete(id)
                left.pop(id, None)
            writer.commit(position)
    return generation, left


@pytest.mark.parametrize("places", [1 << 19, 50])
def test_a_merged_index_is_the_one_built_at_once(
    places: int, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, left = several(engine, monkeypatch)
    monkeypatch.setattr(merging, "TARGET", 1)
    monkeypatch.setattr(merge, "PLACES", places)
    while generation.merge(60):
        pass
    at_once = engine.create("analyser", {})
    put(at_once, *left.values())
    assert len(content(generation, ARRAYS)) == 1
    assert content(generation, STORED) == content(at_once, STORED)
    if places > 50:
        assert content(generation, ARRAYS) == content(at_once, ARRAYS)
    merged, built = generation.searcher(), at_once.searcher()
    request = Request(QUERY, now=NOW, facets=("category", "tag", "date"), size=200)
    assert merged.search(request) == built.search(request)
    assert list(merged.vocabulary.terms("lemma")) == list(built.vocabulary.terms("lemma"))
    assert list(merged.vocabulary.terms("exact")) == list(built.vocabulary.terms("exact"))


def test_commits_come_between_the_steps_of_a_merge(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    generation, left = several(engine, monkeypatch)
    monkeypatch.setattr(merge, "PLACES", 50)
    expected = {id: each.version for id, each in left.items()}
    random = Random(2)
    before = len(generation.searcher()._view.parts)
    step = 0
    while generation.merge(-1.0):
        step += 1
        updated, gone = random.sample(sorted(expected), 2)
        writer = generation.writer()
        writer.upsert(article(updated, 100 + step, random))
        writer.delete(gone)
        writer.commit(step)
        expected[updated] = 100 + step
        del expected[gone]
        assert ids(generation.searcher()) == expected
        if len(expected) < 20:
            break
    assert step > 10
    while generation.merge(60):
        pass
    assert ids(generation.searcher()) == expected
    assert len(generation.searcher()._view.parts) <= merging.TARGET < before
    assert generation.info().position == step
    assert not (generation.folder / MERGING).exists()


def test_where_the_disk_has_no_room_for_a_merge_none_begins(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    generation, left = several(engine, monkeypatch)
    usage = shutil.disk_usage(generation.folder)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
        assert not generation.merge(60)
        assert not generation.merge(60)
    (told,) = caplog.messages
    assert "make room" in told
    assert not (generation.folder / MERGING).exists()
    while generation.merge(60):
        pass
    assert ids(generation.searcher()) == {id: each.version for id, each in left.items()}
    assert len(generation.searcher()._view.parts) <= merging.TARGET


def test_a_merge_whose_files_were_swept_away_begins_anew(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    generation, left = several(engine, monkeypatch)
    expected = {id: each.version for id, each in left.items()}
    assert generation.merge(-1.0)
    # Another process writes; it knows of no merge.
    put(WhooshGeneration(generation.number, generation.folder), document("new", "a", version=3), position=9)
    while generation.merge(60):
        pass
    assert ids(generation.searcher()) == expected | {"new": 3}
    assert len(generation.searcher()._view.parts) <= merging.TARGET


def test_a_merge_that_was_swept_away_before_its_last_step_begins_anew(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, left = several(engine, monkeypatch)
    writer = generation.writer()
    with pytest.raises(ServiceError, match="held by"):
        generation.merge(60)
    # It began before the merge, of which it knows nothing.
    writer.cancel()
    assert not (generation.folder / MERGING).exists()
    assert generation.merge(60)
    while generation.merge(60):
        pass
    assert ids(generation.searcher()) == {id: each.version for id, each in left.items()}
    assert len(generation.searcher()._view.parts) <= merging.TARGET


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.ETIMEDOUT])
@pytest.mark.parametrize("at", ["write", "sync"])
def test_a_merge_that_fails_is_told_and_leaves_nothing(
    number: int, at: str, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, left = several(engine, monkeypatch)

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        if at == "write":
            patch.setattr(ArrayWriter, "finish", fail)
        else:
            patch.setattr(storage, "sync", fail)
        with pytest.raises((ServiceError, OSError), match=os.strerror(number)):
            assert not [generation.merge(60) for _ in range(100)], "it goes on for ever"
    assert not (generation.folder / MERGING).exists()
    while generation.merge(60):
        pass
    assert ids(generation.searcher()) == {id: each.version for id, each in left.items()}


def write(portion: WhooshPortion, documents: list[Document]) -> None:
    for each in documents:
        portion.add(each)
    portion.finish()


def test_segments_built_elsewhere_are_taken_in(tmp_path: Path) -> None:
    generation = WhooshEngine(tmp_path / "index", memory=40_000).create("analyser", {})
    put(generation, document("1", "شهر", version=1), document("2", "شهر"))
    random = Random(3)
    articles = [article(f"n{i}", 1, random) for i in range(40)]
    for worker in range(2):
        (tmp_path / f"{worker}").mkdir()
        write(pickle.loads(pickle.dumps(generation.portion(tmp_path / f"{worker}", 2))), articles[worker::2])
        assert len(list((tmp_path / f"{worker}").iterdir())) > 2, "several segments"
    (tmp_path / "2").mkdir()
    write(generation.portion(tmp_path / "2", 1), [document("1", "کتاب", version=2)])
    writer = generation.writer()
    for folder in "012":
        writer.take(tmp_path / folder)
    writer.delete("n7")
    writer.commit(5)
    expected = {each.id: 1 for each in articles if each.id != "n7"} | {"1": 2, "2": 1}
    assert ids(generation.searcher()) == expected
    assert generation.searcher().total(Everything(), NOW) == len(expected)
    assert [path.name for folder in "012" for path in (tmp_path / folder).iterdir()] == []
    while generation.merge(60, segments=1):
        pass
    assert ids(generation.searcher()) == expected
    assert len(generation.searcher()._view.parts) == 1
