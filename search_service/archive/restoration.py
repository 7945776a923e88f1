"""Restoring a snapshot: all of it is looked at first, then all is put in place in one transaction.

Articles, journal and counts are replaced; keys and tasks stay.  Positions go on from
where they were, so that receipts and indexes of before are never taken for those of now:
an index finds that the journal does not reach back to it, and is rebuilt.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from search_service.archive import content, counts, journal, record, snapshot, write_ahead
from search_service.archive.archive import Archive
from search_service.archive.record import Record
from search_service.archive.snapshot import Manifest, Progress
from search_service.durable import sync
from search_service.errors import ServiceError

_STAGED = ".restoring-"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where the old archive is kept."""

    manifest: Manifest
    kept: Path | None


def restore(
    archive: Archive, path: Path, *, replace: bool = False, progress: Progress = lambda done, total: None
) -> Restored:
    """Make the archive what the snapshot holds; the caller holds the indexer's lock.

    Raises ``archive_not_empty`` unless ``replace`` is given, ``snapshot_damaged``,
    ``snapshot_incompatible``, ``source_unreadable``, ``folder_not_writable``; then
    nothing was changed.
    """
    if archive.position() > 0 and not replace:
        raise ServiceError("archive_not_empty", f"{archive.database.path} holds articles")
    with _staged(archive.database.path) as staged:
        manifest, records = snapshot.read(path, progress)
        with staged:
            staged.execute("BEGIN")
            staged.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", map(_values, records))
        for _ in range(_TRIES):
            position = archive.position()
            kept = _keep_aside(archive) if position else None
            if _replaced(archive, staged, position):
                write_ahead.forget(archive.database.path)
                return Restored(manifest, kept)
            if kept is not None:  # it lacks what was written since
                kept.unlink()
    raise ServiceError("archive_busy", f"{archive.database.path} is written to faster than it can be copied")


def _replaced(archive: Archive, staged: sqlite3.Connection, position: int) -> bool:
    """Put the records in place, unless a write came behind the position."""
    with archive.database.writing() as connection:
        last = journal.last(connection)
        if last != position:
            return False
        for table in ("articles", "journal", "set_aside"):
            connection.execute(f"DELETE FROM {table}")
        # One position is left out: an index of before does not follow on, even one that holds all.
        base = position and position + 1
        found: Counter[str] = Counter()
        rows = staged.execute("SELECT id, version, number, written, content FROM records ORDER BY number")
        for id, version, number, written, packed in rows:
            each = Record(id, version, base + number, written, packed)
            record.insert(connection, each)
            journal.append(connection, each.position, id, version, written)
            last = each.position
            if packed is not None:
                found.update(counts.of(content.categories(packed)))
        if last == position and position:
            # The journal's newest row is never missing, and here it is nobody's.
            journal.append(connection, base + 1, journal.ERASED, 0, archive.time())
        counts.replace(connection, found)
    return True


def _values(each: Record) -> tuple[str, int, int, str, bytes | None]:
    return each.id, each.version, each.position, each.written, each.content


@contextmanager
def _staged(path: Path) -> Iterator[sqlite3.Connection]:
    """A database beside the archive that is gone afterwards; one that a crash left goes, too."""
    for left in path.parent.glob(f"{_STAGED}*"):
        left.unlink()
    file = path.parent / f"{_STAGED}{secrets.token_hex(8)}"
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF").close()
            connection.execute("PRAGMA synchronous = OFF").close()
            connection.execute(
                "CREATE TABLE records"
                " (id TEXT, version INTEGER, number INTEGER PRIMARY KEY, written TEXT, content BLOB)"
            )
            yield connection
    except sqlite3.Error as error:
        raise ServiceError("folder_not_writable", f"{file} cannot be written: {error}") from error
    finally:
        file.unlink(missing_ok=True)


def _keep_aside(archive: Archive) -> Path:
    """A copy of the archive beside it, on the disk; a whole archive, with its keys."""
    path = archive.database.path
    name = f"{path.stem}-replaced-{archive.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(2)}{path.suffix}"
    kept = path.with_name(name)
    try:
        with archive.database.preparing() as connection:
            connection.execute("VACUUM INTO ?", (str(kept),))
        kept.chmod(path.stat().st_mode & 0o777)
        for place in (kept, kept.parent):
            sync(place)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise
    return kept
