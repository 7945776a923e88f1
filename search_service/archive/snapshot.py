"""A snapshot: one file that holds the archive at one moment, and can be made an archive again.

Lines of JSON in a sealed file (``sealed.py``).  The first is the manifest; then one line
for each article, in the order of ids: ``{"id", "version", "written", "article"}``, where
``article`` is null for a tombstone.  Keys and tasks are no part of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from search_service.archive import content, counts, journal, record, sealed
from search_service.archive.archive import Archive
from search_service.archive.record import Record
from search_service.article import MAX_VERSION, Article
from search_service.errors import ServiceError

FORMAT = "search-service snapshot"
VERSION = 1

Progress = Callable[[int, int], object]
"""Called with how many articles are done, and how many there are."""
TOLD_EVERY = 500


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself."""

    created: str
    """ISO 8601."""
    position: int
    """Of the journal, when it was taken."""
    articles: int
    tombstones: int


def write(archive: Archive, path: Path, progress: Progress = lambda done, total: None) -> Manifest:
    """Write one consistent state of the archive, while writes go on; an old file of this name is replaced at the end.

    Raises ``archive_damaged`` when a row is not as it was written, ``folder_not_writable``.
    """
    with archive.database.reading() as connection:
        articles = counts.articles(connection)
        (rows,) = connection.execute("SELECT count(id) FROM articles").fetchone()
        manifest = Manifest(archive.time(), journal.last(connection), articles, rows - articles)
        sealed.write(path, _written(manifest, connection, rows, progress))
    return manifest


def _written(manifest: Manifest, connection: sqlite3.Connection, rows: int, progress: Progress) -> Iterator[bytes]:
    yield _line({"format": FORMAT, "version": VERSION, **asdict(manifest)})
    for done, each in enumerate(record.everything(connection), 1):
        article = None if each.content is None else content.fields(each.content)
        yield _line({"id": each.id, "version": each.version, "written": each.written, "article": article})
        if done % TOLD_EVERY == 0:
            progress(done, rows)


def read(path: Path, progress: Progress = lambda done, total: None) -> tuple[Manifest, Iterator[Record]]:
    """What the snapshot says of itself, and its records; their positions are their numbers in the file, from 1.

    The records are sound only once the last has come: until then ``snapshot_damaged``
    may be raised. Raises ``snapshot_incompatible`` for one of a newer version.
    """
    lines = sealed.read(path)
    manifest = _manifest(path, next(lines, b""))
    return manifest, _records(path, manifest, lines, progress)


def _manifest(path: Path, line: bytes) -> Manifest:
    fields = _object(path, 1, line)
    version = fields.get("version")
    if fields.get("format") != FORMAT or not isinstance(version, int):
        raise ServiceError("snapshot_damaged", f"{path} is not a snapshot of this service")
    if version > VERSION:
        raise ServiceError("snapshot_incompatible", f"{path} has format {version}; this program knows up to {VERSION}")
    numbers = [fields.get(name) for name in ("position", "articles", "tombstones")]
    created = fields.get("created")
    if not isinstance(created, str) or not all(_is_count(number) for number in numbers):
        raise _wrong(path, 1, "the manifest is not one")
    return Manifest(created, *numbers)  # type: ignore[arg-type]  # checked above


def _records(path: Path, manifest: Manifest, lines: Iterator[bytes], progress: Progress) -> Iterator[Record]:
    total = manifest.articles + manifest.tombstones
    live = done = 0
    last = ""
    for done, line in enumerate(lines, 1):
        if done > total:
            raise _wrong(path, done + 1, f"the manifest speaks of {total} articles and tombstones only")
        found = _record(path, done, line)
        if found.id <= last:
            raise _wrong(path, done + 1, "the ids are not in order")
        last = found.id
        live += found.content is not None
        yield found
        if done % TOLD_EVERY == 0:
            progress(done, total)
    if (live, done) != (manifest.articles, total):
        raise _wrong(path, done + 1, f"{manifest.articles} articles were announced, and {live} are there")


def _record(path: Path, number: int, line: bytes) -> Record:
    """The record in a line, through the same door as any stored article."""
    fields = _object(path, number + 1, line)
    if fields.keys() != {"id", "version", "written", "article"}:
        raise _wrong(path, number + 1, "it does not hold id, version, written and article")
    id, version, written, article = (fields[name] for name in ("id", "version", "written", "article"))
    try:
        if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= MAX_VERSION:
            raise ValueError("the version is not one")
        if not isinstance(written, str):
            raise ValueError("the time is not one")
        datetime.fromisoformat(written)
        # A tombstone's id passes the same door.
        given = {"id": id, "title": "-"} if article is None else article
        if not isinstance(given, dict) or given.get("id") != id:
            raise ValueError("the article is not one, or another one")
        stored = Article.stored(given)
        if stored.id != id:
            raise ValueError("the id is not one")
        return Record(id, version, number, written, None if article is None else content.encode(stored))
    except (ValueError, ServiceError) as error:
        raise _wrong(path, number + 1, str(error)) from None


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _wrong(path, number, "it is not a JSON object")
    return value


def _wrong(path: Path, number: int, what: str) -> ServiceError:
    return ServiceError("snapshot_damaged", f"{path}, line {number}: {what}")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
