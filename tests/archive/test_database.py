"""Many threads and processes at once, forks, and disks that fail."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search_service.archive import database
from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.errors import ServiceError

Make = Callable[..., Article]
Process = Callable[..., subprocess.Popen[str]]

OPEN = """
import sys
from pathlib import Path
from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.errors import ServiceError
archive = Archive.open(Path(sys.argv[1]))
def put(id, **fields):
    return archive.write([Article.parse({"id": id, "title": "خبر", **fields})])[0]
"""

WRITER = (
    OPEN
    + """
print("ready", flush=True)
input()
for number in range(int(sys.argv[3])):
    receipt = put(f"{sys.argv[2]}/{number}", categories=["جهان"])
    shared = put("shared", body=f"{sys.argv[2]} {number}")
    print(receipt.id, receipt.position, shared.version, flush=True)
"""
)


def finished(process: subprocess.Popen[str], go: str = "") -> str:
    out, _ = process.communicate(go, timeout=60)
    assert process.returncode == 0
    return out


def test_two_processes_that_write_at_once_lose_nothing(path: Path, process: Process) -> None:
    archive = Archive.open(path)
    writers = [process(WRITER, path, name, 30) for name in ("one", "two")]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    receipts = [line.split() for writer in writers for line in finished(writer).splitlines()]

    positions = {int(position): id for id, position, _ in receipts}
    assert len(positions) == 60
    changes = archive.changes(0, 1000)
    assert [change.position for change in changes] == list(range(1, 121))
    assert all(changes[position - 1].id == id for position, id in positions.items())
    assert sorted(int(version) for _, _, version in receipts) == list(range(1, 61))
    assert archive.count() == 61
    assert archive.categories() == [("جهان", 60)]
    assert archive.verify() == []
    archive.close()


def test_processes_may_make_the_archive_at_the_same_time(path: Path, process: Process) -> None:
    code = OPEN.replace("archive = ", "print('ready', flush=True); input(); archive = ")
    openers = [process(code + "\nput(sys.argv[2])", path, number) for number in range(3)]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()
    for opener in openers:
        finished(opener)
    archive = Archive.open(path)
    assert sorted(change.id for change in archive.changes(0, 10)) == ["0", "1", "2"]
    archive.close()


@pytest.mark.parametrize("acknowledged", [1, 23])
def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged(
    path: Path, process: Process, acknowledged: int
) -> None:
    writer = process(WRITER, path, "w", 10_000)
    assert writer.stdout is not None
    assert writer.stdin is not None
    writer.stdout.readline()
    writer.stdin.write("go\n")
    writer.stdin.flush()
    lines = [writer.stdout.readline() for _ in range(acknowledged)]
    writer.send_signal(signal.SIGKILL)
    lines += writer.stdout.read().splitlines()  # communicate() would pass by what readline() has in its buffer
    writer.wait()

    archive = Archive.open(path)
    receipts = [line.split() for line in lines if re.fullmatch(r"w/\d+ \d+ \d+", line.strip())]
    changes = {change.position: change.id for change in archive.changes(0, 100_000)}
    for id, position, _ in receipts:
        assert changes[int(position)] == id
        assert archive.get(id) is not None
    assert len(receipts) <= archive.count() - 1 <= len(receipts) + 1
    assert (archive.version("shared") or 0) >= int(receipts[-1][2])
    assert archive.verify() == []
    archive.close()


def test_threads_share_an_archive(archive: Archive, article: Make) -> None:
    def work(thread: int) -> None:
        for number in range(20):
            id = f"{thread}/{number}"
            archive.write([article(id), article("shared", body=id)])
            assert archive.get(id) is not None
            assert archive.changes(archive.position(), 10) is not None

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    assert archive.count() == 121
    assert archive.version("shared") == 120
    assert [change.position for change in archive.changes(0, 1000)] == list(range(1, 241))
    assert archive.verify() == []


FORK = (
    OPEN
    + """
import os, threading
put("before")
stop = threading.Event()
def write():
    number = 0
    while not stop.is_set():
        put(f"thread/{number}")
        number += 1
thread = threading.Thread(target=write)
thread.start()
children = []
for child in range(4):
    pid = os.fork()
    if pid == 0:
        for number in range(5):
            put(f"{child}/{number}")
        os._exit(0 if archive.get("before") else 1)
    children.append(pid)
    put(f"parent/{child}")
assert all(os.waitpid(pid, 0)[1] == 0 for pid in children)
stop.set()
thread.join()
print(sum(not article.id.startswith("thread/") for article in archive.scan(limit=100_000)), archive.verify())
archive.close()
"""
)


def test_forked_processes_and_their_parent_all_write(path: Path, process: Process) -> None:
    # In 3.12 and later Python warns of any fork beside threads; that is what is tried here.
    code = "import warnings; warnings.simplefilter('ignore', DeprecationWarning)" + FORK
    assert finished(process(code, path)) == "25 []\n"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to see open files")
def test_no_connection_goes_through_a_fork(path: Path, process: Process) -> None:
    code = (
        OPEN
        + """
