"""Processes are killed in the midst of writes: nothing acknowledged is lost, and what was deleted stays deleted."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable

import pytest

from search_service.archive.archive import Archive
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.verification import verify
from tests.reliability.conftest import PATIENCE, Client, Service, searchable

OPEN_SECONDS = 2.0
"""Of the processor: how many others want it is no matter of ours."""


class Writer(threading.Thread):
    """Puts and deletes its own articles as fast as it can, and remembers what was acknowledged."""

    def __init__(self, client: Client, name: str, stop: threading.Event) -> None:
        super().__init__()
        self._client = client
        self._name = name
        self._stop_writing = stop
        self._random = random.Random(name)
        self.acknowledged: dict[str, tuple[int, bool]] = {}
        """Id -> (version, deleted)."""
        self.asked: dict[str, int] = {}
        """Id -> the highest version that was sent, whatever became of it."""
        self.count = 0

    def run(self) -> None:
        version = 0
        while not self._stop_writing.is_set():
            version += 1
            id = f"{self._name}-{self._random.randrange(40)}"
            deletes = id in self.acknowledged and self._random.random() < 0.25
            self.asked[id] = version
            status = self._client.delete(id, version) if deletes else self._client.put(id, version, f"خبر {version}")
            if status in (200, 201, 202):
                self.acknowledged[id] = (version, deletes)
                self.count += 1
            elif status == 0:
                time.sleep(0.01)
        self._client.close()


def check(writers: list[Writer], archive: Archive, indexed: dict[str, int]) -> None:
    """Each acknowledged change is there, or a later one that was sent and not answered."""
    for writer in writers:
        for id, (version, deleted) in writer.acknowledged.items():
            kept = archive.version(id)
            assert kept is not None
            assert version <= kept <= writer.asked[id]
            if kept == version:
                assert (archive.get(id) is None) == deleted
                assert indexed.get(id) == (None if deleted else version)


def run(service: Service, seconds: float, kill: Callable[[random.Random], None], most: float) -> int:
    """Write while something is killed again and again; returns how many changes were acknowledged."""
    stop = threading.Event()
    writers = [Writer(service.client(), f"w{n}", stop) for n in range(3)]
    for writer in writers:
        writer.start()
    chance = random.Random(5)
    give_up = time.monotonic() + seconds
    try:
        while time.monotonic() < give_up:
            time.sleep(chance.uniform(0.05, most))
            kill(chance)
            began = time.thread_time()
            searchable(service.settings.index)
            assert time.thread_time() - began < OPEN_SECONDS
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    archive = Archive.open(service.settings.archive_path)
    try:
        position = archive.position()
        engine = WhooshEngine(service.settings.index)

        def applied() -> bool:
            live = engine.live()
            return live is not None and live.info().position >= position

        # An indexer that was killed again and again is started again after half a minute only.
        service.until(applied, "the journal is not applied", PATIENCE + seconds)
        indexed = searchable(service.settings.index)
        check(writers, archive, indexed)
        assert len(indexed) == archive.count()
        assert verify(archive, WhooshEngine(service.settings.index)) == []
    finally:
        archive.close()
    return sum(writer.count for writer in writers)


def kill_indexer(service: Service) -> Callable[[random.Random], None]:
    def kill(chance: random.Random) -> None:
        if (pid := service.indexer()) is not None:
            os.kill(pid, signal.SIGKILL)

    return kill


def kill_worker(service: Service) -> Callable[[random.Random], None]:
    def kill(chance: random.Random) -> None:
        if pids := service.workers():
            os.kill(chance.choice(pids), signal.SIGKILL)

    return kill


@pytest.mark.parametrize("kill", [kill_indexer, kill_worker])
def test_nothing_acknowledged_is_lost(
    serve: Callable[..., Service], kill: Callable[[Service], Callable[[random.Random], None]]
) -> None:
    service = serve(workers=1)
    assert run(service, 2.5, kill(service), 1.0) > 10


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kill", [kill_indexer, kill_worker])
def test_nothing_acknowledged_is_lost_for_long(
    serve: Callable[..., Service],
    kill: Callable[[Service], Callable[[random.Random], None]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    service = serve(workers=2)
    acknowledged = run(service, 300.0, kill(service), 4.0)
    with capsys.disabled():
        print(f"\n{kill.__name__}: {acknowledged} changes acknowledged, 0 lost")
