"""What the archive promises to whoever writes to it and reads from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.archive.journal import Change
from search_service.archive.receipt import Receipt
from search_service.article import MAX_VERSION, Article
from search_service.errors import ServiceError

Make = Callable[..., Article]


def states(receipts: list[Receipt]) -> list[str]:
    return [receipt.state for receipt in receipts]


def test_a_new_article_is_added_as_version_one_with_a_journal_row(archive: Archive, article: Make) -> None:
    receipts = archive.write([article("a"), article("b")])
    assert receipts == [Receipt("a", 1, 1, "added"), Receipt("b", 1, 2, "added")]
    assert archive.changes(0, 10) == [Change(1, "a"), Change(2, "b")]
    assert archive.position() == 2


def test_it_comes_back_with_its_version(archive: Archive, article: Make) -> None:
    written = article("a", body="متن", categories=["ایران", "جهان"], published="1402/06/28 14:05", extra={"n": 1})
    archive.write([written])
    assert archive.get("a") == written.model_copy(update={"version": 1})


def test_text_that_looks_like_markup_after_the_door_stays_text(archive: Archive, article: Make) -> None:
    archive.write([article("a", body="برچسب &lt;b&gt; پررنگ می‌کند")])
    found = archive.get("a")
    assert found is not None
    assert found.body == "برچسب <b> پررنگ می‌کند"


def test_a_changed_article_is_counted_on(archive: Archive, article: Make) -> None:
    archive.write([article("a", "یک")])
    assert archive.write([article("a", "دو")]) == [Receipt("a", 2, 2, "updated")]


def test_the_same_article_again_is_unchanged_and_costs_no_journal_row(archive: Archive, article: Make) -> None:
    archive.write([article("a", version=7)])
    assert archive.write([article("a"), article("a", version=7)]) == [Receipt("a", 7, 1, "unchanged")] * 2
    assert archive.position() == 1


def test_the_same_article_in_a_higher_version_is_an_update(archive: Archive, article: Make) -> None:
    archive.write([article("a", version=3)])
    assert archive.write([article("a", version=9)]) == [Receipt("a", 9, 2, "updated")]
    assert archive.write([article("a", "دیگر", version=8)])[0].state == "refused"


@pytest.mark.parametrize("version", [0, 4, 5])
def test_an_older_version_or_other_content_of_the_same_is_refused_and_changes_nothing(
    archive: Archive, article: Make, version: int
) -> None:
    archive.write([article("a", "یک", version=5)])
    (receipt,) = archive.write([article("a", "دو", version=version)])
    assert (receipt.state, receipt.version, receipt.position) == ("refused", 5, 1)
    assert receipt.error is not None
    assert receipt.error.code == "version_conflict"
    assert archive.get("a") == article("a", "یک", version=5)
    assert archive.position() == 1


def test_a_refused_article_does_not_hold_back_the_others(archive: Archive, article: Make) -> None:
    archive.write([article("b", version=5)])
    receipts = archive.write([article("a"), article("b", "کهنه", version=4), article("c")])
    assert states(receipts) == ["added", "refused", "added"]
    assert archive.get("c") is not None


def test_an_id_twice_in_one_call_works_in_order(archive: Archive, article: Make) -> None:
    receipts = archive.write(
        [article("a", "یک"), article("a", "دو"), article("a", "دو"), article("a", "سه", version=9)]
    )
    assert [(receipt.state, receipt.version, receipt.position) for receipt in receipts] == [
        ("added", 1, 1),
        ("updated", 2, 2),
        ("unchanged", 2, 2),
        ("updated", 9, 3),
    ]
    assert archive.get("a") == article("a", "سه", version=9)


def test_nothing_to_write_is_nothing_written(archive: Archive) -> None:
    assert archive.write([]) == []
    assert archive.position() == 0


def test_a_deleted_article_is_gone_and_leaves_a_tombstone(archive: Archive, article: Make) -> None:
    archive.write([article("a")])
    assert archive.delete("a") == Receipt("a", 2, 2, "deleted")
    assert archive.get("a") is None
    assert archive.version("a") == 2
    assert archive.load(["a"]) == {}
    assert archive.scan() == []
    assert archive.changes(1, 10) == [Change(2, "a")]


def test_deleting_a_deleted_article_is_unchanged(archive: Archive, article: Make) -> None:
    archive.write([article("a")])
    archive.delete("a", 4)
    assert archive.delete("a") == Receipt("a", 4, 2, "unchanged")
    assert archive.delete("a", 4) == Receipt("a", 4, 2, "unchanged")


def test_a_deletion_in_a_higher_version_keeps_out_what_lies_between(archive: Archive, article: Make) -> None:
    archive.write([article("a")])
    archive.delete("a", 4)
    assert archive.delete("a", 9) == Receipt("a", 9, 3, "deleted")
    assert archive.write([article("a", version=8)])[0].state == "refused"


def test_an_article_after_its_tombstone_needs_a_higher_version(archive: Archive, article: Make) -> None:
    archive.write([article("a", version=4)])
    archive.delete("a")
    assert states(archive.write([article("a", version=4), article("a", version=5)])) == ["refused", "refused"]
    assert archive.write([article("a")]) == [Receipt("a", 6, 3, "added")]
    archive.delete("a", 8)
    assert archive.write([article("a", version=9)]) == [Receipt("a", 9, 5, "added")]


def test_what_never_was_cannot_be_deleted(archive: Archive) -> None:
    with pytest.raises(ServiceError) as error:
        archive.delete("a")
    assert error.value.code == "article_unknown"
    assert archive.version("a") is None
    assert archive.position() == 0


@pytest.mark.parametrize("version", [3, 2])
def test_a_late_deletion_is_refused(archive: Archive, article: Make, version: int) -> None:
    archive.write([article("a", version=3)])
    with pytest.raises(ServiceError) as error:
        archive.delete("a", version)
    assert error.value.code == "version_conflict"
    assert archive.get("a") is not None


@pytest.mark.parametrize("version", [-1, MAX_VERSION + 1])
def test_a_version_out_of_range_is_refused(archive: Archive, article: Make, version: int) -> None:
    archive.write([article("a")])
    with pytest.raises(ServiceError) as error:
        archive.delete("a", version)
    assert (error.value.code, error.value.field) == ("article_invalid", "version")


def test_the_highest_version_is_not_counted_past(archive: Archive, article: Make) -> None:
    archive.write([article("a", version=MAX_VERSION)])
    assert states(archive.write([article("a"), article("a", "دیگر")])) == ["unchanged", "refused"]


def test_an_article_of_the_highest_version_can_still_be_deleted_and_erased(archive: Archive, article: Make) -> None:
    archive.write([article("a", version=MAX_VERSION)])
    receipt = archive.delete("a")
    assert (receipt.state, receipt.version, receipt.position) == ("deleted", MAX_VERSION, 2)
    assert archive.get("a") is None
    assert archive.delete("a").state == "unchanged"
    assert states(archive.write([article("a")])) == ["refused"]
    assert archive.verify() == []
    archive.erase(["a"])
    assert states(archive.write([article("a")])) == ["added"]


def test_articles_are_loaded_by_id_without_the_deleted_and_unknown(archive: Archive, article: Make) -> None:
    archive.write([article("a"), article("b"), article("c")])
    archive.delete("b")
    assert archive.load(["c", "b", "x", "a"]) == {"a": article("a", version=1), "c": article("c", version=1)}


def test_all_articles_are_walked_through_in_the_order_of_their_ids(archive: Archive, article: Make) -> None:
    ids = ["z", "خبر", "a/2", "a/10", "Z"]
    archive.write([article(id) for id in ids])
    seen: list[str] = []
    while page := archive.scan(after=seen[-1] if seen else "", limit=2):
        seen.extend(found.id for found in page)
    assert seen == sorted(ids)


def test_live_articles_and_their_categories_are_counted(archive: Archive, article: Make) -> None:
    archive.write([article("a", categories=["ایران", "جهان"]), article("b", categories=["جهان"]), article("c")])
    assert archive.count() == 3
    assert archive.categories() == [("جهان", 2), ("ایران", 1)]
    archive.write([article("a", categories=["بین‌الملل"])])
    archive.delete("b")
    assert archive.count() == 2
    assert archive.categories() == [("بین‌الملل", 1)]


def test_an_empty_archive_holds_nothing(archive: Archive) -> None:
    assert archive.get("a") is None
    assert (archive.count(), archive.position(), archive.categories()) == (0, 0, [])
    assert archive.changes(0, 10) == []


@pytest.mark.parametrize("id", ["\ud800", "", "a" * 10_000, "' OR 1=1 --", "a\0b"])
def test_an_id_that_no_article_can_have_is_not_there(archive: Archive, id: str) -> None:
    assert archive.get(id) is None
    assert archive.load([id]) == {}


def test_everything_is_there_after_reopening(archive: Archive, article: Make, path: Path) -> None:
    archive.write([article("a", categories=["ایران"]), article("b")])
    archive.delete("b")
    archive.close()
    again = Archive.open(path)
    assert again.get("a") == article("a", categories=["ایران"], version=1)
    assert (again.version("b"), again.position(), again.count()) == (2, 3, 1)
    assert again.verify() == []
    again.close()


def test_rows_bear_the_time_of_the_given_clock(path: Path, article: Make) -> None:
    archive = Archive.open(path, lambda: datetime(2023, 9, 19, 10, 35, tzinfo=UTC))
    archive.write([article("a")])
    with archive.database.reading() as connection:
        (written,) = connection.execute("SELECT written FROM journal").fetchone()
    assert written == "2023-09-19T14:05:00.000+03:30"
    archive.close()


def test_a_closed_archive_says_so(archive: Archive) -> None:
    archive.close()
    with pytest.raises(ValueError, match="closed"):
        archive.position()
