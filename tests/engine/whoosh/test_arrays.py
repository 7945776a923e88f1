"""A file of arrays: small, checked block by block, never misread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.engine.whoosh.arrays import BLOCK, ArrayFile, ArrayWriter, smallest
from search_service.engine.whoosh.storage import IndexStorage
from search_service.errors import ServiceError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of several blocks."""
    with IndexStorage(tmp_path).create("x") as file:
        writer = ArrayWriter(file)
        writer.put("zeros", np.zeros(BLOCK, np.int64))
        writer.put("none", np.empty(0, np.int64))
        writer.put("numbers", np.arange(BLOCK))
        writer.finish()
    return tmp_path / "x"


def opened(path: Path) -> ArrayFile:
    return ArrayFile(IndexStorage(path.parent).open_file(path.name))


def test_arrays_are_read_as_they_were_written(path: Path) -> None:
    arrays = opened(path)
    assert arrays["numbers"].tolist() == list(range(BLOCK))
    assert arrays["numbers"].dtype == np.uint16
    assert arrays["none"].tolist() == []
    assert "numbers" in arrays
    assert "other" not in arrays
    assert arrays.blocks > 2
    arrays.verify()
    with pytest.raises(KeyError):
        arrays["other"]


def test_a_flipped_byte_is_found_in_its_block(path: Path) -> None:
    content = path.read_bytes()
    at = 2 * BLOCK + 5
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    arrays = opened(path)
    arrays.verify(0, 2)
    with pytest.raises(ServiceError) as error:
        arrays.verify()
    assert f"{BLOCK} bytes at {2 * BLOCK}" in error.value.detail


@pytest.mark.parametrize("end", [0, 10, 100, -1, -40])
def test_a_cut_file_is_refused(path: Path, end: int) -> None:
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(ServiceError) as error:
        opened(path)
    assert error.value.code == "index_damaged"


def test_a_flipped_byte_in_the_directory_is_refused(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-60] + bytes([content[-60] ^ 1]) + content[-59:])
    with pytest.raises(ServiceError):
        opened(path)


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300)))
def test_the_smallest_type_holds_all_numbers(numbers: list[int]) -> None:
    assert smallest(np.array(numbers, np.int64)).tolist() == numbers
