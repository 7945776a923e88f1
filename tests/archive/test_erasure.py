"""What was purged is gone: from the tables, from the file, from the log."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.archive import content
from search_service.archive.archive import Archive
from search_service.archive.set_aside import SetAside
from search_service.archive.tasks import Tasks
from search_service.article import Article
from search_service.errors import ServiceError

Make = Callable[..., Article]


def files(path: Path) -> bytes:
    """Every byte that the archive keeps on the disk."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def long_text(seed: int) -> str:
    """A text that does not compress to nothing, longer than a page."""
    letters = random.Random(seed)
    return " ".join("".join(letters.choices("ابپتجچحدرزسشعفقکگلمنوهی", k=6)) for _ in range(3000))


def test_no_byte_of_a_purged_article_is_left_in_any_file(archive: Archive, article: Make, path: Path) -> None:
    archive.write([article(f"kept-{n}", body=long_text(n)) for n in range(20)])
    versions = [article("secret-id", title="راز", body=long_text(100 + n)) for n in range(4)]
    for each in versions:
        archive.write([each])
        archive.write([article("kept-3", title=each.body[:20])])
    SetAside(archive).put(1, "secret-id", 4, "secret-id failed", 3)
    task = Tasks(archive).start("purge", ids=["secret-id"])
    traces = [b"secret-id"]
    for each in versions:
        stored = content.encode(each)
        traces += [stored[at : at + 24] for at in range(100, len(stored) - 24, 1000)]
    before = files(path)
    assert sum(trace in before for trace in traces) > len(traces) / 2
    archive.delete("secret-id")
    assert archive.erase(["secret-id"]).changes == 5
    assert archive.compact()
    after = files(path)
    assert [trace for trace in traces if trace in after] == []
    assert not archive.knows("secret-id")
    assert Tasks(archive).get(task).arguments == {}
    assert (archive.count(), archive.verify()) == (20, [])
    assert archive.get("kept-7") == article("kept-7", body=long_text(7), version=1)


def test_the_journal_has_no_gap_where_a_purged_article_was(archive: Archive, article: Make) -> None:
    archive.write([article("a"), article("b"), article("a", title="x"), article("c")])
    archive.delete("a")
    archive.erase(["a"])
    changes = archive.changes(0, 100)
    assert [change.position for change in changes] == [1, 2, 3, 4, 5]
    assert [change.id for change in changes] == [None, "b", None, "c", None]
    assert archive.verify() == []
    assert archive.write([article("a")])[0].version == 1


def test_an_article_that_is_not_deleted_is_not_erased(archive: Archive, article: Make) -> None:
    archive.write([article("a"), article("b")])
    archive.delete("a")
    with pytest.raises(ServiceError) as error:
        archive.erase(["a", "b"])
    assert error.value.code == "version_conflict"
    assert archive.version("a") == 2


def test_the_last_bytes_are_not_forgotten_when_the_process_dies(archive: Archive, article: Make) -> None:
    archive.write([article("a")])
    archive.delete("a")
    archive.erase(["a"])
    task = Tasks(archive).claim()
    assert task is not None
    assert task.kind == "compact"