import os
put("a")
def opened():
    return sum(archive.database.path.name in os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
               if os.path.exists(f"/proc/self/fd/{fd}"))
assert opened() > 0
pid = os.fork()
if pid == 0:
    os._exit(opened())
assert os.waitpid(pid, 0)[1] == 0
"""
    )
    finished(process(code, path))


def test_a_transaction_that_fails_half_way_changes_nothing(archive: Archive, article: Make) -> None:
    archive.write([article("a")])

    class Interrupted(BaseException):
        pass

    def interrupted() -> None:
        with archive.database.writing() as connection:
            connection.execute("DELETE FROM articles")
            raise Interrupted

    with pytest.raises(Interrupted):
        interrupted()
    assert archive.count() == 1
    assert archive.write([article("b")])[0].position == 2
    assert archive.verify() == []


def test_a_writer_that_waits_too_long_is_told_so(
    archive: Archive, article: Make, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    archive.close()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    archive = Archive.open(path)
    with pytest.raises(ServiceError, match=re.escape(str(path))) as error:
        archive.write([article("a")])
    assert error.value.code == "archive_busy"
    assert archive.get("a") is None
    other.execute("ROLLBACK")
    other.close()
    assert archive.write([article("a")])[0].state == "added"
    archive.close()


FULL = (
    OPEN
    + """
import resource
big = "خبر " * 3
put("first")
archive.close()
archive = Archive.open(Path(sys.argv[1]))
used = archive.database.path.stat().st_size
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (used + 50_000, hard))
import os
added = 0
try:
    while True:
        archive.write([Article.parse({"id": f"{added}/{n}", "title": os.urandom(300).hex()}) for n in (1, 2)])
        added += 1
except ServiceError as error:
    print(error.code, added > 0, archive.count() == 1 + 2 * added, archive.get(f"{added}/1"), archive.verify())
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
put("later")
print(archive.count() == 2 + 2 * added, archive.verify())
archive.close()
"""
)


def test_on_a_full_disk_writes_are_refused_whole_and_go_on_when_there_is_space(path: Path, process: Process) -> None:
    assert finished(process(FULL, path)).splitlines() == ["folder_not_writable True True None []", "True []"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match=re.escape(f"{tmp_path}/file/index/archive.sqlite cannot be made")) as error:
        Archive.open(tmp_path / "file" / "index" / "archive.sqlite")
    assert error.value.code == "folder_not_writable"


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=re.escape(f"{tmp_path} is a folder")):
        Archive.open(tmp_path)


@pytest.fixture
def foreign(article: Make) -> Iterator[Path]:
    """An archive that another, unprivileged user may read and not write."""
    folder = Path(tempfile.mkdtemp())
    archive = Archive.open(folder / "archive.sqlite")
    archive.write([article("a")])
    archive.close()
    folder.chmod(0o555)
    (folder / "archive.sqlite").chmod(0o444)
    yield folder / "archive.sqlite"
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", ["archive.sqlite", "new.sqlite", "new/archive.sqlite"])
def test_what_may_not_be_written_is_named(foreign: Path, name: str, process: Process) -> None:
    path = foreign.parent / name
    code = f"""
import os
from search_service.archive.archive import Archive
if os.geteuid() == 0:
    os.setuid(65534)
try:
    {OPEN.replace(chr(10), chr(10) + "    ")}
    put("b")
except ServiceError as error:
    print(error.code, error.detail)
"""
    out = finished(process(code, path))
    assert out.startswith("folder_not_writable ")
    assert str(path.parent) in out
    assert out.count("\n") == 1


def test_an_archive_that_was_taken_away_acknowledges_nothing_and_is_not_made_anew(
    archive: Archive, article: Make, path: Path
) -> None:
    archive.write([article("a")])
    for file in path.parent.iterdir():
        file.unlink()
    for use in (lambda: archive.get("a"), lambda: archive.write([article("b")])):
        with pytest.raises(ServiceError, match=re.escape(f"{path} is gone")) as error:
            use()
        assert error.value.code == "archive_damaged"
    assert not path.exists()


def test_an_archive_that_was_replaced_is_the_one_that_is_used(archive: Archive, article: Make, path: Path) -> None:
    archive.write([article("a")])
    other = Archive.open(path.parent / "other.sqlite")
    other.write([article("b")])
    other.close()
    (path.parent / "other.sqlite").rename(path)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink()
    assert archive.get("a") is None
    assert archive.get("b") is not None


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(os.urandom(8192))
    with pytest.raises(ServiceError, match=re.escape(str(path))) as error:
        Archive.open(path)
    assert error.value.code == "archive_damaged"
