"""A build may stop at any point; it goes on later, and the live index never shows a trace of it."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from search_service.archive.tasks import Tasks
from search_service.engine.whoosh import merging
from search_service.errors import ServiceError
from search_service.indexing import analysis, build
from search_service.indexing.analyzers import GenerationAnalyzer
from search_service.indexing.batch import Refused
from search_service.indexing.building import Building
from search_service.indexing.follow import Stopped
from search_service.indexing.reindex import Reindex

ROOT = Path(__file__).parents[2]


@pytest.fixture
def portions(monkeypatch):
    """Few articles between two commits."""
    monkeypatch.setattr(build, "PORTION", 10)
    monkeypatch.setattr(build, "BATCH", 5)


@pytest.fixture
def filled(house):
    house.put(*range(1, 41))
    house.index()
    return house


def stop_at(wanted):
    """A progress that stops a build, and notes where it began."""
    seen = []

    def progress(done, total):
        if done:
            seen.append(done)
        if done >= wanted:
            raise Stopped

    return progress, seen


def test_a_stopped_one_goes_on_where_it_stopped(filled, portions):
    with filled.indexer.lock("a test"):
        progress, _ = stop_at(25)
        with pytest.raises(Stopped):
            filled.indexer.reindex(progress)
        assert [info.live for info in filled.engine.generations()] == [True, False]
        filled.put(1, 39, title="تازه")
        filled.archive.delete("a2")
        filled.archive.delete("a38")
        filled.indexer.catch_up()
        progress, seen = stop_at(10**9)
        assert filled.indexer.reindex(progress) == 2
    assert seen[0] == 25  # the commit at 20 was the last
    expected = {f"a{n}": 1 for n in range(1, 41)} | {"a1": 2, "a39": 2}
    del expected["a2"], expected["a38"]
    assert filled.searchable() == expected
    assert Building.read(filled.settings.index) is None


def test_it_begins_anew_when_told_to(filled, portions):
    with filled.indexer.lock("a test"):
        with pytest.raises(Stopped):
            filled.indexer.reindex(stop_at(25)[0])
        progress, seen = stop_at(10**9)
        assert filled.indexer.reindex(progress, afresh=True) == 3
    assert seen[0] == 5
    assert [info.number for info in filled.engine.generations()] == [1, 3]


def test_it_begins_anew_when_the_analyser_has_changed(filled, portions, monkeypatch):
    with filled.indexer.lock("a test"):
        with pytest.raises(Stopped):
            filled.indexer.reindex(stop_at(25)[0])
        monkeypatch.setattr("search_service.indexing.reindex.outdated", lambda fingerprint: True)
        assert filled.indexer.reindex() == 3


def test_an_unfinished_one_is_never_gone_back_to(filled, portions):
    with filled.indexer.lock("a test"):
        with pytest.raises(Stopped):
            filled.indexer.reindex(stop_at(25)[0])
        (filled.settings.index / "building.json").unlink()
        filled.indexer.reindex()
        assert [info.number for info in filled.engine.generations()] == [1, 3]
        assert filled.indexer.rollback() == 1
    assert len(filled.searchable()) == 40


def test_what_a_rollback_took_back_is_not_gone_back_to(filled):
    with filled.indexer.lock("a test"):
        filled.indexer.reindex()
        filled.indexer.rollback()
        assert filled.indexer.reindex() == 3
        assert filled.indexer.rollback() == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from search_service.archive.archive import Archive
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing import build
from search_service.indexing.indexer import Indexer
from search_service.settings import Settings
build.PORTION, build.BATCH = 10, 5
settings = Settings(index=Path(sys.argv[1]), reindex_workers=int(sys.argv[3]))
build.WORTH_A_CHILD = 1
indexer = Indexer(settings, Archive.open(settings.archive_path), WhooshEngine(settings.index))
def progress(done, total):
    print(done, flush=True)
    if done >= int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
indexer.lock("a test").acquire()
indexer.reindex(progress)
"""


