"""What could not be indexed is remembered, generation by generation."""

from __future__ import annotations

from search_service.archive.archive import Archive
from search_service.archive.set_aside import MOST_ERROR, SetAside


def test_each_generation_has_its_own(archive: Archive) -> None:
    aside = SetAside(archive)
    aside.put(1, "a", 3, "ValueError: no", 3)
    aside.put(1, "b", 1, "x" * 9999, 3)
    aside.put(2, "a", 3, "ValueError: no", 3)
    assert [(row.id, row.version, row.tries) for row in aside.list(1)] == [("a", 3, 3), ("b", 1, 3)]
    assert len(aside.list(1)[1].error) == MOST_ERROR
    aside.clear(1, ["a", "c"])
    assert (aside.count(1), aside.count(2)) == (1, 1)
    aside.keep([2])
    assert (aside.count(1), aside.count(2)) == (0, 1)


def test_the_same_again_is_one(archive: Archive) -> None:
    aside = SetAside(archive)
    aside.put(1, "a", 3, "one", 3)
    aside.put(1, "a", 4, "two", 3)
    assert [(row.version, row.error) for row in aside.list(1)] == [(4, "two")]
    assert archive.verify() == []
