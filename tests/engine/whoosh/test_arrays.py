"""A file of arrays: small, checked block by block, never misread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search_service.engine.whoosh import arrays
from search_service.engine.whoosh.arrays import BLOCK, ArrayFile, ArrayWriter, smallest
from search_service.engine.whoosh.storage import IndexStorage
from search_service.errors import ServiceError

_HEAD = 64
"""Where the first array begins."""


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
    file = opened(path)
    assert file["numbers"].tolist() == list(range(BLOCK))
    assert file["numbers"].dtype == np.uint16
    assert file["none"].tolist() == []
    assert "numbers" in file
    assert "other" not in file
    assert len(file.blocks) > 2
    assert file.size("numbers") == BLOCK
    file.verify()
    with pytest.raises(KeyError):
        file["other"]


def flip(path: Path, at: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])


def test_a_flipped_byte_is_found_in_its_block(path: Path) -> None:
    flip(path, 2 * BLOCK + 5)
    file = opened(path)
    for block in range(2):
        file.blocks.verify(block)
    with pytest.raises(ServiceError) as error:
        file.verify()
    assert f"{BLOCK} bytes at {2 * BLOCK}" in error.value.detail


def test_what_is_taken_whole_is_checked_whole_and_nothing_else_is(path: Path) -> None:
    flip(path, 2 * BLOCK + 5)
    file = opened(path)
    assert not file["zeros"].any()  # in the first block, and a bit of the second
    with pytest.raises(ServiceError, match=f"{BLOCK} bytes at {2 * BLOCK}"):
        file["numbers"]


# "numbers" begins with the 65664th byte of the file; two bytes each.
@pytest.mark.parametrize(
    ("chosen", "damaged"),
    [
        (slice(0, 32000), False),
        (slice(32000, 33000), True),
        (slice(9, 9), False),
        (np.array([3, 31999, 17]), False),
        (np.array([3, 60000, 32800]), True),
        (np.array([], np.intp), False),
    ],
)
def test_of_a_large_array_only_what_is_read_is_checked(
    path: Path, chosen: slice | NDArray[np.intp], damaged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "SMALL", BLOCK)
    flip(path, 2 * BLOCK + 5)
    told: list[ServiceError] = []
    numbers = ArrayFile(IndexStorage(path.parent).open_file(path.name), told.append).by_block("numbers")
    assert len(numbers) == BLOCK
    if damaged:
        for _ in range(2):
            with pytest.raises(ServiceError, match=f"at {2 * BLOCK}"):
                numbers[chosen]
    else:
        assert numbers[chosen].tolist() == np.arange(BLOCK)[chosen].tolist()
    assert len(told) == 2 * damaged


def test_of_numbers_picked_far_apart_only_their_blocks_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "SMALL", BLOCK)
    with IndexStorage(tmp_path).create("x") as file:
        writer = ArrayWriter(file)
        writer.put("numbers", np.arange(1 << 22))
        writer.finish()
    flip(tmp_path / "x", 100 * BLOCK + 5)
    numbers = opened(tmp_path / "x").by_block("numbers")
    far = np.array([5, 1 << 21, (1 << 22) - 1])
    assert numbers[far].tolist() == far.tolist()
    with pytest.raises(ServiceError, match=f"at {100 * BLOCK}"):
        numbers[np.append(far, 100 * BLOCK // 4)]


def test_between_numbers_that_ascend_all_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "SMALL", BLOCK)
    with IndexStorage(tmp_path).create("x") as file:
        writer = ArrayWriter(file)
        writer.put("numbers", np.arange(4 * BLOCK))
        writer.finish()
    flip(tmp_path / "x", 5 * BLOCK + 5)
    for dtype, width in ((None, 4), ("<u8", 8)):
        numbers = opened(tmp_path / "x").by_block("numbers", dtype)
        before = np.array([0, 3, 5 * BLOCK // width - _HEAD // width - 1])
        after = np.array([6 * BLOCK // width, len(numbers) - 1])
        for sure in (before, after, before[:0]):
            assert len(numbers.spanning(sure)) == len(sure)
        for doubtful in (np.append(before, after), np.array([5 * BLOCK // width])):
            with pytest.raises(ServiceError, match=f"at {5 * BLOCK}"):
                numbers.spanning(doubtful)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, BLOCK - 64, BLOCK - 63, BLOCK + 1])
def test_bytes_are_read_as_wider_numbers_the_last_of_which_may_reach_beyond_them(size: int, tmp_path: Path) -> None:
    with IndexStorage(tmp_path).create("x") as file:
        writer = ArrayWriter(file)
        writer.put("bytes", np.arange(size) % 251)
        writer.finish()
    words = opened(tmp_path / "x").by_block("bytes", "<u8")
    assert len(words) == -(-size // 8)
    found = words.spanning(np.arange(len(words))).view(np.uint8)
    assert found[:size].tolist() == [each % 251 for each in range(size)]


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
