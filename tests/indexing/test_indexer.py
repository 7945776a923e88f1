"""What the archive holds becomes searchable, each change once and in order."""

import threading

import pytest

from search_service.archive.tasks import Tasks


def test_the_first_load_builds_the_first_generation(house):
    house.put(1, 2, 3)
    house.index()
    assert house.searchable() == {"a1": 1, "a2": 1, "a3": 1}
    assert [info.live for info in house.engine.generations()] == [True]


def test_changes_are_applied_to_the_live_generation(house):
    house.put(1, 2)
    house.index()
    house.put(2, title="عنوان تازه")
    house.put(3)
    house.archive.delete("a1")
    house.index()
    assert house.searchable() == {"a2": 2, "a3": 1}
    assert len(house.engine.generations()) == 1
    assert house.indexer.behind() == 0


def test_a_change_and_its_change_back_in_one_batch_are_one(house):
    house.put(1)
    house.index()
    house.archive.delete("a1")
    house.put(1)
    house.index()
    assert house.searchable() == {"a1": 3}


def test_drafts_are_not_indexed_and_a_withdrawn_article_leaves_the_index(house):
    house.put(1)
    house.put(2, status="draft")
    house.index()
    assert house.searchable() == {"a1": 1}
    house.put(1, status="draft")
    house.put(2, status="published")
    house.index()
    assert house.searchable() == {"a2": 2}


def test_an_unchanged_article_costs_no_commit(house):
    house.put(1)
    house.index()
    commit = house.engine.live().current_commit()
    house.put(1)
    house.index()
    assert house.engine.live().current_commit() == commit


def test_make_searchable_waits_for_the_indexer_that_holds_the_lock(house):
    house.put(1)
    house.index()
    stop = threading.Event()

    def work() -> None:
        with house.indexer.lock("the other"):
            house.indexer.run(stop)

    other = threading.Thread(target=work)
    other.start()
    try:
        house.put(2)
        house.indexer.make_searchable(house.archive.position())
        assert house.searchable() == {"a1": 1, "a2": 1}
    finally:
        stop.set()
        other.join()


def test_the_indexer_carries_out_the_tasks_of_other_processes(house):
    house.put(1)
    house.index()
    tasks = Tasks(house.archive)
    ids = [tasks.start("reindex"), tasks.start("rollback"), tasks.start("nonsense")]
    stop = threading.Event()

    class StopsWhenIdle:
        """Ends the loop after the third task, from within."""

        def is_set(self) -> bool:
            return tasks.get(ids[-1]).state in ("done", "failed")

        def wait(self, seconds: float) -> None:
            stop.wait(0)

    with house.indexer.lock("a test"):
        house.indexer.run(StopsWhenIdle())
    assert [tasks.get(id).state for id in ids] == ["done", "done", "failed"]
    assert tasks.get(ids[0]).result == {"generation": 2}
    assert tasks.get(ids[1]).result == {"generation": 1}
    assert "nonsense" in tasks.get(ids[2]).error


@pytest.mark.parametrize("torn", ["CURRENT", "generations/000001/manifest.json", "generations/000001/_MAIN_1.toc"])
def test_an_index_that_is_damaged_is_mended_by_the_reindex_that_is_ordered(house, torn, caplog):
    house.put(1, 2)
    house.index()
    (house.settings.index / torn).write_bytes(b"")
    house.put(3)
    tasks = Tasks(house.archive)
    rounds = []

    class Rounds:
        """The third time that the indexer waits, a reindex is ordered; it ends when that is done."""

        def is_set(self):
            return len(rounds) > 3 and tasks.get(rounds[3]).finished is not None

        def wait(self, seconds):
            rounds.append(tasks.start("reindex") if len(rounds) == 3 else seconds)

    with house.indexer.lock("a test"):
        house.indexer.run(Rounds())
    assert tasks.get(rounds[3]).state == "done"
    assert "search-service reindex" in caplog.text
    assert house.searchable() == {"a1": 1, "a2": 1, "a3": 1}


def test_what_the_system_refuses_for_a_while_is_waited_out(house, monkeypatch, caplog):
    house.put(1)
    house.index()
    tasks = Tasks(house.archive)
    id = tasks.start("reindex")
    house.put(2)
    waits = []

    class Rounds:
        """The disk works again after the second wait."""

        def is_set(self):
            return len(waits) > 2

        def wait(self, seconds):
            waits.append(seconds)
            if len(waits) == 2:
                monkeypatch.undo()

    def refused(*_, **__):
        raise OSError(121, "Remote I/O error")

    monkeypatch.setattr(house.engine, "create", refused)
    monkeypatch.setattr(house.indexer, "catch_up", refused)
    with house.indexer.lock("a test"):
        house.indexer.run(Rounds())
    task = tasks.get(id)
    assert (task.state, "Remote I/O error" in task.error) == ("failed", True)
    assert waits[1] > waits[0] >= 0.5
    assert house.searchable() == {"a1": 1, "a2": 1}
