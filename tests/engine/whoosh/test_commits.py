"""A commit happens whole or not at all, whatever fails and wherever."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from search_service.engine.base import Request
from search_service.engine.query import Phrase
from search_service.engine.whoosh import WhooshEngine, manifest
from search_service.engine.whoosh.generation import WhooshGeneration
from search_service.engine.whoosh.merging import TARGET
from search_service.engine.whoosh.writer import LOCKS
from search_service.errors import ServiceError
from tests.engine.documents import NOW, document
from tests.engine.generation_contract import ids, put

DYING = """
import os, signal, sys
from pathlib import Path
from search_service.engine.whoosh import WhooshEngine, manifest
from tests.engine.documents import NOW, document

writer = WhooshEngine(Path(sys.argv[1])).open(1).writer()
writer.upsert(document("1", "b", version=2))
writer.upsert(document("2", "b"))
manifest.Manifest.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
writer.commit(2)
"""


@pytest.fixture
def generation(tmp_path: Path) -> WhooshGeneration:
    generation = WhooshEngine(tmp_path / "index").create("analyser", {"lexicon": b"words"})
    put(generation, document("1", "a"), position=1)
    return generation


def unnamed(generation: WhooshGeneration) -> set[str]:
    """Files that no commit names."""
    named = {manifest.FILE, manifest.PREVIOUS, *LOCKS}
    for name in (manifest.FILE, manifest.PREVIOUS):
        named |= set(manifest.read(generation.folder, name).files)
    return {str(path.relative_to(generation.folder)) for path in generation.folder.rglob("*") if path.is_file()} - named


def test_a_kill_before_the_manifest_leaves_the_old_commit(generation: WhooshGeneration) -> None:
    root = Path(__file__).parents[3]
    index = generation.folder.parents[1]
    ran = subprocess.run(
        [sys.executable, "-c", DYING, str(index)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert ran.returncode == -signal.SIGKILL
    assert unnamed(generation)
    assert ids(generation.searcher()) == {"1": 1}
    put(generation, document("3", "c"), position=2)
    assert ids(generation.searcher()) == {"1": 1, "3": 1}
    assert unnamed(generation) == set()


def test_a_failure_before_the_manifest_leaves_the_old_commit(
    generation: WhooshGeneration, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    writer = generation.writer()
    writer.upsert(document("2", "a"))
    with monkeypatch.context() as patch:
        patch.setattr(manifest.Manifest, "write", fail)
        with pytest.raises(RuntimeError):
            writer.commit(2)
    writer.cancel()
    assert ids(generation.searcher()) == {"1": 1}
    assert unnamed(generation) == set()
    put(generation, document("3", "a"), position=2)
    assert ids(generation.searcher()) == {"1": 1, "3": 1}


def fail_at(nth: int, owner: object, name: str, patch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Make the n-th call of a file operation fail for want of space; says whether it came to that."""
    calls = 0
    original = getattr(owner, name)

    def failing(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(*arguments, **options)

    patch.setattr(owner, name, failing)
    return lambda: calls >= nth


@pytest.mark.parametrize(("owner", "name"), [(os, "open"), (os, "fsync"), (os, "rename"), (Path, "replace")])
def test_whichever_file_operation_fails_the_lock_is_free_and_the_state_is_old_or_new(
    owner: object, name: str, generation: WhooshGeneration, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nth in count(1):
        before = ids(generation.searcher())
        with monkeypatch.context() as patch:
            came_to_that = fail_at(nth, owner, name, patch)
            error = None
            try:
                put(generation, document(f"{nth}", "a"), position=nth)
            except ServiceError as raised:
                error = raised
            if not came_to_that():
                break
        if error is not None:
            assert error.code == "folder_not_writable"
            assert error.detail == f"Cannot write to {generation.folder}: No space left on device."
        assert ids(generation.searcher()) in (before, {**before, f"{nth}": 1})
        put(generation, document("after", "a", version=nth), position=nth)
        assert ids(generation.searcher())["after"] == nth
        assert unnamed(generation) == set()
    assert nth > 1


def test_a_writer_that_dies_frees_the_lock(generation: WhooshGeneration) -> None:
    writer = generation.writer()
    with pytest.raises(ServiceError) as busy:
        generation.writer()
    assert f"process {os.getpid()}, writing to the index" in busy.value.detail
    writer.cancel()
    writer.cancel()
    with pytest.raises(ValueError, match="committed or cancelled"):
        writer.upsert(document("2", "a"))
    put(generation, document("2", "a"))


def test_a_document_that_cannot_be_written_leaves_the_writer_usable(generation: WhooshGeneration) -> None:
    writer = generation.writer()
    writer.upsert(document("2", "a"))
    for bad in (document("3", colour="red"), replace(document("3"), text={"footnote": {"exact": ["a"]}})):
        with pytest.raises(ValueError, match="there is no"):
            writer.upsert(bad)
    writer.upsert(document("4", "a"))
    writer.commit(2)
    assert ids(generation.searcher()) == {"1": 1, "2": 1, "4": 1}


def test_a_folder_that_may_not_be_written_is_named(
    generation: WhooshGeneration, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ServiceError) as error:
        generation.writer()
    assert error.value.code == "folder_not_writable"
    assert error.value.detail == f"Cannot write to {generation.folder}: Permission denied."


def test_segments_stay_few_and_files_that_no_commit_needs_go(generation: WhooshGeneration) -> None:
    for i in range(3 * TARGET):
        put(generation, document(f"n{i}", "a"), position=i)
        assert unnamed(generation) == set()
    assert len(generation.searcher()._view.parts) <= TARGET


def test_a_merge_leaves_out_what_was_deleted_and_keeps_the_rest(generation: WhooshGeneration) -> None:
    left = {"1": "a"}
    for batch in range(2 * TARGET):
        texts = {f"n{batch}-{i}": f"w{batch}-{i} common" for i in range(4)}
        put(generation, *(document(id, text, category=id) for id, text in texts.items()), position=batch)
        gone = [f"n{batch}-1", f"n{batch // 2}-2"]
        writer = generation.writer()
        for id in gone:
            writer.delete(id)
        writer.commit(batch)
        left |= texts
        left = {id: text for id, text in left.items() if id not in gone}
    searcher = generation.searcher()
    assert set(ids(searcher)) == set(left)
    for id, text in left.items():
        query = Phrase("body", "lemma", tuple(text.split()))
        result = searcher.search(Request(query, now=NOW, facets=("category",)))
        assert [hit.id for hit in result.hits] == [id]
        assert [label.key for label in result.labels["category"]] == ([] if id == "1" else [id])
    # Most of what was deleted is gone from the terms as well.
    assert searcher.vocabulary.frequency("exact", "common") < 4 * 2 * TARGET - TARGET


def test_a_seeded_generator_repeats_no_segment_name(generation: WhooshGeneration) -> None:
    state = random.getstate()
    try:
        for i in range(4):
            random.seed(1)
            put(generation, document(f"n{i}", "a"), position=i)
    finally:
        random.setstate(state)
    assert len(ids(generation.searcher())) == 5


def test_a_batch_larger_than_memory_is_written_in_pieces(generation: WhooshGeneration) -> None:
    cramped = WhooshGeneration(1, generation.folder, memory=1000)
    put(cramped, *(document(f"n{i % 15}", f"a b{i % 3} a", title="b", version=i) for i in range(20)), position=2)
    searcher = cramped.searcher()
    assert ids(searcher) == {"1": 1, **{f"n{i % 15}": i for i in range(20)}}
    assert searcher.total(Phrase("body", "exact", ("a", "b1", "a")), NOW) == 5
    assert unnamed(generation) == set()


def test_readers_open_while_commits_come(generation: WhooshGeneration) -> None:
    done = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                assert ids(WhooshEngine(generation.folder.parents[1]).open(1).searcher())["1"] == 1
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for i in range(10):
        put(generation, document(f"n{i % 3}", "a", version=i), position=i)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
