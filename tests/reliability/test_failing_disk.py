"""File operations fail, and disks are full: locks are freed, searches go on, and all recovers by itself."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.whoosh import WhooshEngine
from search_service.errors import ServiceError
from search_service.indexing import build
from search_service.indexing.indexer import Indexer
from search_service.indexing.lock import holder
from search_service.indexing.reindex import Reindex
from search_service.indexing.verification import differences
from search_service.settings import Settings
from tests.reliability.conftest import Service, searchable
from tests.reliability.operations import Operations

WORK = pytest.mark.parametrize("work", ["catch_up", "reindex", "rollback"])
LARGEST = 1 << 17
"""Bytes that no file of these tests comes near."""


class Failing:
    """The n-th file operation fails."""

    def __init__(self, folder: Path, nth: int) -> None:
        self._nth = nth
        self._operations = Operations(folder, self._happens)

    def __enter__(self) -> None:
        self._operations.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._operations.__exit__(*error)

    def is_last(self) -> bool:
        """Whether there were fewer operations."""
        return self._operations.count < self._nth

    def _happens(self, number: int) -> None:
        if number == self._nth:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


class Small:
    """No file may grow beyond a size: the write that would fails in its midst, SQLite's too."""

    def __init__(self, folder: Path, size: int) -> None:
        self._size = size
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def __enter__(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *error: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)

    def is_last(self) -> bool:
        """Whether everything fits."""
        return self._size > LARGEST


def sizes(factor: float) -> Iterator[int]:
    """From next to nothing to enough."""
    size = 16.0
    while size < LARGEST:
        yield int(size)
        size *= factor
    yield 64 * LARGEST


@WORK
def test_some_operation_fails_and_the_lock_is_free_and_the_index_whole(work: str, tmp_path: Path) -> None:
    fail_again_and_again(work, tmp_path, Failing, count(1, 61 if work == "catch_up" else 401))


@WORK
def test_some_write_fails_and_the_lock_is_free_and_the_index_whole(work: str, tmp_path: Path) -> None:
    fail_again_and_again(work, tmp_path, Small, sizes(8))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@WORK
def test_whichever_operation_fails_the_lock_is_free_and_the_index_whole(
    work: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = fail_again_and_again(work, tmp_path, Failing, count(1))
    with capsys.disabled():
        print(f"\n{work}: each of {failed} operations failed once, 0 locks kept, 0 changes lost")


@pytest.mark.soak
@pytest.mark.timeout(3600)
@WORK
def test_whichever_write_fails_the_lock_is_free_and_the_index_whole(
    work: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = fail_again_and_again(work, tmp_path, Small, sizes(1.1))
    with capsys.disabled():
        print(f"\n{work}: writes failed at {failed} sizes of files, 0 locks kept, 0 changes lost")


def fail_again_and_again(work: str, tmp_path: Path, fault: type[Failing] | type[Small], places: Iterator[int]) -> int:
    """Let the work meet a fault at each of these places; how many there were before the last, where there is none."""
    settings = Settings(index=tmp_path / "index", learn=False)
    archive = Archive.open(settings.archive_path)

    def put(*numbers: int, title: str) -> None:
        archive.write([Article.parse({"id": f"{n}", "title": title, "body": "متن " * 200}) for n in numbers])

    put(1, 2, 3, title="x")
    indexer = Indexer(settings, archive, WhooshEngine(settings.index))
    with indexer.lock("a test"):
        indexer.catch_up()
        indexer.reindex()
    for done, place in enumerate(places):
        put(1, title=f"{work} {place}")
        before = searchable(settings.index)
        indexer = Indexer(settings, archive, WhooshEngine(settings.index))
        met = fault(settings.index, place)
        with met, suppress(ServiceError, OSError), indexer.lock("a test"):
            getattr(indexer, work)()
        assert holder(settings.index) is None
        after = searchable(settings.index)
        assert after in (before, before | {"1": archive.version("1")})
        indexer = Indexer(settings, archive, WhooshEngine(settings.index))
        with indexer.lock("a test"):
            indexer.catch_up()
            if work == "rollback":
                indexer.reindex()
        live = WhooshEngine(settings.index).live()
        assert live is not None
        assert differences(live, archive) == []
        if met.is_last():
            archive.close()
            return done
    raise AssertionError


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system, where one may be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    ran = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", place], capture_output=True)
    if ran.returncode:
        pytest.skip("no file system may be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(ballast: Path) -> None:
    """Take all the space that is left."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1024))


@pytest.mark.parametrize("workers", [0, 2])
def test_a_disk_that_fills_up_in_the_midst_of_a_reindex_costs_the_reindex_alone(
    small_disk: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "WORTH_A_CHILD", 10)
    settings = Settings(index=small_disk / "index", learn=False, reindex_workers=workers)
    archive = Archive.open(settings.archive_path)
    archive.write([Article.parse({"id": f"a{n}", "title": f"خبر {n}"}) for n in range(250)])
    indexer = Indexer(settings, archive, WhooshEngine(settings.index))
    expected = {f"a{n}": 1 for n in range(250)}
    ballast = small_disk / "ballast"
    with indexer.lock("a test"):
        indexer.catch_up()

        def between() -> None:
            if not ballast.exists():
                fill(ballast)

        reindex = Reindex(settings, archive, WhooshEngine(settings.index))
        with pytest.raises(ServiceError) as caught:
            reindex.run(between=between)
        assert caught.value.code == "folder_not_writable"
        assert [info.live for info in WhooshEngine(settings.index).generations()] == [True]
        assert searchable(settings.index) == expected
        ballast.unlink()
        assert indexer.reindex() > 1
    assert searchable(settings.index) == expected
    archive.close()


def test_on_a_full_disk_writes_are_refused_searches_go_on_and_all_recovers(
    serve: Callable[..., Service], small_disk: Path
) -> None:
    service = serve(index=small_disk / "index", workers=1)
    client = service.client()
    assert client.put("first", 1, "نخستین", wait=True) == 201
    ballast = small_disk / "ballast"
    fill(ballast)
    refused = 0
    acknowledged = []
    for n in range(200):
        status, answer = client.ask("PUT", f"/api/v1/articles/n{n}", {"title": "x" * 3000, "version": 1})
        if status == 507:
            assert answer["code"] in ("folder_not_writable", "disk_full")
            refused += 1
        else:
            assert status == 202
            acknowledged.append(f"n{n}")
        if refused > 5:
            break
    assert refused
    status, answer = client.ask("GET", "/api/v1/search?q=" + "".join(f"%{byte:02X}" for byte in "نخستین".encode()))
    assert (status, answer["total"]) == (200, 1)
    ballast.unlink()
    assert client.put("later", 1, "واپسین", wait=True) in (200, 201)
    assert set(searchable(small_disk / "index")) == {"first", "later", *acknowledged}
    client.close()
    service.end()
