"""Damage is noticed by ``verify``, and never answers in silence."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search_service.archive import counts
from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.archive.tasks import Tasks
from search_service.article import Article
from search_service.errors import ServiceError

Make = Callable[..., Article]
IDS = [f"https://example.com/{number:02}" for number in range(24)]


@pytest.fixture
def full(archive: Archive, article: Make) -> Archive:
    """An archive with something in every table, tombstones too."""
    for number, id in enumerate(IDS):
        archive.write([article(id, body=f"متن خبر {number} " * 30, categories=["ایران", f"دسته {number % 5}"])])
    archive.delete(IDS[3])
    Keys(archive).create("cms", ["write"])
    Tasks(archive).start("reindex")
    return archive


def answers(archive: Archive) -> dict[object, Any]:
    """All that can be asked; an error in place of an answer is its code."""
    questions: dict[object, Callable[[], Any]] = {
        **{("get", id): lambda id=id: archive.get(id) for id in [*IDS, "other"]},  # type: ignore[misc]
        **{("version", id): lambda id=id: archive.version(id) for id in [*IDS, "other"]},  # type: ignore[misc]
        "scan": archive.scan,
        "load": lambda: archive.load(IDS),
        "changes": lambda: archive.changes(0, 1000),
        "position": archive.position,
        "count": archive.count,
        "categories": archive.categories,
        "keys": Keys(archive).list,
        "tasks": Tasks(archive).list,
    }
    found: dict[object, Any] = {}
    for name, ask in questions.items():
        try:
            found[name] = ask()
        except ServiceError as error:
            found[name] = error.code
    return found


def test_a_sound_archive_has_nothing_wrong(full: Archive) -> None:
    assert full.verify() == []


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE articles SET version = 9 WHERE id LIKE '%/05'", "article 'https://example.com/05': the row"),
        ("UPDATE articles SET content = zeroblob(99) WHERE id LIKE '%/05'", "article 'https://example.com/05'"),
        ("UPDATE articles SET content = NULL WHERE id LIKE '%/05'", "article 'https://example.com/05'"),
        ("DELETE FROM articles WHERE id LIKE '%/05'", "article 'https://example.com/05': its newest change is 6"),
        ("UPDATE journal SET id = 'x' WHERE position = 4", "change 4: the row"),
        ("DELETE FROM journal WHERE position = 4", "journal: 1 changes between 1 and 25 are lost"),
        ("DELETE FROM journal WHERE position = 25", "change 24: the newest change is another one"),
        ("UPDATE counts SET value = 9 WHERE name = 'articles'", "count 'articles': the row"),
        ("DELETE FROM counts WHERE name = 'category:ایران'", "count 'labels'"),
        ("UPDATE keys SET scopes = 'admin'", "the row does not match its checksum"),
        ("UPDATE tasks SET state = 'done'", "task 1: the row"),
    ],
)
def test_what_was_changed_behind_its_back_is_named(full: Archive, statement: str, line: str) -> None:
    with full.database.writing() as connection:
        connection.execute(statement)
    lines = full.verify()
    assert any(line in found for found in lines), lines


def test_a_count_that_went_astray_is_named(full: Archive) -> None:
    with full.database.writing() as connection:
        counts.add(connection, {"category:ایران": 2})
    assert full.verify() == ["count 'category:ایران': 25 are counted, but there are 23"]


def test_a_damaged_article_is_refused_by_name_wherever_it_is_read(full: Archive, article: Make) -> None:
    with full.database.writing() as connection:
        connection.execute("UPDATE articles SET content = zeroblob(99) WHERE id = ?", (IDS[5],))
    uses: list[Callable[[], object]] = [
        lambda: full.get(IDS[5]),
        lambda: full.version(IDS[5]),
        lambda: full.load([IDS[5]]),
        lambda: full.delete(IDS[5]),
        full.scan,
    ]
    for use in uses:
        with pytest.raises(ServiceError, match=IDS[5]) as error:
            use()
        assert error.value.code == "archive_damaged"
    first, second = full.write([article(IDS[5]), article("new")])
    assert (first.state, second.state) == ("refused", "added")
    assert first.error is not None
    assert first.error.code == "archive_damaged"
    assert full.get(IDS[6]) is not None


def assert_noticed(path: Path, damaged: bytearray, true: dict[object, Any]) -> None:
    """Every answer is true or an error; where one is an error, ``verify`` has something to say."""
    path.write_bytes(damaged)
    try:
        archive = Archive.open(path)
    except ServiceError as error:
        assert error.code in ("archive_damaged", "archive_incompatible")  # noqa: PT017
        return
    lines = archive.verify()
    for question, answer in answers(archive).items():
        if answer != true[question]:
            assert answer in ("archive_damaged", "journal_gap"), question
            assert lines, question
    archive.close()


def test_flipped_bits_and_zeroed_sectors_are_noticed_and_never_answer_in_silence(full: Archive, path: Path) -> None:
    true = answers(full)
    full.close()
    sound = path.read_bytes()
    chance = random.Random(7)
    for _ in range(100):
        damaged = bytearray(sound)
        at = chance.randrange(len(sound))
        if chance.random() < 0.8:
            damaged[at] ^= 1 << chance.randrange(8)
        else:
            at -= at % 512
            damaged[at : at + 512] = bytes(512)
        assert_noticed(path, damaged, true)


def test_a_damaged_index_of_ids_hides_no_article(full: Archive, path: Path) -> None:
    true = answers(full)
    with full.database.reading() as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ids'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    full.close()
    sound = path.read_bytes()
    start = (page - 1) * size
    # The page's header and the pointers to its entries: what leads a search astray.
    for at in [*range(8), *range(8, 8 + 2 * len(IDS), 3)]:
        for bit in (0, 4):
            damaged = bytearray(sound)
            damaged[start + at] ^= 1 << bit
            assert_noticed(path, damaged, true)
