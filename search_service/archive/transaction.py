"""What one transaction writes: records, their journal rows and the counts."""

from __future__ import annotations

import sqlite3
from collections import Counter

from search_service.archive import content, counts, journal, record
from search_service.archive.receipt import Receipt, State
from search_service.archive.record import Record
from search_service.archive.versions import next_version
from search_service.article import Article
from search_service.errors import ServiceError


class Transaction:
    """Articles put and deleted within one transaction of the database, which the caller holds open."""

    def __init__(self, connection: sqlite3.Connection, written: str) -> None:
        """``written``: the time of all its changes, ISO 8601."""
        self._connection = connection
        self._written = written
        self._position = journal.last(connection)
        self._counts: Counter[str] = Counter()

    def put(self, article: Article, encoded: bytes) -> Receipt:
        """Write an article with its encoded content; a refusal is in the receipt."""
        last: Record | None = None
        try:
            last = record.find(self._connection, article.id)
            return self._settle(article.id, last, article.version, encoded)
        except ServiceError as error:
            if error.code not in ("version_conflict", "archive_damaged"):
                raise
            version, position = (last.version, last.position) if last else (0, 0)
            return Receipt(article.id, version, position, "refused", error)

    def delete(self, id: str, version: int | None) -> Receipt:
        """Leave a tombstone; raises ``article_unknown`` or ``version_conflict``."""
        last = record.find(self._connection, id)
        if last is None:
            raise ServiceError("article_unknown", f"there is no article {id!r}", field="id")
        return self._settle(id, last, version, None)

    def finish(self) -> None:
        """Write what is kept per transaction, before it is committed."""
        counts.add(self._connection, self._counts)

    def _settle(self, id: str, last: Record | None, asked: int | None, encoded: bytes | None) -> Receipt:
        version: int | None
        if last is None:
            version = 1 if asked is None else asked
        else:
            same = _same(last.content, encoded)
            version = next_version(id, last.version, asked, same, deletes=encoded is None)
            if version is None:
                return Receipt(id, last.version, last.position, "unchanged")
        self._position += 1
        new = Record(id, version, self._position, self._written, encoded)
        if last is None:
            record.insert(self._connection, new)
        else:
            record.replace(self._connection, new)
        journal.append(self._connection, self._position, id, version, self._written)
        if last is not None and last.content is not None:
            self._counts.subtract(counts.of(content.categories(last.content)))
        if encoded is not None:
            self._counts.update(counts.of(content.categories(encoded)))
        return Receipt(id, version, self._position, _state(last, encoded))


def _same(one: bytes | None, other: bytes | None) -> bool:
    if one is None or other is None:
        return one is other
    return content.same(one, other)


def _state(last: Record | None, encoded: bytes | None) -> State:
    if encoded is None:
        return "deleted"
    return "added" if last is None or last.content is None else "updated"
