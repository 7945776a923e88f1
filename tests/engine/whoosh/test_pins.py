"""Pinned commits on the disk."""

import os
import threading
import time

import pytest

from search_service.engine.whoosh import WhooshEngine, pins
from search_service.errors import ServiceError
from tests.engine.documents import document


def commit(generation, *ids, position=1):
    writer = generation.writer()
    for id in ids:
        writer.upsert(document(id, "a"))
    writer.commit(position)


@pytest.fixture
def generation(tmp_path):
    made = WhooshEngine(tmp_path).create("analyser", {})
    commit(made, "1")
    return made


def kept(generation):
    folder = generation.folder / pins.FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def grow_old(generation, name):
    past = time.time() - pins.GRACE - 1
    os.utime(generation.folder / pins.FOLDER / name / "manifest.json", (past, past))


def test_another_process_finds_what_was_pinned(tmp_path, generation):
    name = generation.pin(60)
    for position in range(2, 5):
        commit(generation, str(position), position=position)
    other = WhooshEngine(tmp_path).open(generation.number)
    assert dict(other.pinned(name).ids()) == {"1": 1}


def test_pins_share_the_files_of_the_index(generation):
    name = generation.pin(60)
    (stored,) = (generation.folder / pins.FOLDER / name).glob("*.stored")
    assert stored.samefile(generation.folder / stored.name)


def test_a_pin_is_prolonged_and_never_shortened(generation):
    name = generation.pin(1000)
    manifest = generation.folder / pins.FOLDER / name / "manifest.json"
    until = manifest.stat().st_mtime
    assert generation.pin(10) == name
    assert manifest.stat().st_mtime == until
    generation.pin(2000)
    assert manifest.stat().st_mtime > until


def test_the_next_pin_and_the_next_commit_remove_those_that_are_over(generation):
    first = generation.pin(60)
    commit(generation, "2", position=2)
    grow_old(generation, first)
    second = generation.pin(60)
    assert kept(generation) == [second]
    grow_old(generation, second)
    commit(generation, "3", position=3)
    assert kept(generation) == []


def test_a_pin_with_a_damaged_manifest_is_gone(generation):
    name = generation.pin(60)
    manifest = generation.folder / pins.FOLDER / name / "manifest.json"
    state = manifest.stat()
    manifest.write_bytes(manifest.read_bytes()[:-10])
    os.utime(manifest, (state.st_atime, state.st_mtime))
    with pytest.raises(ServiceError) as error:
        generation.pinned(name)
    assert (error.value.code, error.value.field) == ("cursor_expired", "cursor")


def test_pinning_goes_on_beside_commits(tmp_path, generation):
    names, failures = [], []

    def work():
        other = WhooshEngine(tmp_path).open(generation.number)
        try:
            for _ in range(30):
                names.append(other.pin(60))
                other.pinned(names[-1])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for position in range(2, 12):
        commit(generation, str(position), position=position)
    for thread in threads:
        thread.join()
    assert not failures
    assert set(names) <= set(kept(generation))
    assert not [name for name in kept(generation) if name.startswith(".")]
