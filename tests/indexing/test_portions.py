"""Children write portions of a generation: the same articles as one process would, whatever becomes of a child."""

import os
import pickle
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from search_service.archive.set_aside import SetAside
from search_service.errors import ServiceError
from search_service.indexing import build, portions
from search_service.indexing.building import Building
from search_service.indexing.child import NICENESS
from search_service.indexing.reindex import Reindex
from search_service.indexing.verification import differences
from search_service.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def filled(house, monkeypatch):
    """Forty articles, of which two children make two portions."""
    monkeypatch.setattr(build, "PORTION", 20)
    monkeypatch.setattr(build, "BATCH", 5)
    monkeypatch.setattr(build, "WORTH_A_CHILD", 1)
    house.put(*range(1, 41))
    house.index()
    return house


def rebuild(house, **changes):
    """The live generation after a reindex by two children."""
    settings = Settings(**{"index": house.settings.index, "reindex_workers": 2} | changes)
    with house.indexer.lock("a test"):
        Reindex(settings, house.archive, house.engine).run()
    assert not (house.settings.index / build.PORTIONS).exists()
    assert differences(house.engine.live(), house.archive) == []
    return house.engine.live()


def children_that(monkeypatch, code):
    """From now on a child runs this first."""
    start = subprocess.Popen

    def popen(command, **options):
        if "search_service.indexing.portions" not in command:
            return start(command, **options)
        lines = ["import os, sys", "from pathlib import Path", "from search_service.indexing import portions", code]
        lines.append("portions._serve(Path(sys.argv[-2]), float(sys.argv[-1]))")
        return start([command[0], "-c", "\n".join(lines), *command[-2:]], **options)

    monkeypatch.setattr(subprocess, "Popen", popen)


def test_what_children_write_is_what_one_process_would(filled):
    alone = filled.searchable()
    generation = rebuild(filled)
    assert generation.number == 2
    assert filled.searchable() == alone
    assert len(generation.searcher()._view.parts) == 1


def test_each_child_writes(filled):
    batches = [filled.archive.records(after=id, limit=3) for id in ("", "a12", "a20", "a30")] * 3
    folder = filled.settings.index / "somewhere"
    folder.mkdir()
    generation = filled.engine.live()
    with portions.children(generation.folder / "analyser", 2, 0.5) as children:
        assert len(list(children.write(generation.portion(folder, 2), batches))) == len(batches)
    assert len(list(folder.glob("*.stored"))) == 2


def test_children_stand_back_behind_those_that_answer_readers(filled, monkeypatch, tmp_path):
    children_that(
        monkeypatch,
        f"""
import search_service.indexing.child as child
load = child.pickle.load
def told(given):
    Path({str(tmp_path)!r}, "niceness").write_text(str(os.nice(0)))
    return load(given)
child.pickle.load = told
""",
    )
    rebuild(filled)
    assert int((tmp_path / "niceness").read_text()) == min(19, os.nice(0) + NICENESS)


def test_a_portion_that_a_child_dies_of_is_written_one_by_one(filled, monkeypatch, caplog):
    marker = filled.settings.index / "died"
    children_that(
        monkeypatch,
        f"""
add = portions._Work._add
def once(self, records):
    if any(record.id == "a20" for record in records) and not os.path.exists({str(marker)!r}):
        open({str(marker)!r}, "w").close()
        os._exit(9)
    return add(self, records)
portions._Work._add = once
""",
    )
    rebuild(filled)
    assert "has died" in caplog.text
    assert len(filled.searchable()) == 40


def test_an_article_that_the_engine_does_not_take_is_set_aside(filled, monkeypatch):
    children_that(
        monkeypatch,
        """
from search_service.engine.whoosh.portion import WhooshPortion
add = WhooshPortion.add
def picky(self, document):
    if document.id == "a20":
        raise ValueError("not this one")
    add(self, document)
WhooshPortion.add = picky
""",
    )
    from search_service.engine.whoosh.writer import WhooshWriter

    upsert = WhooshWriter.upsert

    def picky(self, document):
        if document.id == "a20":
            raise ValueError("not this one")
        upsert(self, document)

    monkeypatch.setattr(WhooshWriter, "upsert", picky)
    generation = rebuild(filled)
    assert [each.id for each in SetAside(filled.archive).list(generation.number)] == ["a20"]
    assert len(filled.searchable()) == 39


def test_an_article_that_cannot_be_analysed_is_set_aside(filled, monkeypatch):
    children_that(
        monkeypatch,
        """
from search_service.indexing.batch import Refused
from search_service.engine.base import Document
documents = portions.documents
def picky(records, analyzer):
    found = documents(records, analyzer)
    return [Refused(each.id, each.version, "no") if each.id == "a20" else each for each in found]
portions.documents = picky
""",
    )
    generation = rebuild(filled)
    assert [each.id for each in SetAside(filled.archive).list(generation.number)] == ["a20"]
    assert len(filled.searchable()) == 39


def test_what_was_committed_twice_is_there_once(filled, monkeypatch):
    write = Building.write
    stops = iter([False, True])

    def dying(self, folder):
        if self.done and next(stops, False):
            raise KeyboardInterrupt
        write(self, folder)

    monkeypatch.setattr(Building, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        rebuild(filled)
    assert Building.read(filled.settings.index).done == 20
    rebuild(filled)
    assert len(filled.searchable()) == 40


def test_children_end_when_their_parent_is_killed(filled):
    code = """
import os, signal, sys
from pathlib import Path
from search_service.archive.archive import Archive
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing import portions
index = Path(sys.argv[1])
archive = Archive.open(index / "archive.sqlite")
generation = WhooshEngine(index).live()
(index / "portions").mkdir()
batches = [archive.records(after="", limit=5)] * 2
with portions.children(generation.folder / "analyser", 2, 0.5) as children:
    for _ in children.write(generation.portion(index / "portions", 2), batches):
        tasks = Path("/proc/self/task").glob("*/children")
        print(*(pid for path in tasks for pid in path.read_text().split()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, filled.settings.index],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    pids = [int(pid) for pid in ran.stdout.split()]
    assert pids
    for pid in pids:
        with suppress(ProcessLookupError):
            descriptor = os.pidfd_open(pid)
            assert select.select([descriptor], [], [], 30)[0], f"{pid} goes on without its parent"
            os.close(descriptor)
    rebuild(filled)


def test_an_error_of_the_table_comes_through_a_child_as_it_is():
    error = pickle.loads(pickle.dumps(ServiceError("folder_not_writable", "no space", field="x")))
    assert (error.code, error.detail, error.field, error.kind.status) == ("folder_not_writable", "no space", "x", 507)
