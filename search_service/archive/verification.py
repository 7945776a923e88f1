"""Verifying an archive: every row against its checksum, and the tables against each other."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from search_service.archive import content, counts, journal, keys, record, set_aside, tasks, write_ahead
from search_service.archive.checksum import check
from search_service.archive.database import Database
from search_service.errors import ServiceError

TABLES = (
    ("articles", "article", record.COLUMNS),
    ("journal", "change", journal.COLUMNS),
    ("counts", "count", counts.COLUMNS),
    ("keys", "key", keys.COLUMNS),
    ("tasks", "task", tasks.COLUMNS),
    ("set_aside", "set aside", set_aside.COLUMNS),
)
"""The tables whose rows carry a checksum, what one of their rows is called, and its columns."""


def verify(database: Database) -> list[str]:
    """What is wrong with the archive, a line each; empty: nothing.

    Each part reads one state of the file while writes go on; damage that stops one part
    does not stop the others.
    """
    lines = write_ahead.lost(database.path)
    for part in (_pages, _rows, _counts, _changes):
        try:
            with database.reading() as connection:
                lines.extend(part(connection))
        except ServiceError as error:
            lines.append(error.detail)
    return list(dict.fromkeys(lines))


def _pages(connection: sqlite3.Connection) -> Iterator[str]:
    """SQLite's own check of its pages and of each index against its table."""
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield from line.splitlines()


def _rows(connection: sqlite3.Connection) -> Iterator[str]:
    for table, kind, columns in TABLES:
        try:
            # The table itself, not an index that may hold the same: each copy is looked at once.
            for *values, stored in connection.execute(f"SELECT {columns} FROM {table} NOT INDEXED"):
                try:
                    check(stored, kind, *values)
                except ServiceError as error:
                    yield error.detail
        except sqlite3.DatabaseError as error:
            yield f"{table}: {error}"


def _counts(connection: sqlite3.Connection) -> Iterator[str]:
    """What is counted beside the articles is what the articles are."""
    true: Counter[str] = Counter()
    for row in record.checked(connection.execute(f"SELECT {record.COLUMNS} FROM articles NOT INDEXED")):
        if row.content is not None:
            true.update(counts.of(content.categories(row.content)))
    (true[counts.KEYS],) = connection.execute("SELECT count(name) FROM keys NOT INDEXED").fetchone()
    kept = counts.read(connection)
    kept.pop(counts.LABELS, None)
    for name in sorted(true.keys() | kept.keys()):
        if true[name] != kept[name]:
            yield f"count {name!r}: {kept[name]} are counted, but there are {true[name]}"


def _changes(connection: sqlite3.Connection) -> Iterator[str]:
    """Journal and articles tell the same story, and the journal has no gaps."""
    first, last, rows = connection.execute("SELECT min(position), max(position), count(*) FROM journal").fetchone()
    if rows and rows != last - first + 1:
        yield f"journal: {last - first + 1 - rows} changes between {first} and {last} are lost"
    journal.last(connection)
    newest = connection.execute(
        """
        SELECT j.id, max(j.position), a.position
        FROM journal AS j LEFT JOIN articles AS a ON a.id = j.id
        WHERE j.id != ?
        GROUP BY j.id
        HAVING a.position IS NOT max(j.position)
        """,
        (journal.ERASED,),
    )
    for id, position, found in newest:
        yield f"article {id!r}: its newest change is {position}, but it was written by {found or 'none'}"
    unheard = connection.execute(
        "SELECT id, position FROM articles WHERE position >= ? AND position NOT IN (SELECT position FROM journal)",
        (first or 0,),
    )
    for id, position in unheard if rows else ():
        yield f"article {id!r}: the change {position} that wrote it is not in the journal"
