"""What a snapshot holds can be made an archive again: all of it or nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_service.archive import restoration, sealed, snapshot
from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.article import Article
from search_service.errors import ServiceError

Make = Callable[..., Article]


def held(archive: Archive) -> dict[str, tuple[int, Article | None]]:
    """All that the archive says of its articles, deleted ones too."""
    with archive.database.reading() as connection:
        ids = [id for (id,) in connection.execute("SELECT id FROM articles")]
    return {id: (archive.version(id) or 0, archive.get(id)) for id in ids}


@pytest.fixture
def full(archive: Archive, article: Make) -> Archive:
    """Articles of all kinds, changed and deleted ones."""
    archive.write([article(f"{n}", body="متن خبر", categories=["ایران", f"دسته {n % 3}"]) for n in range(30)])
    archive.write([article("3", title="تازه", version=9), article("p", status="draft"), article("<b>")])
    archive.write([article("q", title="", body="&lt;b&gt;", extra={"a": [1, None, "«»"]}, published="1402-06-28")])
    archive.delete("4")
    archive.delete("5", 70)
    return archive


@pytest.fixture
def other(tmp_path: Path) -> Any:
    archive = Archive.open(tmp_path / "other" / "archive.sqlite")
    yield archive
    archive.close()


def test_a_restored_archive_holds_the_same_articles_versions_and_tombstones(
    full: Archive, other: Archive, tmp_path: Path
) -> None:
    manifest = snapshot.write(full, tmp_path / "s.gz")
    assert (manifest.articles, manifest.tombstones, manifest.position) == (31, 2, full.position())
    restored = restoration.restore(other, tmp_path / "s.gz")
    assert (restored.manifest, restored.kept) == (manifest, None)
    assert held(other) == held(full)
    assert (other.count(), other.categories()) == (full.count(), full.categories())
    assert other.verify() == []
    assert [change.id for change in other.changes(0, 100)] == sorted(held(full))
    assert not list(other.database.path.parent.glob(".restoring*"))


def test_tombstones_hold_off_late_writes_after_a_restore_too(full: Archive, other: Archive, tmp_path: Path) -> None:
    snapshot.write(full, tmp_path / "s.gz")
    restoration.restore(other, tmp_path / "s.gz")
    (receipt,) = other.write([Article.parse({"id": "5", "title": "late", "version": 69})])
    assert receipt.state == "refused"


def test_a_snapshot_holds_no_keys_and_a_restore_leaves_those_that_are_there(
    full: Archive, other: Archive, tmp_path: Path
) -> None:
    Keys(full).create("theirs", ["admin"])
    key, info = Keys(other).create("ours", ["write"])
    snapshot.write(full, tmp_path / "s.gz")
    assert b"theirs" not in b"".join(sealed.read(tmp_path / "s.gz"))
    restoration.restore(other, tmp_path / "s.gz")
    assert Keys(other).check(key, "write") == info
    assert other.verify() == []


def test_only_an_empty_archive_is_restored_into_unless_told_to_replace(
    full: Archive, other: Archive, article: Make, tmp_path: Path
) -> None:
    snapshot.write(full, tmp_path / "s.gz")
    other.write([article("old"), article("3")])
    before = held(other)
    with pytest.raises(ServiceError) as error:
        restoration.restore(other, tmp_path / "s.gz")
    assert error.value.code == "archive_not_empty"
    assert held(other) == before
    position = other.position()
    restored = restoration.restore(other, tmp_path / "s.gz", replace=True)
    assert held(other) == held(full)
    assert other.verify() == []
    assert not other.reaches_back_to(position)
    assert restored.kept is not None
    kept = Archive.open(restored.kept)
    assert held(kept) == before
    assert kept.verify() == []
    kept.close()


def test_an_empty_snapshot_empties_an_archive(full: Archive, other: Archive, tmp_path: Path) -> None:
    snapshot.write(other, tmp_path / "s.gz")
    position = full.position()
    restoration.restore(full, tmp_path / "s.gz", replace=True)
    assert (held(full), full.count(), full.verify()) == ({}, 0, [])
    assert full.position() > position
    assert not full.reaches_back_to(position)
    assert [change.id for change in full.changes(position + 1, 9)] == [None]


def test_a_snapshot_is_one_moment_while_writes_go_on(archive: Archive, article: Make, tmp_path: Path) -> None:
    archive.write([article(f"{n:04}") for n in range(2000)])
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            archive.write([article("0000", title=f"{n}"), article("1999", title=f"{n}")])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            snapshot.write(archive, tmp_path / "s.gz")
            _, records = snapshot.read(tmp_path / "s.gz")
            found = {record.id: record.article().title for record in records}
            assert found["0000"] == found["1999"]
            assert len(found) == 2000
    finally:
        stop.set()
        writer.join()


def test_damage_in_the_archive_makes_no_snapshot(full: Archive, tmp_path: Path) -> None:
    with full.database.writing() as connection:
        connection.execute("UPDATE articles SET version = 8 WHERE id = '7'")
    with pytest.raises(ServiceError) as error:
        snapshot.write(full, tmp_path / "s.gz")
    assert error.value.code == "archive_damaged"
    assert not (tmp_path / "s.gz").exists()


HEAD = {"format": snapshot.FORMAT, "version": 1, "created": "x", "position": 1, "articles": 1, "tombstones": 0}
GOOD = {"id": "a", "version": 1, "written": "2025-01-01T00:00:00+03:30", "article": {"id": "a", "title": "x"}}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [HEAD],
        [GOOD],
        [HEAD, GOOD, GOOD],
        [HEAD | {"articles": 2}, GOOD],
        [HEAD | {"articles": 2}, GOOD, GOOD],
        [HEAD | {"articles": 0, "tombstones": 1}, GOOD],
        [HEAD | {"articles": -1}, GOOD],
        [HEAD | {"format": "other"}, GOOD],
        [HEAD | {"version": "1"}, GOOD],
        *(
            [HEAD, GOOD | change]
            for change in (
                {"id": "b"},
                {"id": ""},
                {"id": 5},
                {"id": None},
                {"id": "\ud800"},
                {"version": -1},
                {"version": 2**63},
                {"version": True},
                {"version": "1"},
                {"written": "yesterday"},
                {"written": 5},
                {"article": []},
                {"article": {"id": "a"}},
                {"article": {"id": "a", "title": 5}},
                {"article": {"id": "../../a", "title": "x"}},
                {"article": {"id": "a", "title": "\udc00"}},
                {"article": {"id": "a", "title": "x", "extra": {"k": "\udc00"}}},
                {"article": {"id": "a", "title": "x", "extra": {"k": "k" * 20_000}}},
                {"path": "/etc/passwd"},
            )
        ),
        [HEAD | {"articles": 0, "tombstones": 1}, GOOD | {"id": "x" * 300, "article": None}],
    ],
)
def test_what_is_no_snapshot_changes_nothing(lines: list[dict[str, Any]], archive: Archive, tmp_path: Path) -> None:
    sealed.write(tmp_path / "s.gz", [json.dumps(line).encode() for line in lines])
    with pytest.raises(ServiceError) as error:
        restoration.restore(archive, tmp_path / "s.gz")
    assert error.value.code == "snapshot_damaged"
    assert "\n" not in error.value.detail
    assert (archive.position(), held(archive), archive.verify()) == (0, {}, [])


@pytest.mark.parametrize("line", [b"[" * 100_000, b"9" * 10_000, b"\xff", b"", b"null"])
def test_lines_that_are_no_json_objects_change_nothing(line: bytes, archive: Archive, tmp_path: Path) -> None:
    sealed.write(tmp_path / "s.gz", [json.dumps(HEAD).encode(), line])
    with pytest.raises(ServiceError, match=r"line 2") as error:
        restoration.restore(archive, tmp_path / "s.gz")
    assert error.value.code == "snapshot_damaged"
    assert archive.position() == 0


def test_a_newer_format_is_refused(archive: Archive, tmp_path: Path) -> None:
    sealed.write(tmp_path / "s.gz", [json.dumps(HEAD | {"version": 2}).encode()])
    with pytest.raises(ServiceError) as error:
        restoration.restore(archive, tmp_path / "s.gz")
    assert error.value.code == "snapshot_incompatible"


def test_a_flipped_byte_anywhere_changes_nothing(full: Archive, other: Archive, tmp_path: Path) -> None:
    file = tmp_path / "s.gz"
    snapshot.write(full, file)
    whole = file.read_bytes()
    for at in range(0, len(whole), 13):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(ServiceError):
            restoration.restore(other, file)
    assert (other.position(), held(other)) == (0, {})


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(TEXT.map(str.strip).filter(bool), st.tuples(TEXT, st.booleans()), max_size=6))
def test_any_articles_come_back(
    tmp_path_factory: pytest.TempPathFactory, articles: dict[str, tuple[str, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    one, other = Archive.open(folder / "a" / "archive.sqlite"), Archive.open(folder / "b" / "archive.sqlite")
    for id, (title, deleted) in articles.items():
        try:
            one.write([Article.parse({"id": id, "title": title})])
        except ServiceError:
            continue
        if deleted:
            one.delete(id)
    snapshot.write(one, folder / "s.gz")
    restoration.restore(other, folder / "s.gz")
    assert held(other) == held(one)
    one.close()
    other.close()
