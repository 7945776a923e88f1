"""What an import has brought so far: how far it came, and which posts it knows.

One small SQLite file a site beside the archive.  It is written after the archive, so that
it never claims what is not there; losing it costs another full reading and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from search_service.archive.archive import Archive
from search_service.errors import ServiceError

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS posts (number INTEGER PRIMARY KEY, modified TEXT NOT NULL, id TEXT, version INTEGER);
    CREATE INDEX IF NOT EXISTS ids ON posts (id);
    CREATE TABLE IF NOT EXISTS gone (id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TEMP TABLE listed (number INTEGER PRIMARY KEY);
"""
_FORMAT = "1"
_NAME = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A post that was read: ``id`` and ``version`` of the article it became, if it became one."""

    number: int
    modified: str
    id: str | None = None
    version: int | None = None


class Ledger:
    """The ledger of one source, held by one import at a time.

    Raises ``import_busy``, ``folder_not_writable``.
    """

    def __init__(self, folder: Path, source: str) -> None:
        """``folder``: the archive's; ``source``: what names the import, such as its address."""
        name = _NAME.sub("-", source.lower().split("//")[-1])[:60].strip("-.")
        digest = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:12]
        self.path = folder / "imports" / f"{name}-{digest}.sqlite"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ServiceError("folder_not_writable", f"{self.path.parent}: {error.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise ServiceError("import_busy", f"another process imports from {source}") from None
        try:
            self._database = self._opened()
        except ServiceError:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
        os.close(self._lock)

    def get(self, name: str) -> str | None:
        """A fact by its name."""
        found = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def set(self, known: Iterable[Known] = (), **facts: str | int | None) -> None:
        """Write posts that were read and facts in one transaction; ``None`` takes a fact away."""
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?)",
                ((post.number, post.modified, post.id, post.version) for post in known),
            )
            for name, value in facts.items():
                self._database.execute("DELETE FROM facts WHERE name = ?", (name,))
                if value is not None:
                    self._database.execute("INSERT INTO facts VALUES (?, ?)", (name, str(value)))

    def forget(self, number: int, id: str | None = None) -> None:
        """The post is gone; ``id``: of its article, which was deleted for that."""
        with self._database:
            self._database.execute("DELETE FROM posts WHERE number = ?", (number,))
            if id is not None:
                self._database.execute("INSERT OR IGNORE INTO gone VALUES (?)", (id,))

    def deleted(self, id: str) -> bool:
        """Whether this import deleted the article."""
        return self._database.execute("SELECT 1 FROM gone WHERE id = ?", (id,)).fetchone() is not None

    def post(self, number: int) -> Known | None:
        """What is known of a post."""
        found = self._database.execute("SELECT * FROM posts WHERE number = ?", (number,)).fetchone()
        return None if found is None else Known(*found)

    def posts_of(self, id: str) -> list[int]:
        """The posts that became the article of this id."""
        return [int(row[0]) for row in self._database.execute("SELECT number FROM posts WHERE id = ?", (id,))]

    def newest(self) -> str | None:
        """The latest time of modification of all posts."""
        found = self._database.execute("SELECT max(modified) FROM posts").fetchone()[0]
        return found or None

    def count(self) -> int:
        """How many posts are known."""
        return int(self._database.execute("SELECT count(*) FROM posts").fetchone()[0])

    def begin_listing(self) -> None:
        """Forget what the last listing held."""
        with self._database:
            self._database.execute("DELETE FROM listed")

    def list(self, numbers: Iterable[int]) -> None:
        """These posts are on the site."""
        with self._database:
            self._database.executemany("INSERT OR IGNORE INTO listed VALUES (?)", ((number,) for number in numbers))

    def unlisted(self) -> Iterator[int]:
        """Posts that are known and were not listed."""
        rows = self._database.execute("SELECT number FROM posts WHERE number NOT IN (SELECT number FROM listed)")
        yield from (int(row[0]) for row in rows.fetchall())

    def belongs_to(self, archive: Archive) -> bool:
        """Whether the archive holds what was last written to it; one restored from before does not."""
        id, version = self.get("witness_id"), self.get("witness_version")
        if id is None or version is None:
            return True
        there = archive.version(id)
        return there is not None and there >= int(version)

    def clear(self) -> None:
        """Begin anew."""
        with self._database:
            self._database.execute("DELETE FROM posts")
            self._database.execute("DELETE FROM facts")
            self._database.execute("DELETE FROM gone")
        self.set(format=_FORMAT)

    def _opened(self) -> sqlite3.Connection:
        """The database; a file that is none, or is of another format, is begun anew."""
        for attempt in (1, 2):
            database = sqlite3.connect(self.path)
            try:
                database.executescript(_SCHEMA)
                rows = dict(database.execute("SELECT name, value FROM facts"))
                if rows.get("format", _FORMAT) == _FORMAT:
                    with database:
                        database.execute("INSERT OR REPLACE INTO facts VALUES ('format', ?)", (_FORMAT,))
                    return database
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) and attempt == 2:
                    database.close()
                    raise ServiceError("folder_not_writable", f"{self.path}: {error}") from None
            database.close()
            self.path.unlink(missing_ok=True)
        raise ServiceError("folder_not_writable", f"{self.path} cannot be written anew")
