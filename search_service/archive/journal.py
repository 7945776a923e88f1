"""The journal: every change in the order in which it was acknowledged; what the index is built from.

Positions ascend without gaps and are given out under the writers' lock, so that a
reader who has seen a position has seen all before it.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from search_service.archive.checksum import check, checksum
from search_service.errors import ServiceError

COLUMNS = "position, id, version, written, checksum"

ERASED = ""
"""Stands in the place of the id of a purged article: positions have no gaps, and no article has this id."""


class Change(NamedTuple):
    """At this position the article was written or deleted; what became of it is in the archive."""

    position: int
    id: str | None
    """None: the article was purged, and no trace of it is left."""


def last(connection: sqlite3.Connection) -> int:
    """The newest position ever given; 0: none. Its row is never trimmed, and SQLite counts it too."""
    row = connection.execute(f"SELECT {COLUMNS} FROM journal ORDER BY position DESC LIMIT 1").fetchone()
    given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    position = 0
    if row is not None:
        *values, stored = row
        check(stored, "change", *values)
        position = values[0]
    if position != (given[0] if given else 0):
        raise ServiceError("archive_damaged", f"change {position}: the newest change is another one")
    return position


def append(connection: sqlite3.Connection, position: int, id: str, version: int, written: str) -> None:
    """Write the next row."""
    values = (position, id, version, written)
    connection.execute(
        f"INSERT INTO journal ({COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        (*values, checksum("change", *values)),
    )


def changes(connection: sqlite3.Connection, after: int, limit: int) -> list[Change]:
    """At most ``limit`` changes behind a position, in order; the connection sees one state of the file.

    A change is never silently passed over: raises ``journal_gap`` when the journal does
    not hold what comes next behind the position, and ``archive_damaged`` when a row, or
    the article that it speaks of, is not as it was written.
    """
    found: list[Change] = []
    rows = connection.execute(
        """
        SELECT j.position, j.id, j.version, j.written, j.checksum, j.id = ? OR a.position >= j.position
        FROM journal AS j LEFT JOIN articles AS a ON a.id = j.id
        WHERE j.position > ? ORDER BY j.position LIMIT ?
        """,
        (ERASED, after, limit),
    )
    for expected, (position, id, version, written, stored, there) in enumerate(rows, after + 1):
        check(stored, "change", position, id, version, written)
        if not there:
            raise ServiceError("archive_damaged", f"article {id!r}: its change at position {position} is lost")
        if position != expected:
            raise _gap(connection, expected, position)
        found.append(Change(position, id or None))
    if not found and limit > 0 and last(connection) != after:
        raise _gap(connection, after + 1, last(connection) + 1)
    return found


def trim(connection: sqlite3.Connection, before: int) -> int:
    """Remove the rows before a position, but not the newest; returns how many there were."""
    return connection.execute("DELETE FROM journal WHERE position < ?", (min(before, last(connection)),)).rowcount


def mentions(connection: sqlite3.Connection, id: str) -> bool:
    """Whether some change is the article's."""
    return connection.execute("SELECT 1 FROM journal WHERE id = ? LIMIT 1", (id,)).fetchone() is not None


def erase(connection: sqlite3.Connection, id: str) -> int:
    """Make the changes of an article nobody's; returns how many there were."""
    rows = connection.execute("SELECT position, written FROM journal WHERE id = ?", (id,)).fetchall()
    for position, written in rows:
        connection.execute(
            "UPDATE journal SET id = ?, version = 0, checksum = ? WHERE position = ?",
            (ERASED, checksum("change", position, ERASED, 0, written), position),
        )
    return len(rows)


def _gap(connection: sqlite3.Connection, wanted: int, found: int) -> ServiceError:
    (oldest,) = connection.execute("SELECT min(position) FROM journal").fetchone()
    if wanted > found:
        detail = f"the index holds position {wanted - 1}, but the archive's newest is {found - 1}: it is an older one"
    elif oldest is None or oldest >= found:
        detail = f"the journal was trimmed up to position {found - 1}, and the index holds only {wanted - 1}"
    else:
        return ServiceError("archive_damaged", f"change {wanted}: the row is lost")
    return ServiceError("journal_gap", detail)
