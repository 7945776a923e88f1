"""What readers search for, as counts: the normalised query, its day, how often, and how many hits it last had.

No address, no key, no time of day.  Queries are noted in memory and written down now
and then in one transaction; a log that cannot be written never disturbs a search.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic

from flask import Flask, Response

from search_service.article import TEHRAN
from search_service.settings import Settings
from search_service.text.fold import fold
from search_service.web.observed import seen

EXTENSION = "search_service_queries"
FILE = "queries.sqlite"
"""Its name in the index folder."""
EVERY = 10.0
"""Seconds between two writings of a worker."""
MOST_HELD = 2000
"""Queries noted before they are written even so."""
MOST_A_DAY = 100_000
"""Different queries kept of one day; later ones that are new are left out."""
BUSY_SECONDS = 2.0

_TABLE = """
CREATE TABLE IF NOT EXISTS queries (
    day TEXT NOT NULL, query TEXT NOT NULL, count INTEGER NOT NULL, hits INTEGER NOT NULL, PRIMARY KEY (day, query)
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO queries VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count, hits = excluded.hits
"""
_ADD_TO_KNOWN = "UPDATE queries SET count = count + ?, hits = ? WHERE day = ? AND query = ?"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query over some days."""

    query: str
    count: int
    hits: int
    """How many it last had."""
    last: str
    """The last day on which it was asked, ISO 8601."""


def normalised(query: str) -> str:
    """All spellings of a query that differ in encoding, case or spaces alone."""
    return re.sub(r"\s+", " ", fold(query)).strip()


def install(app: Flask, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Note what is searched for, unless settings say not to."""
    if not settings.query_log:
        return
    queries = app.extensions[EXTENSION] = QueryLog(settings.index, settings.query_log_days, clock)

    @app.after_request
    def note(response: Response) -> Response:
        found = seen()
        if found is not None and found.first:
            queries.note(found.query, found.total)
            # Once the answer is sent and its place free: on a slow disk nobody waits for the log.
            response.call_on_close(queries.write_when_due)
        return response


class QueryLog:
    """The log of one index folder, as a web worker writes it."""

    def __init__(self, folder: Path, days: int, clock: Callable[[], datetime]) -> None:
        """``days``: for how long a query is kept."""
        self._path = folder / FILE
        self._days = days
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], tuple[int, int]] = {}
        self._written = monotonic()
        self._failed = False
        """Whether the last writing has failed: the next one has time."""

    def note(self, query: str, hits: int) -> None:
        """A reader has searched for this."""
        text = normalised(query)
        if text:
            with self._lock:
                self._hold((self._today().isoformat(), text), 1, hits)

    def write_when_due(self) -> None:
        """Write down what was noted if that was last done some time ago, or if it is much."""
        with self._lock:
            many = len(self._held) >= MOST_HELD and not self._failed
            due = many or monotonic() - self._written > EVERY
        if due:
            self.write()

    def write(self) -> None:
        """Write down what was noted, and forget what is too old.

        A failure is told to the log, once a time, and what was noted is kept for the next time.
        """
        with self._lock:
            held, self._held, self._written = self._held, {}, monotonic()
        if not held:
            return
        oldest = (self._today() - timedelta(days=self._days)).isoformat()
        try:
            with closing(_open(self._path)) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("DELETE FROM queries WHERE day < ?", (oldest,))
                for day in {day for day, _ in held}:
                    (known,) = connection.execute("SELECT count(*) FROM queries WHERE day = ?", (day,)).fetchone()
                    rows = [(query, *held[at, query]) for at, query in held if at == day]
                    if known + len(rows) <= MOST_A_DAY:
                        connection.executemany(_ADD, [(day, *row) for row in rows])
                    else:
                        connection.executemany(
                            _ADD_TO_KNOWN, [(count, hits, day, query) for query, count, hits in rows]
                        )
            self._failed = False
        except (sqlite3.Error, OSError) as error:
            log.warning("the log of queries cannot be written: %s", error)
            with self._lock:
                self._failed = True
                for key, (count, hits) in held.items():
                    self._hold(key, count, self._held.get(key, (0, hits))[1])

    def _hold(self, key: tuple[str, str], count: int, hits: int) -> None:
        """Add to what is to be written, within a bound: the file may fail for long."""
        before, _ = self._held.get(key, (0, 0))
        if before or len(self._held) < 2 * MOST_HELD:
            self._held[key] = (before + count, hits)

    def _today(self) -> date:
        return self._clock().astimezone(TEHRAN).date()


def report(folder: Path, since: date, least: int, limit: int, *, without_hits: bool = False) -> list[Asked]:
    """What was asked at least ``least`` times since a day, the most frequent first.

    ``without_hits``: only what last found nothing.
    """
    path = folder / FILE
    if not path.exists():
        return []
    with closing(_open(path)) as connection:
        # SQLite gives the other columns of the row that has the maximum.
        rows = connection.execute(
            """
            SELECT query, sum(count) AS total, hits, max(day) FROM queries WHERE day >= ?
            GROUP BY query HAVING total >= ? AND (hits = 0 OR NOT ?) ORDER BY total DESC, query LIMIT ?
            """,
            (since.isoformat(), least, without_hits, limit),
        ).fetchall()
    return [Asked(*row) for row in rows]


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        # What the last seconds added may be lost with the power; the file stays sound.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_TABLE)
    except BaseException:
        connection.close()
        raise
    return connection
