"""A sealed file is read as it was written, or not at all."""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import pytest

from search_service.archive import sealed
from search_service.errors import ServiceError

LINES = [b'{"id": "%d"}' % n for n in range(500)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.gz"


def refused(path: Path) -> str:
    with pytest.raises(ServiceError) as error:
        list(sealed.read(path))
    assert error.value.code == "snapshot_damaged"
    return error.value.detail


@pytest.mark.parametrize(
    "lines", [[], [b""], LINES, [b"x" * 3 * sealed.PIECE, b"", b"y"], [os.urandom(999).hex().encode()] * 9]
)
def test_lines_come_back_and_any_tool_reads_them(file: Path, lines: list[bytes]) -> None:
    assert sealed.write(file, lines) == file.stat().st_size
    assert list(sealed.read(file)) == lines
    assert gzip.decompress(file.read_bytes()).split(b"\n")[: len(lines)] == lines


def test_every_flipped_bit_is_noticed(file: Path) -> None:
    sealed.write(file, LINES)
    whole = file.read_bytes()
    for at in range(len(whole)):
        for bit in (1, 128) if at % 8 else range(1):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ (bit or 16)]) + whole[at + 1 :])
            refused(file)


def test_every_missing_or_added_end_is_noticed(file: Path) -> None:
    sealed.write(file, LINES)
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        refused(file)
    for more in (b"\x00", whole[-100:], whole):
        file.write_bytes(whole + more)
        refused(file)


def test_members_that_change_places_are_noticed(file: Path) -> None:
    pieces = [random.Random(n).randbytes(sealed.PIECE).hex().encode() for n in (1, 2)]
    sealed.write(file, pieces)
    whole = file.read_bytes()
    first = len(zlib.compress(pieces[0] + b"\n", sealed.LEVEL, 31))
    second = len(zlib.compress(pieces[1] + b"\n", sealed.LEVEL, 31))
    file.write_bytes(whole[first : first + second] + whole[:first] + whole[first + second :])
    assert "seal" in refused(file)


def test_a_bomb_is_refused_in_bounded_memory(file: Path) -> None:
    bomb = zlib.compress(bytes(100 * 2**20), 9, 31)
    file.write_bytes(bomb * 10 + b"?" * 200)
    tracemalloc.start()
    refused(file)
    assert tracemalloc.get_traced_memory()[1] < 2.5 * sealed.MOST_LINE
    tracemalloc.stop()


def test_what_swells_is_stored_so_that_it_can_be_read_again(file: Path) -> None:
    lines = [b"a" * 1000] * 5000
    sealed.write(file, lines)
    assert list(sealed.read(file)) == lines


def test_a_file_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as error:
        list(sealed.read(tmp_path / "none"))
    assert error.value.code == "source_unreadable"
    with pytest.raises(ServiceError) as error:
        sealed.write(tmp_path / "none" / "file", LINES)
    assert error.value.code == "folder_not_writable"


def test_an_old_file_stays_until_the_new_one_is_whole(file: Path) -> None:
    sealed.write(file, LINES)

    def failing():  # type: ignore[no-untyped-def]
        yield b"one"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        sealed.write(file, failing())
    assert list(sealed.read(file)) == LINES
    assert list(file.parent.iterdir()) == [file]


def test_a_full_disk_is_told_and_leaves_the_old_file(file: Path) -> None:
    sealed.write(file, LINES)
    code = f"""
import os, resource
from pathlib import Path
from search_service.archive import sealed
from search_service.errors import ServiceError
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    sealed.write(Path({str(file)!r}), (os.urandom(500_000).hex().encode() for _ in range(9)))
except ServiceError as error:
    print(error.code)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("folder_not_writable\n", "")
    assert list(sealed.read(file)) == LINES
    assert list(file.parent.iterdir()) == [file]
