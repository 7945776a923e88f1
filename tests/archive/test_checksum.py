"""A row's checksum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.archive.checksum import check, checksum
from search_service.errors import ServiceError

VALUES = st.lists(st.none() | st.integers() | st.text(st.characters(codec="utf-8")) | st.binary(), max_size=4)


@given(VALUES, VALUES)
def test_rows_have_one_checksum_only_if_they_are_equal(one: list, other: list) -> None:  # type: ignore[type-arg]
    assert (checksum("article", *one) == checksum("article", *other)) == (one == other)


def test_a_row_does_not_pass_as_one_of_another_table() -> None:
    assert checksum("article", "a", 1) != checksum("change", "a", 1)


def test_a_damaged_row_is_named() -> None:
    with pytest.raises(ServiceError, match="article 'a': the row does not match its checksum") as error:
        check(checksum("article", "a", 1), "article", "a", 2)
    assert error.value.code == "archive_damaged"
