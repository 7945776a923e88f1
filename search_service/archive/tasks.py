"""Long work that any process asks for and the holder of the indexer's lock carries out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from search_service.archive.checksum import check, checksum
from search_service.errors import ServiceError

if TYPE_CHECKING:
    from search_service.archive.archive import Archive

State = Literal["waiting", "running", "cancelling", "done", "failed", "cancelled"]

ATTEMPTS = 3
"""How often a task is begun whose process dies before it is given up."""

KEPT = 200
"""How many tasks are remembered, unfinished ones always."""

ALONE = ("reindex", "rollback", "restore", "purge", "rename")
"""Kinds of which a second one is refused while one is not finished."""

COLUMNS = "id, kind, arguments, state, done, total, result, error, attempts, created, started, finished, checksum"


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of long work: ``reindex``, ``rollback``, ``restore``; times are ISO 8601."""

    id: int
    kind: str
    arguments: dict[str, Any]
    state: State
    done: int
    total: int
    """What ``done`` counts towards; 0: not known yet."""
    result: Any
    error: str | None
    attempts: int
    created: str
    started: str | None
    finished: str | None


class Tasks:
    """The tasks of an archive; an id that is not known raises ``task_unknown``."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def start(self, kind: str, **arguments: Any) -> int:
        """Ask for work, with arguments that JSON can hold; returns the task's id.

        Raises ``task_open`` for a kind of which only one may be asked for at a time.
        """
        with self._archive.database.writing() as connection:
            if kind in ALONE:
                _refuse_second(connection, kind)
            return insert(connection, kind, arguments, self._archive.time())

    def claim(self) -> Task | None:
        """The oldest task that waits, now running; None: there is nothing to do.

        Only the holder of the indexer's lock asks, and only when it has ended its last
        task: one that is found running was left by a process that died, and is begun
        again, ``ATTEMPTS`` times in all.
        """
        with self._archive.database.reading() as connection:
            if not _open_tasks(connection, limit=1):
                return None
        with self._archive.database.writing() as connection:
            for task in _open_tasks(connection):
                if task.state == "cancelling":
                    _write(connection, self._ended(task, state="cancelled"))
                elif task.attempts >= ATTEMPTS:
                    error = f"given up: the process died {task.attempts} times while it ran"
                    _write(connection, self._ended(task, state="failed", error=error))
                else:
                    started = self._archive.time()
                    task = replace(task, state="running", attempts=task.attempts + 1, started=started, done=0, total=0)
                    _write(connection, task)
                    return task
        return None

    def progress(self, id: int, done: int, total: int) -> bool:
        """Say how far a running task is; False: it was cancelled, so stop and ``fail`` it."""
        with self._archive.database.writing() as connection:
            task = _find(connection, id)
            if task.state in ("running", "cancelling"):
                _write(connection, replace(task, done=done, total=total))
            return task.state == "running"

    def pause(self, id: int) -> None:
        """A running task stops because its process was told to end; the next process goes on with it."""
        with self._archive.database.writing() as connection:
            task = _find(connection, id)
            if task.state == "running":
                _write(connection, replace(task, state="waiting", attempts=max(0, task.attempts - 1)))

    def finish(self, id: int, result: Any = None) -> None:
        """A running task is done, with a result that JSON can hold."""
        self._end(id, state="done", result=result)

    def fail(self, id: int, error: str) -> None:
        """A running task could not be done, or stopped because it was cancelled."""
        self._end(id, state="failed", error=error)

    def cancel(self, id: int) -> Task:
        """Call a task off: at once while it waits, at its next ``progress`` while it runs."""
        with self._archive.database.writing() as connection:
            task = _find(connection, id)
            if task.state == "waiting":
                task = self._ended(task, state="cancelled")
                _write(connection, task)
            elif task.state == "running":
                task = replace(task, state="cancelling")
                _write(connection, task)
        return task

    def get(self, id: int) -> Task:
        """The task as it stands."""
        with self._archive.database.reading() as connection:
            return _find(connection, id)

    def list(self) -> Sequence[Task]:
        """The tasks, newest first."""
        with self._archive.database.reading() as connection:
            return [_read(row) for row in connection.execute(f"SELECT {COLUMNS} FROM tasks ORDER BY id DESC")]

    def _end(self, id: int, **changes: Any) -> None:
        with self._archive.database.writing() as connection:
            task = _find(connection, id)
            if task.state == "cancelling" and changes["state"] == "failed":
                changes = {"state": "cancelled"}
            if task.finished is None:
                _write(connection, self._ended(task, **changes))

    def _ended(self, task: Task, **changes: Any) -> Task:
        return replace(task, finished=self._archive.time(), **changes)


def insert(connection: sqlite3.Connection, kind: str, arguments: dict[str, Any], created: str) -> int:
    """Write a task that waits; returns its id. Those that ended long ago are forgotten."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM tasks").fetchone()
    connection.execute("DELETE FROM tasks WHERE finished IS NOT NULL AND id <= ?", (last + 1 - KEPT,))
    _write(connection, Task(last + 1, kind, arguments, "waiting", 0, 0, None, None, 0, created, None, None))
    return int(last) + 1


def erase_mentions(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Empty the arguments, results and errors that name one of these articles."""
    for row in connection.execute(f"SELECT {COLUMNS} FROM tasks").fetchall():
        task = _read(row)
        told = _json([task.arguments, task.result, task.error])
        if any(_json(id)[1:-1] in told or id in told for id in ids):
            _write(connection, replace(task, arguments={}, result=None, error=task.error and "purged"))


def _refuse_second(connection: sqlite3.Connection, kind: str) -> None:
    for task in _open_tasks(connection):
        if task.kind == kind:
            done = f", {task.done} of {task.total} done" if task.total else ""
            detail = f"a {kind} is {task.state} already: task {task.id}, asked for at {task.created}{done}"
            raise ServiceError("task_open", detail)


def _find(connection: sqlite3.Connection, id: int) -> Task:
    row = connection.execute(f"SELECT {COLUMNS} FROM tasks WHERE id = ?", (str(id),)).fetchone()
    if row is None:
        raise ServiceError("task_unknown", f"there is no task {id}")
    return _read(row)


def _open_tasks(connection: sqlite3.Connection, limit: int = -1) -> list[Task]:
    rows = connection.execute(f"SELECT {COLUMNS} FROM tasks WHERE finished IS NULL ORDER BY id LIMIT ?", (limit,))
    return [_read(row) for row in rows]


def _read(row: tuple[Any, ...]) -> Task:
    *values, stored = row
    check(stored, "task", *values)
    task = Task(*values)
    result = None if task.result is None else json.loads(task.result)
    return replace(task, arguments=json.loads(values[2]), result=result)


def _write(connection: sqlite3.Connection, task: Task) -> None:
    result = None if task.result is None else _json(task.result)
    values = astuple(replace(task, arguments=_json(task.arguments), result=result))  # type: ignore[arg-type]
    row = (*values, checksum("task", *values))
    connection.execute(f"INSERT OR REPLACE INTO tasks ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
