"""The power goes at any operation: the index opens at its old or new state, and with the archive nothing is lost."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.base import Generation
from search_service.engine.whoosh import WhooshEngine, merging, storage
from search_service.errors import ServiceError
from search_service.indexing.analyzers import GenerationAnalyzer
from search_service.indexing.indexer import Indexer
from search_service.indexing.verification import differences
from search_service.settings import Settings
from tests.reliability.conftest import searchable
from tests.reliability.power import Disk, Tree, lay_out


class House:
    """An archive that the power cuts spare, and an index folder that they do not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(
            index=folder / "index", archive=folder / "archive.sqlite", learn=False, reindex_workers=0
        )
        self.archive = Archive.open(self.settings.archive_path)

    def fill(self) -> None:
        """Two generations, the live one of several segments."""
        self.put(*range(12))
        self.work("catch_up")
        self.put(1, 2)
        self.work("reindex")
        self.put(3)
        self.work("catch_up")

    def indexer(self, index: Path) -> Indexer:
        return Indexer(self.settings.model_copy(update={"index": index}), self.archive, WhooshEngine(index))

    def put(self, *numbers: int) -> None:
        title = f"خبر {self.archive.position()}"
        self.archive.write([Article.parse({"id": f"{n}", "title": title, "body": "متن " * 9}) for n in numbers])

    def work(self, name: str) -> None:
        indexer = self.indexer(self.settings.index)
        with indexer.lock("a test"):
            getattr(indexer, name)()


def change(house: House) -> None:
    house.archive.delete("4")
    house.work("catch_up")


def merge(house: House) -> None:
    live = WhooshEngine(house.settings.index).live()
    assert live is not None
    while live.merge(60, segments=1):
        pass


def reindex(house: House) -> None:
    house.work("reindex")


def rollback(house: House) -> None:
    house.work("rollback")


WORKS = pytest.mark.parametrize("work", [change, merge, reindex, rollback])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house's folder, everything closed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "SMALL", 0)
        house = House(tmp_path_factory.mktemp("house"))
        house.fill()
        house.archive.close()
    return house.folder


@pytest.fixture
def house(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(merging, "SMALL", 0)
    shutil.copytree(filled, tmp_path / "house")
    house = House(tmp_path / "house")
    live = WhooshEngine(house.settings.index).live()
    assert live is not None
    analyzer = GenerationAnalyzer().of(live)
    monkeypatch.setattr(GenerationAnalyzer, "of", lambda self, generation: analyzer)
    return house


def cut_everywhere(house: House, work: Callable[[House], None], step: int, states: int) -> int:
    """Do the work, and look at what a power cut at each so-many-th operation may leave; how many states those were."""
    before = searchable(house.settings.index)
    disk = Disk(house.settings.index)
    with disk.watching():
        work(house)
    after = searchable(house.settings.index)
    chance = random.Random(1)
    looked = 0
    for at, moment in enumerate(disk.moments[::step]):
        for tree in [moment.killed(), *moment.cut(chance, states)]:
            look(house, tree, (before, after), f"{work.__name__}, {at * step}: before {moment.before}")
            looked += 1
    assert len(disk.moments) > 10
    return looked


def look(house: House, tree: Tree, expected: tuple[dict[str, int], ...], where: str) -> None:
    folder = house.folder / "cut"
    lay_out(tree, folder)
    try:
        assert searchable(folder) in expected, where
        indexer = house.indexer(folder)
        with indexer.lock("after the cut"):
            indexer.catch_up()
        live: Generation | None = WhooshEngine(folder).live()
        assert live is not None
        assert differences(live, house.archive) == [], where
        live.verify()
    finally:
        shutil.rmtree(folder)


@WORKS
def test_a_power_cut_at_some_operation_loses_nothing(work: Callable[[House], None], house: House) -> None:
    assert cut_everywhere(house, work, 7, 4) > 10


def test_what_is_not_synced_is_noticed_by_the_model(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "sync", lambda path: None)
    with pytest.raises((AssertionError, ServiceError)):
        cut_everywhere(house, change, 1, 8)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@WORKS
def test_a_power_cut_at_any_operation_loses_nothing(
    work: Callable[[House], None], house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    looked = cut_everywhere(house, work, 1, 12)
    with capsys.disabled():
        print(f"\n{work.__name__}: {looked} states after power cuts, 0 unreadable, 0 changes lost")
