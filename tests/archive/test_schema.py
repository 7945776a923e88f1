"""Archives of other versions, and files that are no archives."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.archive import schema
from search_service.archive.archive import Archive
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
