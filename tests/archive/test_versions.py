"""Which of two writes is the newer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.archive.versions import next_version
from search_service.article import MAX_VERSION
from search_service.errors import ServiceError

VERSIONS = st.integers(0, MAX_VERSION)


@pytest.mark.parametrize(
    ("last", "asked", "same", "becomes"),
    [
        (4, None, False, 5),
        (4, None, True, None),
        (4, 4, True, None),
        (4, 5, False, 5),
        (4, 5, True, 5),
        (4, MAX_VERSION, False, MAX_VERSION),
    ],
)
def test_a_newer_write_is_taken_and_the_same_again_is_not(
    last: int, asked: int | None, same: bool, becomes: int | None
) -> None:
    assert next_version("a", last, asked, same) == becomes


@pytest.mark.parametrize(
    ("last", "asked", "same"), [(4, 3, False), (4, 3, True), (4, 4, False), (MAX_VERSION, None, False)]
)
def test_an_older_or_contradicting_write_is_refused(last: int, asked: int | None, same: bool) -> None:
    with pytest.raises(ServiceError, match="article 'a' is at version") as error:
        next_version("a", last, asked, same)
    assert error.value.code == "version_conflict"
    assert error.value.field == "version"


def test_behind_the_highest_version_comes_a_deletion_alone() -> None:
    assert next_version("a", MAX_VERSION, None, same=False, deletes=True) == MAX_VERSION
    assert next_version("a", MAX_VERSION, None, same=True, deletes=True) is None
    assert next_version("a", 4, None, same=False, deletes=True) == 5


@given(VERSIONS, st.none() | VERSIONS, st.booleans())
def test_a_version_only_ever_grows(last: int, asked: int | None, same: bool) -> None:
    try:
        version = next_version("a", last, asked, same)
    except ServiceError:
        return
    assert version is None or last < version <= MAX_VERSION
