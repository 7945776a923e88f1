"""Archives of other versions, and files that are no archives."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.archive import content, counts, journal, record, schema
from search_service.archive.archive import Archive
from search_service.archive.record import Record
from search_service.archive.set_aside import SetAside
from search_service.article import Article
from search_service.errors import ServiceError

Make = Callable[..., Article]


def test_a_new_archive_bears_its_version_and_mark_and_is_synced(archive: Archive) -> None:
    with archive.database.reading() as connection:
        values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")]
        modes = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert values == [len(schema.STEPS), schema.APPLICATION_ID]
    assert modes == ["wal", 2]


def test_a_newer_archive_is_refused_and_left_alone(archive: Archive, path: Path) -> None:
    archive.close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(schema.STEPS) + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ServiceError, match=re.escape(f"{path} has schema version")) as error:
        Archive.open(path)
    assert error.value.code == "archive_incompatible"
    assert path.read_bytes() == before


def test_an_older_archive_is_brought_forward_with_all_it_holds(
    archive: Archive, article: Make, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write([article("a")])
    archive.close()
    step = ("CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('here')")
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step))
    archive = Archive.open(path)
    assert archive.get("a") is not None
    with archive.database.reading() as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == [("here",)]
    archive.close()
    Archive.open(path).close()


@pytest.mark.parametrize("version", range(1, len(schema.STEPS)))
def test_every_released_version_is_brought_forward(version: int, article: Make, path: Path) -> None:
    """A file as that version made it, with an article that it wrote."""
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    for step in schema.STEPS[:version]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    with_row = Record("old", 7, 1, "2025-01-01T00:00:00+03:30", content.encode(article("old")))
    record.insert(connection, with_row)
    journal.append(connection, 1, "old", 7, with_row.written)
    counts.add(connection, counts.of(()))
    connection.close()
    archive = Archive.open(path)
    assert archive.get("old") == article("old", version=7)
    assert archive.write([article("new")])[0].position == 2
    assert SetAside(archive).count(1) == 0
    assert archive.verify() == []
    archive.close()


def test_a_step_that_fails_leaves_the_older_archive_whole(
    archive: Archive, article: Make, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write([article("a")])
    archive.close()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (*schema.STEPS, ("CREATE TABLE notes (text TEXT)", "no statement")))
        with pytest.raises(ServiceError):
            Archive.open(path)
    archive = Archive.open(path)
    assert archive.get("a") is not None
    with archive.database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'notes'").fetchone() == (0,)
    archive.close()


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE articles (id TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ServiceError, match="not an archive of this service") as error:
        Archive.open(path)
    assert error.value.code == "archive_damaged"
    assert path.read_bytes() == before
