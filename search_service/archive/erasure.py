"""Erasing articles: no byte of them stays in the archive's files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from search_service.archive import journal, record, set_aside, tasks
from search_service.archive.database import Database
from search_service.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed."""

    articles: int
    """Rows of articles or tombstones."""
    changes: int
    """Rows of the journal that are nobody's now: their positions stay, so that there are no gaps."""
    compaction: int
    """The task that removes the last bytes; it is asked for in the same transaction, lest it be forgotten."""


def erase(connection: sqlite3.Connection, ids: Sequence[str], moment: str) -> Erased:
    """Remove deleted articles with their tombstones, changes and mentions.

    Raises ``version_conflict`` for one that is not deleted; then nothing is removed.
    """
    articles = changes = 0
    for id in ids:
        found = record.find(connection, id)
        if found is not None and found.content is not None:
            raise ServiceError("version_conflict", f"article {id!r} was written again meanwhile; purge it again")
        articles += connection.execute("DELETE FROM articles WHERE id = ?", (id,)).rowcount
        changes += journal.erase(connection, id)
        set_aside.erase(connection, id)
    tasks.erase_mentions(connection, ids)
    return Erased(articles, changes, tasks.insert(connection, "compact", {}, moment))


def compact(database: Database) -> bool:
    """Write the file anew without what was ever deleted from it, and empty the log.

    Old versions of rows stand in free pages and in the log until then.  Takes free
    space of twice the file.  False: some reader held the log; its old pages go when that one ends.
    """
    with database.preparing() as connection:
        connection.execute("VACUUM")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
