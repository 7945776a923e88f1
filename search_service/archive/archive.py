"""The archive: every article ever written, its versions, and the order of all changes.

It is the source of truth; the index is only ever built from it.  What a receipt
acknowledges is on the disk: one SQLite transaction, fully synced, holds the article,
its version and its journal row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from search_service.archive import content, counts, erasure, journal, record, schema, verification, write_ahead
from search_service.archive.database import Database
from search_service.archive.erasure import Erased
from search_service.archive.journal import Change
from search_service.archive.receipt import Receipt
from search_service.archive.record import Record
from search_service.archive.transaction import Transaction
from search_service.article import MAX_VERSION, TEHRAN, Article, now
from search_service.errors import ServiceError


class Archive:
    """One archive file, for any number of threads and processes at once.

    Every method may raise ``archive_damaged`` (naming the row), ``archive_busy`` (other
    writers held it for half a minute) and ``folder_not_writable`` (a full disk, a
    read-only file; then nothing was changed).
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """For ``open``."""
        self.database = database
        self.clock = clock

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = now) -> Self:
        """The archive in this file; makes folder and file, and brings an older one forward.

        Raises ``archive_incompatible`` for one written by a newer version.
        """
        database = Database(path)
        before = write_ahead.extent(path) if database.alone() else None
        if before is not None:
            with database.preparing() as connection:
                write_ahead.examine(path, connection, before)
        schema.prepare(database)
        return cls(database, clock)

    def write(self, articles: Sequence[Article]) -> list[Receipt]:
        """Write all articles in one transaction; the receipts come in the same order.

        A refused one (``version_conflict``; ``archive_damaged`` where the article's own
        row is) changes nothing and does not hold back the others.  An id may occur
        again: later ones come after earlier ones.
        """
        encoded = [content.encode(article) for article in articles]
        if not encoded:
            return []
        with self.database.writing() as connection:
            transaction = Transaction(connection, self.time())
            receipts = [transaction.put(*pair) for pair in zip(articles, encoded, strict=True)]
            transaction.finish()
        return receipts

    def delete(self, id: str, version: int | None = None) -> Receipt:
        """Delete an article, leaving a tombstone that outlives late writes of older versions.

        Raises ``article_unknown`` if there never was one, ``version_conflict`` for a
        version that is not higher than the article's.  Deleting a deleted one is
        ``unchanged``, unless a higher version is given: that is kept.
        """
        if version is not None and not 0 <= version <= MAX_VERSION:
            raise ServiceError("article_invalid", f"version: must lie between 0 and {MAX_VERSION}", field="version")
        with self.database.writing() as connection:
            transaction = Transaction(connection, self.time())
            receipt = transaction.delete(id, version)
            transaction.finish()
        return receipt

    def change(self, id: str, make: Callable[[Article | None], Article | None], version: int | None = None) -> Receipt:
        """Write what ``make`` makes of the article, in one transaction with the look at it.

        It is given None where there is no article; None from it deletes, with ``version``
        as the tombstone's.  What it raises changes nothing.  Raises what ``delete`` does,
        and what a receipt of ``write`` may hold.
        """
        with self.database.writing() as connection:
            found = record.find(connection, id)
            made = make(None if found is None or found.content is None else found.article())
            transaction = Transaction(connection, self.time())
            receipt = transaction.delete(id, version) if made is None else transaction.put(made, content.encode(made))
            if receipt.error is not None:
                raise receipt.error
            transaction.finish()
        return receipt

    def get(self, id: str) -> Article | None:
        """The article with its version; None: there is none, or it is deleted."""
        with self.database.reading() as connection:
            found = record.find(connection, id)
        return None if found is None or found.content is None else found.article()

    def version(self, id: str) -> int | None:
        """The article's version or its tombstone's; None: there never was one."""
        with self.database.reading() as connection:
            found = record.find(connection, id)
        return None if found is None else found.version

    def load(self, ids: Sequence[str]) -> dict[str, Article]:
        """Those of the articles that are there and not deleted."""
        with self.database.reading() as connection:
            found = ((id, record.find(connection, id)) for id in ids)
            return {id: row.article() for id, row in found if row is not None and row.content is not None}

    def scan(self, after: str = "", limit: int = 1000) -> list[Article]:
        """The next articles behind an id, in the order of their ids; empty at the end."""
        with self.database.reading() as connection:
            return [row.article() for row in record.behind(connection, after, limit)]

    def records(self, after: str = "", limit: int = 1000) -> list[Record]:
        """What ``scan`` reads, as stored: for another process to make articles of."""
        with self.database.reading() as connection:
            return record.behind(connection, after, limit)

    def count(self) -> int:
        """How many articles there are, drafts included and deleted ones not."""
        with self.database.reading() as connection:
            return counts.articles(connection)

    def categories(self) -> list[tuple[str, int]]:
        """The category labels as spelt, with how many articles bear each, commonest first."""
        with self.database.reading() as connection:
            return counts.categories(counts.read(connection))

    def position(self) -> int:
        """The newest position of the journal; 0 before the first change."""
        with self.database.reading() as connection:
            return journal.last(connection)

    def changes(self, after: int, limit: int) -> list[Change]:
        """The next changes behind a position, in order; empty at the end.

        Raises ``journal_gap`` when the journal no longer reaches back to the position,
        or when the archive never came so far.
        """
        with self.database.reading() as connection:
            return journal.changes(connection, after, limit)

    def trim_journal(self, before: int) -> int:
        """Forget the changes before a position; returns how many there were.

        Keep them back to the position of the oldest generation: what comes behind it is
        needed to bring that generation up to date.
        """
        with self.database.writing() as connection:
            return journal.trim(connection, before)

    def reaches_back_to(self, position: int) -> bool:
        """Whether the journal still holds all that came behind a position."""
        try:
            self.changes(position, 1)
        except ServiceError as error:
            if error.code != "journal_gap":
                raise
            return False
        return True

    def erase(self, ids: Sequence[str]) -> Erased:
        """Remove deleted articles as if they had never been; ``compact`` is to remove their last bytes.

        Their tombstones go, so that nothing holds off a late write any more. Raises
        ``version_conflict`` for one that is not deleted; then nothing is removed.
        """
        with self.database.writing() as connection:
            return erasure.erase(connection, ids, self.time())

    def knows(self, id: str) -> bool:
        """Whether any trace of an article is left: itself, its tombstone, or a change in the journal."""
        with self.database.reading() as connection:
            return record.find(connection, id) is not None or journal.mentions(connection, id)

    def compact(self) -> bool:
        """Write the file anew, without a byte of what was ever removed; False: a reader still holds the old log."""
        return erasure.compact(self.database)

    def verify(self) -> list[str]:
        """Look at every row; a line for each thing that is wrong."""
        return verification.verify(self.database)

    def close(self) -> None:
        """Give back all files; the archive cannot be used any more."""
        self.database.close()

    def time(self) -> str:
        """The present, as rows keep it: ISO 8601 in Tehran's zone."""
        return self.clock().astimezone(TEHRAN).isoformat(timespec="milliseconds")
