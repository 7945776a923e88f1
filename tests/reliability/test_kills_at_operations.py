"""The indexer that ``serve`` started is killed at a file operation of a commit, of a reindex, of a swap."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.archive.tasks import Tasks
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.verification import verify
from tests.reliability.conftest import Client, Service, searchable

OPEN_SECONDS = 2.0
"""Of the processor: how many others want it is no matter of ours."""
ARTICLES = 40


class House:
    """A service whose indexer dies when told to, its archive, and what was acknowledged."""

    def __init__(self, service: Service, plan: Path, client: Client, archive: Archive) -> None:
        self.service = service
        self.archive = archive
        self.expected: dict[str, int] = {}
        """Id -> version."""
        self.slowest = 0.0
        """Seconds by the clock that opening the index took after a death."""
        self._plan = plan
        self._client = client
        self._version = 0

    def put(self, *numbers: int) -> None:
        self._version += 1
        for number in numbers:
            self._acknowledged(lambda id=f"a{number}": self._client.put(id, self._version, f"خبر {self._version}"))
            self.expected[f"a{number}"] = self._version

    def delete(self, number: int) -> None:
        self._version += 1
        if self.expected.pop(f"a{number}", None) is not None:
            self._acknowledged(lambda: self._client.delete(f"a{number}", self._version))

    @staticmethod
    def _acknowledged(ask: Callable[[], int]) -> None:
        """A connection that was idle too long is made again; the version keeps the change from being made twice."""
        while (status := ask()) == 0:
            pass
        assert status in (200, 201, 202)

    def reindex(self) -> None:
        Tasks(self.archive).start("reindex")

    def is_idle(self) -> bool:
        live = WhooshEngine(self.service.settings.index).live()
        if live is None or live.info().position < self.archive.position():
            return False
        return all(task.finished is not None for task in Tasks(self.archive).list())

    def dies_at(self, number: int, work: Callable[[], None]) -> bool:
        """Let the indexer die at its so-many-th operation of this work; False: there were fewer."""
        before = searchable(self.service.settings.index)
        pid = self.service.indexer()
        fresh = self._plan.with_suffix(".new")
        fresh.write_text(str(number))
        fresh.replace(self._plan)
        work()
        after = dict(self.expected)
        self.service.until(lambda: not self._plan.exists() or self.is_idle(), "the indexer neither died nor ended")
        died = not self._plan.exists()
        if died:
            self.service.until(lambda: self.service.indexer() != pid, "the indexer did not die")
            self._opens(before, after)
        self._plan.unlink(missing_ok=True)
        self.service.until(self.is_idle, "what was acknowledged is not applied")
        assert searchable(self.service.settings.index) == self.expected
        assert all(task.state == "done" for task in Tasks(self.archive).list())
        assert verify(self.archive, WhooshEngine(self.service.settings.index)) == []
        return died

    def _opens(self, before: dict[str, int], after: dict[str, int]) -> None:
        """Quickly, at the state of some moment between these two."""
        began, used = time.perf_counter(), time.thread_time()
        found = searchable(self.service.settings.index)
        assert time.thread_time() - used < OPEN_SECONDS
        self.slowest = max(self.slowest, time.perf_counter() - began)
        for id in found.keys() | before.keys() | after.keys():
            assert found.get(id) in (before.get(id), after.get(id)), id


@contextmanager
def house_of(service: Service, plan: Path) -> Iterator[House]:
    archive = Archive.open(service.settings.archive_path)
    client = service.client()
    house = House(service, plan, client, archive)
    try:
        house.put(*range(ARTICLES))
        service.until(house.is_idle, "the first articles are not indexed")
        yield house
    finally:
        client.close()
        archive.close()


def commit(house: House) -> None:
    house.put(1, 2)
    house.delete(3 + len(house.expected) % 10)


def reindex(house: House) -> None:
    house.reindex()
    house.put(4)


def kill_everywhere(house: House, work: Callable[[House], None], first: int, step: int) -> int:
    """At each so-many-th operation, until there are no more; how often the indexer died."""
    for number in count(first, step):
        if not house.dies_at(number, lambda: work(house)):
            return (number - first) // step
    raise AssertionError


WORKS = pytest.mark.parametrize(("work", "step"), [(commit, 9), (reindex, 45)])


@WORKS
def test_a_death_at_some_operation_loses_nothing(
    serve: Callable[..., Service], tmp_path: Path, work: Callable[[House], None], step: int
) -> None:
    plan = tmp_path / "plan"
    with house_of(serve(plan, workers=1), plan) as house:
        assert kill_everywhere(house, work, 5, step) > 1


@pytest.mark.soak
@pytest.mark.timeout(3600)
@WORKS
def test_a_death_at_any_operation_loses_nothing(
    serve: Callable[..., Service],
    tmp_path: Path,
    work: Callable[[House], None],
    step: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = tmp_path / "plan"
    with house_of(serve(plan, workers=1), plan) as house:
        died = kill_everywhere(house, work, 1, 1)
    with capsys.disabled():
        print(f"\n{work.__name__}: killed at each of {died} operations, 0 changes lost;", end=" ")
        print(f"the index opened within {house.slowest:.2f} s")
