"""Verifying finds whatever is wrong, and says how to mend it."""

import pytest

from search_service.engine.base import Document
from search_service.indexing.scrub import Scrub, Verified
from search_service.indexing.verification import differences, verify


def commit(house, work, position=None):
    """Change the live generation behind the indexer's back."""
    generation = house.engine.live()
    writer = generation.writer()
    work(writer)
    writer.commit(generation.info().position if position is None else position)


@pytest.fixture
def filled(house):
    house.put(*range(1, 6))
    house.put(6, status="draft")
    house.index()
    with house.indexer.lock("a test"):
        house.indexer.reindex()
    return house


def faults(house):
    return verify(house.archive, house.engine)


def test_a_sound_house_has_no_faults(filled):
    assert faults(filled) == []


def test_what_waits_for_the_indexer_is_no_fault(filled):
    filled.put(1, 7, title="تازه")
    filled.archive.delete("a2")
    assert faults(filled) == []


def test_a_missing_article_is_a_fault(filled):
    commit(filled, lambda writer: writer.delete("a3"))
    (fault,) = faults(filled)
    assert (fault.where, fault.mend) == ("generation 2", "search-service reindex")
    assert "'a3' is missing" in fault.what


def test_an_article_that_should_not_be_there_is_a_fault(filled):
    stranger = Document("z", 1, {"title": {"exact": ["z"], "lemma": ["z"]}}, {}, None, None, b"{}")
    commit(filled, lambda writer: writer.upsert(stranger))
    assert ["'z'" in fault.what for fault in faults(filled)] == [True]


def test_an_older_version_is_a_fault(filled):
    old = Document("a1", 0, {}, {}, None, None, b"{}")
    commit(filled, lambda writer: writer.upsert(old))
    assert ["version 0" in fault.what for fault in faults(filled)] == [True]


def test_an_article_that_is_there_twice_is_a_fault(filled):
    generation = filled.engine.live()
    folder = filled.settings.index / "portion"
    folder.mkdir()
    portion = generation.portion(folder, 1)
    for _ in range(2):
        portion.add(Document("a1", 1, {}, {}, None, None, b"{}"))
    portion.finish()
    commit(filled, lambda writer: writer.take(folder))
    assert ["'a1' is indexed more than once" in fault.what for fault in faults(filled)] == [True]


def test_many_differences_are_told_in_few_lines(filled):
    filled.put(*range(10, 60))
    commit(filled, lambda writer: None, filled.archive.position())
    lines = differences(filled.engine.live(), filled.archive)
    assert len(lines) == 21
    assert lines[-1] == "and 30 articles more"


def test_every_file_of_every_generation_is_looked_at(filled):
    names = [path for info in (1, 2) for path in filled.engine.open(info).folder.rglob("*") if path.stat().st_size]
    named = [
        path for path in names if path.is_file() and "previous" not in path.name and "lock" not in path.name.lower()
    ]
    assert len(named) > 6
    for path in named:
        if path.suffix == ".toc" and path.name != named[0].name and "_0" in path.name:
            continue
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        found = faults(filled)
        path.write_bytes(whole)
        if not found:
            # Only a file of the commit before may differ unseen: the newest does not name it.
            generation = filled.engine.open(int(path.relative_to(filled.settings.index / "generations").parts[0]))
            assert path.name not in generation.manifest().files, path
    assert faults(filled) == []


def test_a_damaged_generation_is_not_kept_by_a_reindex(filled):
    path = max(filled.engine.live().folder.iterdir(), key=lambda path: path.stat().st_size)
    path.write_bytes(b"?" * path.stat().st_size)
    assert len(faults(filled)) == 1
    with filled.indexer.lock("a test"):
        filled.indexer.reindex()
    assert [info.number for info in filled.engine.generations()] == [1, 3]
    assert faults(filled) == []


def test_a_damaged_row_of_the_archive_is_a_fault(filled):
    with filled.archive.database.writing() as connection:
        connection.execute("UPDATE articles SET version = 9 WHERE id = 'a1'")
    assert ("archive", True) in [(fault.where, "restore" in fault.mend) for fault in faults(filled)]


def test_a_lost_generation_is_a_fault(filled):
    (filled.settings.index / "CURRENT").write_text("000077\n")
    assert ["77" in fault.what for fault in faults(filled)] == [True]
    (filled.settings.index / "CURRENT").unlink()
    assert "no live generation" in faults(filled)[0].what


def test_a_scrub_keeps_what_it_found(filled):
    scrub = Scrub(filled.settings.index, filled.engine)
    scrub.when_due()
    seen = Verified.read(filled.settings.index)
    assert (seen.generation, seen.fault) == (2, None)
    path = max(filled.engine.live().folder.iterdir(), key=lambda path: path.stat().st_size)
    path.write_bytes(b"?" * path.stat().st_size)
    scrub.when_due()
    assert Verified.read(filled.settings.index) == seen
    Scrub(filled.settings.index, filled.engine).when_due()
    assert path.name in Verified.read(filled.settings.index).fault
