"""One article as the archive keeps it: its content, or the tombstone of a deleted one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search_service.archive.checksum import check, checksum
from search_service.archive.content import decode
from search_service.article import Article
from search_service.errors import ServiceError

COLUMNS = "id, version, position, written, content, checksum"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of ``articles``."""

    id: str
    version: int
    position: int
    """Of the journal row that wrote it."""
    written: str
    """ISO 8601."""
    content: bytes | None
    """See ``content.py``; None: a tombstone."""

    def article(self) -> Article:
        """The article; only of a live record."""
        assert self.content is not None
        return decode(self.content, self.version)


def checked(rows: Iterable[tuple[str, int, int, str, bytes | None, bytes]]) -> Iterator[Record]:
    """The records in rows of ``COLUMNS``; raises ``archive_damaged`` at the first that fails its checksum."""
    for id, version, position, written, content, stored in rows:
        check(stored, "article", id, version, position, written, content)
        yield Record(id, version, position, written, content)


def find(connection: sqlite3.Connection, id: str) -> Record | None:
    """The record of this id, tombstones too; None: there never was one."""
    try:
        rows = connection.execute(f"SELECT {COLUMNS} FROM articles WHERE id = ?", (id,)).fetchall()
    except UnicodeEncodeError:  # a lone surrogate, which no article's id holds
        return None
    if not rows and _is_hidden(connection, id):
        raise ServiceError("archive_damaged", f"article {id!r}: the index of ids has lost it")
    return next(checked(rows), None)


def behind(connection: sqlite3.Connection, after: str, limit: int) -> list[Record]:
    """The next live records in the order of their ids; no damage leaves one out unseen."""
    live: list[Record] = []
    while len(live) < limit:
        records = list(_walk(connection, after, limit))
        live.extend(record for record in records if record.content is not None)
        if len(records) < limit:
            _compare_indexes(connection)
            break
        after = records[-1].id
    return live[:limit]


def everything(connection: sqlite3.Connection) -> Iterator[Record]:
    """All records in the order of their ids, tombstones too; no damage leaves one out unseen."""
    _compare_indexes(connection)
    last = ""
    for record in checked(connection.execute(f"SELECT {COLUMNS} FROM articles INDEXED BY ids ORDER BY id")):
        if record.id <= last:
            raise _out_of_order(record.id)
        last = record.id
        yield record


def insert(connection: sqlite3.Connection, record: Record) -> None:
    """Write a record whose id is not there yet."""
    connection.execute(
        f"INSERT INTO articles (fingerprint, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (_fingerprint(record.id), *_row(record)),
    )


def replace(connection: sqlite3.Connection, record: Record) -> None:
    """Write a record over the one of its id."""
    id, *values = _row(record)
    connection.execute(
        "UPDATE articles SET version = ?, position = ?, written = ?, content = ?, checksum = ? WHERE id = ?",
        (*values, id),
    )


def _is_hidden(connection: sqlite3.Connection, id: str) -> bool:
    """Whether an id that its index does not find is there all the same."""
    rows = connection.execute("SELECT id FROM articles WHERE fingerprint = ?", (_fingerprint(id),)).fetchall()
    return (id,) in rows


def _fingerprint(id: str) -> int:
    """A signed number of 8 bytes."""
    return int.from_bytes(hashlib.blake2b(id.encode(), digest_size=8).digest(), signed=True)


def _walk(connection: sqlite3.Connection, after: str, limit: int) -> Iterator[Record]:
    """The next records in the order of their ids, tombstones too.

    The search for the first begins at ``after`` itself and must find it, if there is
    such an article; from there on ids only ascend.
    """
    rows_from = f"SELECT {COLUMNS} FROM articles INDEXED BY ids"
    if after == "":
        rows = connection.execute(f"{rows_from} ORDER BY id LIMIT ?", (limit,)).fetchall()
    else:
        rows = connection.execute(f"{rows_from} WHERE id >= ? ORDER BY id LIMIT ?", (after, limit + 1)).fetchall()
        if rows and rows[0][0] == after:
            del rows[0]
        elif find(connection, after) is not None:
            raise _out_of_order(after)
    for record in checked(rows[:limit]):
        if record.id <= after:
            raise _out_of_order(record.id)
        after = record.id
        yield record


def _out_of_order(id: str) -> ServiceError:
    return ServiceError("archive_damaged", f"article {id!r}: the index of ids is out of order")


def _compare_indexes(connection: sqlite3.Connection) -> None:
    """Neither index has lost entries. Columns are counted, as ``count(*)`` would choose an index by itself."""
    (ids,) = connection.execute("SELECT count(id) FROM articles INDEXED BY ids").fetchone()
    (others,) = connection.execute("SELECT count(fingerprint) FROM articles INDEXED BY fingerprints").fetchone()
    if ids != others:
        raise ServiceError("archive_damaged", f"articles: the index of ids holds {ids}, the other one {others}")


def _row(record: Record) -> tuple[str, int, int, str, bytes | None, bytes]:
    values = (record.id, record.version, record.position, record.written, record.content)
    return (*values, checksum("article", *values))
