"""Readers notice a commit or a swap between requests."""

import pytest

from search_service.engine.base import Request
from search_service.engine.query import Everything
from search_service.errors import ServiceError
from search_service.indexing.indexer import Indexer
from search_service.indexing.live import LiveIndex
from search_service.indexing.scrub import Verified


def total(pair) -> int:
    return pair.searcher.search(Request(Everything(), now=2**33)).total


def test_before_there_is_an_index_it_says_so(house):
    with pytest.raises(ServiceError) as caught:
        LiveIndex(house.engine).pair()
    assert caught.value.code == "index_missing"
    assert LiveIndex(house.engine).position() == 0


def test_the_same_commit_is_opened_once(house):
    house.put(1)
    house.index()
    live = LiveIndex(house.engine)
    assert live.pair() is live.pair()


def test_a_commit_is_noticed_and_the_old_state_stays_whole(house):
    house.put(1)
    house.index()
    live = LiveIndex(house.engine)
    before = live.pair()
    house.put(2)
    house.index()
    after = live.pair()
    assert (total(before), total(after)) == (1, 2)
    assert after.analyzer is before.analyzer


def test_a_swap_is_noticed(house):
    house.put(1)
    house.index()
    live = LiveIndex(house.engine)
    before = live.pair()
    with house.indexer.lock("a test"):
        house.indexer.reindex()
    assert live.pair() is not before
    assert live.info().number == 2


def test_an_analyser_of_another_version_is_named_and_a_reindex_mends_it(house):
    house.put(1)
    house.index()
    for file in (house.engine.live().folder / "analyser").iterdir():
        file.write_bytes(b"?" * file.stat().st_size)
    with pytest.raises(ServiceError) as caught:
        LiveIndex(house.engine).pair()
    assert caught.value.code == "index_incompatible"
    fresh = Indexer(house.settings, house.archive, house.engine)
    with fresh.lock("a test"):
        fresh.reindex()
    assert total(LiveIndex(house.engine).pair()) == 1


def test_a_worker_that_starts_on_another_analysers_index_says_so_once(house, monkeypatch, caplog):
    house.put(1)
    house.index()
    LiveIndex(house.engine).warm()
    assert caplog.messages == []
    monkeypatch.setattr("search_service.indexing.reindex.outdated", lambda fingerprint: True)
    live = LiveIndex(house.engine)
    live.warm()
    live.pair()
    assert len(caplog.messages) == 1
    assert "generation 1: reindex recommended" in caplog.messages[0]


def test_readers_find_nothing_left_to_derive(house):
    house.put(1)
    house.index()
    live = LiveIndex(house.engine)
    live.warm()
    _, analyzer = live.pair()
    ready = set(vars(analyzer.lexicon))
    analyzer.words("وزیر امور خارجه به کار برد")
    analyzer.coded("وزیر امور خارجه به کار برد")
    assert set(vars(analyzer.lexicon)) == ready


def test_a_generation_that_vanishes_while_it_is_opened_is_no_error(house):
    """As when another process swaps twice between two looks of this one."""
    house.put(1)
    house.index()
    engine = house.engine
    generation = engine.live
    swaps = iter([True])

    def live():
        found = generation()
        if next(swaps, False):
            engine.live = generation
            with house.indexer.lock("a test"):
                house.indexer.reindex()
                engine.drop(1)
        return found

    reader = LiveIndex(engine)
    engine.live = live
    assert total(reader.pair()) == 1
    assert reader.info().number == 2


def test_damage_that_a_search_comes_upon_is_told_to_all_processes(house):
    house.put(1, 2)
    house.index()
    live = LiveIndex(house.engine, house.settings.index)
    pair = live.pair()
    assert (live.damage(), Verified.read(house.settings.index)) == (None, None)
    (stored,) = house.engine.live().folder.glob("*.stored")
    stored.write_bytes(bytes(stored.stat().st_size))
    with pytest.raises(ServiceError) as caught:
        total(pair)
    assert caught.value.code == "index_damaged"
    live.pair()
    assert stored.name in live.damage()
    seen = Verified.read(house.settings.index)
    assert (seen.generation, seen.fault) == (1, live.damage())
