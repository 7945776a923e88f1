"""The archive's tables, and the steps by which an older archive becomes one of today."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from search_service.archive.database import BUSY_SECONDS, Database, is_busy
from search_service.errors import ServiceError

APPLICATION_ID = 0x53524348
"""Marks the file as an archive of this service («SRCH»)."""

# Each step is one transaction; a step that has once been released never changes.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        # A tombstone is an article without content. The fingerprint is a second way to find
        # an id, so that a damaged index page cannot hide an article.
        """
        CREATE TABLE articles (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            fingerprint INTEGER NOT NULL,
            version INTEGER NOT NULL,
            position INTEGER NOT NULL,
            written TEXT NOT NULL,
            checksum BLOB NOT NULL,
            content BLOB
        )
        """,
        "CREATE UNIQUE INDEX ids ON articles (id)",
        "CREATE INDEX fingerprints ON articles (fingerprint)",
        # AUTOINCREMENT: a position is never given twice; the last one is kept in two places.
        """
        CREATE TABLE journal (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            written TEXT NOT NULL,
            checksum BLOB NOT NULL
        )
        """,
        "CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL, checksum BLOB NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE keys (
            prefix TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            digest BLOB NOT NULL,
            scopes TEXT NOT NULL,
            created TEXT NOT NULL,
            expires TEXT,
            revoked TEXT,
            checksum BLOB NOT NULL
        )
        """,
        """
        CREATE TABLE tasks (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            arguments TEXT NOT NULL,
            state TEXT NOT NULL,
            done INTEGER NOT NULL,
            total INTEGER NOT NULL,
            result TEXT,
            error TEXT,
            attempts INTEGER NOT NULL,
            created TEXT NOT NULL,
            started TEXT,
            finished TEXT,
            checksum BLOB NOT NULL
        )
        """,
    ),
    (
        """
        CREATE TABLE set_aside (
            generation INTEGER NOT NULL,
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            error TEXT NOT NULL,
            tries INTEGER NOT NULL,
            since TEXT NOT NULL,
            checksum BLOB NOT NULL,
            PRIMARY KEY (generation, id)
        )
        """,
    ),
)


def prepare(database: Database) -> None:
    """Make the file and its tables, or bring an older archive forward.

    Raises ``archive_incompatible`` for one of a newer version, ``archive_damaged`` for
    a file that is no archive, ``folder_not_writable``; none of these changes the file.
    """
    database.create()
    with database.reading() as connection:
        _check(connection, database.path)
    with database.preparing() as connection:
        _write_ahead(connection)
        if _version(connection) == len(STEPS):
            return
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have come first.
        _check(connection, database.path)
        for step in STEPS[_version(connection) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
        connection.execute("COMMIT")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Within a transaction, so that all is read of one state."""
    version = _version(connection)
    if version > len(STEPS):
        detail = f"{path} has schema version {version}; this program knows versions up to {len(STEPS)}"
        raise ServiceError("archive_incompatible", detail)
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and (owner != APPLICATION_ID or version == 0):
        raise ServiceError("archive_damaged", f"{path} is an SQLite file, but not an archive of this service")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers and one writer side by side; the switch itself does not wait its turn, so it is tried again."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.005)
