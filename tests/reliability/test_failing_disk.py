"""File operations fail, and disks are full: locks are freed, searches go on, and all recovers by itself."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.whoosh import WhooshEngine
from search_service.errors import ServiceError
from search_service.indexing.indexer import Indexer
from search_service.indexing.lock import holder
from search_service.indexing.verification import differences
from search_service.settings import Settings
from tests.reliability.conftest import Service, searchable


class Failing:
    """Makes the n-th of all file operations fail, once."""

    def __init__(self, nth: int, patch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        for name in ("open", "fsync", "rename", "replace", "mkdir", "unlink"):
            patch.setattr(os, name, self._wrapped(getattr(os, name), nth))

    def _wrapped(self, original: Callable[..., object], nth: int) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.calls += 1
            if self.calls == nth:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return original(*arguments, **options)

        return call


WORK = pytest.mark.parametrize("work", ["catch_up", "reindex", "rollback"])


@WORK
def test_some_operation_fails_and_the_lock_is_free_and_the_index_whole(
    work: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_everywhere(work, 9 if work == "catch_up" else 31, tmp_path, monkeypatch)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@WORK
def test_whichever_operation_fails_the_lock_is_free_and_the_index_whole(
    work: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_everywhere(work, 1, tmp_path, monkeypatch)


def fail_everywhere(work: str, step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each so-many-th file operation of this work fail in turn, until there are no more."""
    settings = Settings(index=tmp_path / "index", learn=False)
    archive = Archive.open(settings.archive_path)

    def put(*numbers: int, title: str) -> None:
        archive.write([Article.parse({"id": f"{n}", "title": title}) for n in numbers])

    put(1, 2, 3, title="x")
    indexer = Indexer(settings, archive, WhooshEngine(settings.index))
    with indexer.lock("a test"):
        indexer.catch_up()
        indexer.reindex()
    for nth in count(1, step):
        put(1, title=f"{work} {nth}")
        before = searchable(settings.index)
        indexer = Indexer(settings, archive, WhooshEngine(settings.index))
        with monkeypatch.context() as patch:
            failing = Failing(nth, patch)
            try:
                with indexer.lock("a test"):
                    getattr(indexer, work)()
            except (ServiceError, OSError):
                pass
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
        if failing.calls < nth:
            break
    assert nth > 3
    archive.close()


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


def test_on_a_full_disk_writes_are_refused_searches_go_on_and_all_recovers(
    serve: Callable[..., Service], small_disk: Path
) -> None:
    service = serve(index=small_disk / "index", workers=1)
    client = service.client()
    assert client.put("first", 1, "نخستین", wait=True) == 201
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1024))
        except OSError:
            pass
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