def test_a_killed_one_leaves_no_trace_and_goes_on_later(filled, portions):
    for at in (5, 20, 35):
        ran = subprocess.run(
            [sys.executable, "-c", KILLED, str(filled.settings.index), str(at), "2"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert (ran.returncode, ran.stderr) == (-signal.SIGKILL, "")
        assert len(filled.searchable()) == 40
        assert filled.engine.live().number == 1
    state = Building.read(filled.settings.index)
    assert state is not None
    assert state.done == 30
    with filled.indexer.lock("a test"):
        assert filled.indexer.reindex() == state.generation
    assert len(filled.searchable()) == 40


def test_a_running_task_is_called_off_and_can_be_asked_for_again(filled, portions):
    tasks = Tasks(filled.archive)
    id = tasks.start("reindex")
    with pytest.raises(ServiceError) as caught:
        tasks.start("reindex")
    assert caught.value.code == "task_open"

    class Idle:
        """Ends the loop once no task is open."""

        def is_set(self):
            return tasks.get(id).finished is not None

        def wait(self, seconds):
            pass

    scan = filled.archive.records

    def records(after, limit):
        if after:
            tasks.cancel(id)
        return scan(after, limit)

    filled.archive.records = records
    with filled.indexer.lock("a test"):
        filled.indexer.run(Idle())
    assert tasks.get(id).state == "cancelled"
    assert filled.engine.live().number == 1


def test_a_process_told_to_end_leaves_its_task_to_the_next(filled, portions):
    tasks = Tasks(filled.archive)
    id = tasks.start("reindex")
    stop = threading.Event()
    scan = filled.archive.records

    def records(after, limit):
        if after >= "a2":
            stop.set()
        return scan(after, limit)

    filled.archive.records = records
    with filled.indexer.lock("a test"):
        filled.indexer.run(stop)
        assert (tasks.get(id).state, tasks.get(id).attempts) == ("waiting", 0)
        assert Building.read(filled.settings.index) is not None
        stop.clear()
        del filled.archive.records

        class Idle:
            def is_set(self):
                return tasks.get(id).finished is not None

            def wait(self, seconds):
                pass

        filled.indexer.run(Idle())
    assert tasks.get(id).result == {"generation": 2}


def test_a_disk_without_enough_space_is_told_before_anything_is_written(filled, monkeypatch):
    usage = shutil.disk_usage(filled.settings.index)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=10**6))
    with filled.indexer.lock("a test"), pytest.raises(ServiceError) as caught:
        filled.indexer.reindex()
    assert caught.value.code == "disk_full"
    assert caught.value.kind.status == 507
    assert [info.number for info in filled.engine.generations()] == [1]


def test_a_generation_that_fails_its_examination_is_not_published(filled):
    reindex = Reindex(filled.settings, filled.archive, filled.engine, lambda generation, analyzer: ["no answer"])
    with filled.indexer.lock("a test"), pytest.raises(ServiceError, match="no answer"):
        reindex.run()
    assert [info.number for info in filled.engine.generations()] == [1]


def test_it_never_consists_of_many_segments(filled, portions, monkeypatch):
    monkeypatch.setattr(merging, "SMALL", 0)  # no commit merges
    monkeypatch.setattr(build, "PORTION", 5)
    monkeypatch.setattr(build, "SEGMENTS", 2)
    seen = []

    def progress(done, total):
        if done > 5:
            (built,) = [info.number for info in filled.engine.generations() if not info.live]
            seen.append(filled.engine.open(built).searcher().segments)

    with filled.indexer.lock("a test"):
        filled.indexer.reindex(progress)
    assert max(seen) == 2 + 1
    assert filled.engine.live().searcher().segments == 1
    assert len(filled.searchable()) == 40


# a child that analyses


def test_a_child_gives_what_this_process_would(filled):
    generation = filled.engine.live()
    batch = filled.archive.records(after="a14", limit=7)
    analyst = analysis.Analyst(generation.folder / "analyser")
    found = analyst.documents(batch)
    analyst.end()
    assert found == analysis.documents(batch, GenerationAnalyzer().of(generation))


def test_a_child_that_dies_loses_nothing_and_the_article_it_dies_of_is_refused(filled, monkeypatch):
    generation = filled.engine.live()
    dying = (
        "import os, sys\n"
        "from search_service.indexing import analysis\n"
        "documents = analysis.documents\n"
        "def deadly(batch, analyzer):\n"
        "    if any(record.id == 'a20' for record in batch): os._exit(9)\n"
        "    return documents(batch, analyzer)\n"
        "analysis.documents = deadly\n"
        "analysis._serve(analysis.Path(sys.argv[-1]))\n"
    )
    start = subprocess.Popen

    def popen(command, **options):
        return start([command[0], "-c", dying, command[-1]], **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    batch = filled.archive.records(after="a19", limit=3)
    analyst = analysis.Analyst(generation.folder / "analyser")
    found = analyst.documents(batch)
    analyst.end()
    assert [each.id for each in found] == ["a2", "a20", "a21"]
    assert [isinstance(each, Refused) for each in found] == [False, True, False]
