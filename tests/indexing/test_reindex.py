"""A reindex builds beside the live generation and is never noticed."""

import pytest

from search_service.errors import ServiceError
from search_service.indexing.reindex import Reindex


def reindex(house, **arguments):
    with house.indexer.lock("a test"):
        return Reindex(house.settings, house.archive, house.engine).run(**arguments)


def test_the_new_generation_is_live_and_the_old_one_kept(house):
    house.put(1, 2)
    house.index()
    assert reindex(house) == 2
    assert [(info.number, info.live) for info in house.engine.generations()] == [(1, False), (2, True)]
    assert house.searchable() == {"a1": 1, "a2": 1}


def test_only_so_many_generations_are_kept(house):
    house.put(1)
    house.index()
    for _ in range(3):
        reindex(house)
    assert [info.number for info in house.engine.generations()] == [3, 4]


def test_what_is_written_while_it_builds_is_in_both_generations(house):
    house.put(1, 2, 3)
    house.index()
    seen = []

    def between() -> None:
        house.put(3, title="در میانهٔ بازسازی")
        house.put(4)
        house.archive.delete("a1")
        house.indexer.catch_up()
        seen.append(house.searchable())

    reindex(house, between=between)
    assert seen[0] == {"a2": 1, "a3": 2, "a4": 1}
    assert house.searchable() == {"a2": 1, "a3": 2, "a4": 1}


def test_a_failed_one_leaves_the_live_generation_and_nothing_behind(house):
    house.put(1)
    house.index()

    def fail(done: int, total: int) -> None:
        if done:
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        reindex(house, progress=fail)
    assert [(info.number, info.live) for info in house.engine.generations()] == [(1, True)]
    house.put(2)
    house.index()
    assert house.searchable() == {"a1": 1, "a2": 1}


def test_a_generation_that_differs_from_the_archive_is_not_published(house):
    house.put(1, 2)
    house.index()

    def lose_one(articles):
        return [article for article in articles if article.id != "a2"]

    scan = house.archive.scan
    builds = iter([True] * 4)  # two scans to learn and two to build; verifying scans again
    house.archive.scan = lambda **where: lose_one(scan(**where)) if next(builds, False) else scan(**where)
    with pytest.raises(ServiceError) as caught:
        reindex(house)
    assert caught.value.code == "index_damaged"
    assert "'a2'" in caught.value.detail
    assert [info.number for info in house.engine.generations()] == [1]


def test_rollback_goes_back_and_catches_up(house):
    house.put(1)
    house.index()
    reindex(house)
    house.put(2)
    house.index()
    with house.indexer.lock("a test"):
        assert house.indexer.rollback() == 1
    assert house.searchable() == {"a1": 1, "a2": 1}


def test_rollback_without_an_earlier_generation_is_refused(house):
    house.put(1)
    house.index()
    with house.indexer.lock("a test"), pytest.raises(ServiceError) as caught:
        house.indexer.rollback()
    assert caught.value.code == "generation_unknown"


@pytest.mark.parametrize(
    ("memory", "workers", "expected"),
    [(256, 0, 0.18), (512, 0, 1.0), (512, 2, 0.21), (512, 1, 1.0), (700, 2, 1.0)],
)
def test_what_is_remembered_grows_with_the_memory_that_is_set(house, memory, workers, expected):
    settings = house.settings.model_copy(update={"index_memory": memory})
    share = Reindex(settings, house.archive, house.engine)._share(workers)
    assert share == pytest.approx(expected, abs=0.01)
