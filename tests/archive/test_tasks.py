"""Long work asked for in one process and carried out in another."""

from __future__ import annotations

import pytest

from search_service.archive.archive import Archive
from search_service.archive.tasks import ATTEMPTS, KEPT, Task, Tasks
from search_service.errors import ServiceError


@pytest.fixture
def tasks(archive: Archive) -> Tasks:
    return Tasks(archive)


def claimed(tasks: Tasks) -> Task:
    task = tasks.claim()
    assert task is not None
    return task


def test_a_task_waits_runs_and_is_done(tasks: Tasks) -> None:
    id = tasks.start("restore", file="خبر.gz", replace=True)
    assert tasks.get(id).state == "waiting"
    task = claimed(tasks)
    assert (task.id, task.kind, task.state) == (id, "restore", "running")
    assert task.arguments == {"file": "خبر.gz", "replace": True}
    assert tasks.progress(id, 5, 10)
    assert (tasks.get(id).done, tasks.get(id).total) == (5, 10)
    tasks.finish(id, {"generation": 3})
    ended = tasks.get(id)
    assert (ended.state, ended.result, ended.error) == ("done", {"generation": 3}, None)
    assert ended.created <= (ended.started or "") <= (ended.finished or "")
    assert tasks.claim() is None


def test_tasks_are_claimed_in_the_order_in_which_they_were_asked_for(tasks: Tasks) -> None:
    ids = [tasks.start(kind) for kind in ("reindex", "rollback", "compact")]
    order = []
    while task := tasks.claim():
        order.append(task.id)
        tasks.finish(task.id)
    assert order == ids
    assert [task.id for task in tasks.list()] == ids[::-1]


def test_a_task_that_failed_says_why(tasks: Tasks) -> None:
    id = tasks.start("reindex")
    claimed(tasks)
    tasks.fail(id, "the disk is full")
    assert (tasks.get(id).state, tasks.get(id).error) == ("failed", "the disk is full")


def test_a_waiting_task_is_cancelled_at_once(tasks: Tasks) -> None:
    id = tasks.start("reindex")
    assert tasks.cancel(id).state == "cancelled"
    assert tasks.claim() is None


def test_a_running_task_learns_that_it_is_cancelled(tasks: Tasks) -> None:
    id = tasks.start("reindex")
    claimed(tasks)
    assert tasks.cancel(id).state == "cancelling"
    assert not tasks.progress(id, 1, 2)
    tasks.fail(id, "stopped")
    assert (tasks.get(id).state, tasks.get(id).error) == ("cancelled", None)


def test_a_cancellation_that_comes_too_late_undoes_nothing(tasks: Tasks) -> None:
    id = tasks.start("reindex")
    claimed(tasks)
    tasks.cancel(id)
    tasks.finish(id, {"generation": 2})
    assert tasks.get(id).state == "done"
    assert tasks.cancel(id).state == "done"
    tasks.fail(id, "late")
    assert tasks.get(id).state == "done"


def test_a_task_whose_process_died_is_begun_again_and_at_last_given_up(tasks: Tasks) -> None:
    id = tasks.start("reindex")
    for attempt in range(1, ATTEMPTS + 1):
        task = claimed(tasks)
        assert (task.id, task.attempts) == (id, attempt)
    assert tasks.claim() is None
    assert tasks.get(id).state == "failed"
    assert "given up" in (tasks.get(id).error or "")


def test_a_cancelled_task_whose_process_died_is_not_begun_again(tasks: Tasks) -> None:
    id = tasks.start("reindex")
    claimed(tasks)
    tasks.cancel(id)
    assert tasks.claim() is None
    assert tasks.get(id).state == "cancelled"


def test_a_task_that_waits_asks_for_no_write(tasks: Tasks, archive: Archive) -> None:
    with archive.database.writing():
        assert tasks.claim() is None


@pytest.mark.parametrize("id", [0, 7, -1, 10**30])
def test_an_unknown_task_is_said_to_be_so(tasks: Tasks, id: int) -> None:
    for use in (tasks.get, tasks.cancel, tasks.finish, lambda id: tasks.progress(id, 1, 2)):
        with pytest.raises(ServiceError) as error:
            use(id)
        assert error.value.code == "task_unknown"


def test_ended_tasks_are_forgotten_in_time_and_waiting_ones_never(tasks: Tasks, archive: Archive) -> None:
    waiting = tasks.start("compact")
    with archive.database.writing() as connection:
        connection.execute(
            """
            WITH RECURSIVE n (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM n WHERE id < ?)
            INSERT INTO tasks SELECT n.id, kind, arguments, 'done', done, total, result, error, attempts,
            tasks.created, started, tasks.created, checksum FROM n, tasks WHERE tasks.id = 1
            """,
            (KEPT + 50,),
        )
    tasks.start("reindex")
    with archive.database.reading() as connection:
        ids = [id for (id,) in connection.execute("SELECT id FROM tasks ORDER BY id")]
    assert ids == [waiting, *range(52, KEPT + 52)]
