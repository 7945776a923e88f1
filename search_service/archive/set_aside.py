"""Articles that could not be indexed: set aside, so that they block nothing, and remembered with their error."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from search_service.archive.checksum import check, checksum

if TYPE_CHECKING:
    from search_service.archive.archive import Archive

COLUMNS = "generation, id, version, error, tries, since, checksum"
MOST_ERROR = 500
"""Characters of an error that are kept."""


@dataclass(frozen=True, slots=True)
class Aside:
    """An article that a generation of the index lacks, and why."""

    generation: int
    id: str
    version: int
    error: str
    tries: int
    since: str
    """ISO 8601."""


class SetAside:
    """What was set aside, generation by generation: another one may read the same article without harm."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def put(self, generation: int, id: str, version: int, error: str, tries: int) -> None:
        """Remember that the article is not in this generation."""
        aside = Aside(generation, id, version, error[:MOST_ERROR], tries, self._archive.time())
        values = astuple(aside)
        row = (*values, checksum("set aside", *values))
        with self._archive.database.writing() as connection:
            connection.execute(f"INSERT OR REPLACE INTO set_aside ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def clear(self, generation: int, ids: Collection[str]) -> None:
        """The articles are in this generation now, or are gone."""
        with self._archive.database.writing() as connection:
            rows = [(generation, id) for id in ids]
            connection.executemany("DELETE FROM set_aside WHERE generation = ? AND id = ?", rows)

    def keep(self, generations: Collection[int]) -> None:
        """Forget what was set aside for other generations than these."""
        with self._archive.database.writing() as connection:
            known = {number for (number,) in connection.execute("SELECT DISTINCT generation FROM set_aside")}
            rows = [(number,) for number in known.difference(generations)]
            connection.executemany("DELETE FROM set_aside WHERE generation = ?", rows)

    def list(self, generation: int) -> Sequence[Aside]:
        """All of one generation, by id."""
        with self._archive.database.reading() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM set_aside WHERE generation = ? ORDER BY id", (generation,)
            ).fetchall()
        return [_read(row) for row in rows]

    def count(self, generation: int) -> int:
        """How many there are of one generation."""
        with self._archive.database.reading() as connection:
            row = connection.execute("SELECT count(*) FROM set_aside WHERE generation = ?", (generation,)).fetchone()
        return int(row[0])


def erase(connection: sqlite3.Connection, id: str) -> None:
    """Forget that the article was ever set aside."""
    connection.execute("DELETE FROM set_aside WHERE id = ?", (id,))


def _read(row: tuple[Any, ...]) -> Aside:
    *values, stored = row
    check(stored, "set aside", *values)
    return Aside(*values)
