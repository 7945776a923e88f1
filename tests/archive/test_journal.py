"""The order of all changes, kept back as far as it is needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search_service.archive.archive import Archive
from search_service.archive.journal import Change
from search_service.article import Article
from search_service.errors import ServiceError

Make = Callable[..., Article]


def test_changes_are_read_piece_by_piece(archive: Archive, article: Make) -> None:
    archive.write([article(id) for id in "abcde"])
    assert archive.changes(0, 2) == [Change(1, "a"), Change(2, "b")]
    assert archive.changes(2, 2) == [Change(3, "c"), Change(4, "d")]
    assert archive.changes(4, 2) == [Change(5, "e")]
    assert archive.changes(5, 2) == []


def test_a_trimmed_journal_keeps_what_comes_behind(archive: Archive, article: Make) -> None:
    archive.write([article(id) for id in "abcde"])
    assert archive.trim_journal(4) == 3
    assert archive.changes(3, 10) == [Change(4, "d"), Change(5, "e")]
    assert archive.position() == 5
    assert archive.verify() == []


def test_positions_are_never_given_twice(archive: Archive, article: Make) -> None:
    archive.write([article("a"), article("b")])
    assert archive.trim_journal(100) == 1
    assert archive.position() == 2
    assert archive.write([article("c")])[0].position == 3


@pytest.mark.parametrize("after", [0, 2])
def test_who_needs_more_than_is_kept_is_told_to_rebuild(archive: Archive, article: Make, after: int) -> None:
    archive.write([article(id) for id in "abcde"])
    archive.trim_journal(4)
    with pytest.raises(ServiceError, match="trimmed up to position 3") as error:
        archive.changes(after, 10)
    assert error.value.code == "journal_gap"


def test_an_index_ahead_of_the_archive_is_noticed(archive: Archive, article: Make) -> None:
    archive.write([article("a")])
    with pytest.raises(ServiceError, match="holds position 7, but the archive's newest is 1") as error:
        archive.changes(7, 10)
    assert error.value.code == "journal_gap"


def test_a_lost_change_is_never_passed_over(archive: Archive, article: Make) -> None:
    archive.write([article(id) for id in "abc"])
    with archive.database.writing() as connection:
        connection.execute("DELETE FROM journal WHERE position = 2")
    with pytest.raises(ServiceError, match="change 2: the row is lost"):
        archive.changes(0, 10)
    assert any("lost" in line for line in archive.verify())


def test_a_lost_newest_change_is_noticed_by_all_who_ask(archive: Archive, article: Make) -> None:
    archive.write([article(id) for id in "abc"])
    with archive.database.writing() as connection:
        connection.execute("DELETE FROM journal WHERE position = 3")
    for ask in (archive.position, lambda: archive.changes(2, 10), lambda: archive.write([article("d")])):
        with pytest.raises(ServiceError) as error:
            ask()
        assert error.value.code == "archive_damaged"


def test_a_change_whose_article_is_lost_or_older_is_noticed(archive: Archive, article: Make) -> None:
    archive.write([article("a"), article("b")])
    with archive.database.writing() as connection:
        connection.execute("DELETE FROM articles WHERE id = 'b'")
    with pytest.raises(ServiceError, match="article 'b': its change at position 2 is lost"):
        archive.changes(0, 10)
    assert any("'b'" in line for line in archive.verify())
