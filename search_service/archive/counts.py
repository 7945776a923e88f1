"""How many articles, bearers of each category label and keys there are: kept beside them, changed with them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from search_service.archive import journal
from search_service.archive.checksum import check, checksum
from search_service.errors import ServiceError

COLUMNS = "name, value, checksum"

ARTICLES = "articles"
"""The count of live articles."""

LABELS = "labels"
"""The count of counts of labels, so that none of these is lost unseen."""

KEYS = "keys"
"""The count of API keys."""

_CATEGORY = "category:"


def of(labels: Iterable[str]) -> Counter[str]:
    """What one live article with these category labels adds."""
    return Counter([ARTICLES, *(_CATEGORY + label for label in labels)])


def add(connection: sqlite3.Connection, changes: Mapping[str, int]) -> None:
    """Add to counts, or take away; the count of a label without articles goes."""
    labels = 0
    for name, change in changes.items():
        if change:
            before = value(connection, name)
            _write(connection, name, before + change)
            if name.startswith(_CATEGORY):
                labels += (before + change > 0) - (before > 0)
    if labels:
        _write(connection, LABELS, value(connection, LABELS) + labels)


def replace(connection: sqlite3.Connection, counts: Mapping[str, int]) -> None:
    """Put these counts of articles and labels in the place of all others; that of the keys stays."""
    connection.execute("DELETE FROM counts WHERE name != ?", (KEYS,))
    _write(connection, ARTICLES, 0)
    add(connection, counts)


def read(connection: sqlite3.Connection) -> Counter[str]:
    """All counts by name; raises ``archive_damaged`` where one is missing."""
    counts: Counter[str] = Counter()
    for name, value, stored in connection.execute(f"SELECT {COLUMNS} FROM counts").fetchall():
        check(stored, "count", name, value)
        counts[name] = value
    if sum(name.startswith(_CATEGORY) for name in counts) != counts[LABELS] or (
        not counts and journal.last(connection)
    ):
        raise ServiceError("archive_damaged", "count 'labels': the counts of some labels are lost")
    return counts


def articles(connection: sqlite3.Connection) -> int:
    """How many live articles there are, without reading the other counts."""
    count = value(connection, ARTICLES)
    return count or read(connection)[ARTICLES]


def value(connection: sqlite3.Connection, name: str) -> int:
    """One count by name; 0: nothing was counted yet."""
    row = connection.execute("SELECT value, checksum FROM counts WHERE name = ?", (name,)).fetchone()
    if row is None:
        return 0
    check(row[1], "count", name, row[0])
    return int(row[0])


def categories(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The labels among counts, commonest first."""
    labels = ((name.removeprefix(_CATEGORY), value) for name, value in counts.items() if name.startswith(_CATEGORY))
    return sorted(labels, key=lambda label: (-label[1], label[0]))


def _write(connection: sqlite3.Connection, name: str, value: int) -> None:
    if value == 0 and name.startswith(_CATEGORY):
        connection.execute("DELETE FROM counts WHERE name = ?", (name,))
    else:
        row = (name, value, checksum("count", name, value))
        connection.execute(f"INSERT OR REPLACE INTO counts ({COLUMNS}) VALUES (?, ?, ?)", row)
