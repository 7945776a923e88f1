"""A file of named flat arrays, mapped into memory.

Layout: a magic word; the arrays, each on a 64-byte boundary, little-endian, in the smallest
integer type that fits; a directory (JSON: where each array is, and of what type); the
CRC-32 of each block of ``BLOCK`` bytes before the directory; and a footer that says where
directory and checksums are and holds the CRC-32 of both.

A reader that maps the file has checked how to read it without reading it all.  What it
then reads is compared with the checksums of its blocks once, when it is first touched: an
array that is taken whole by its name, a large one (``by_block``) where it is looked at.  So
damage is an error to whom it would mislead, and to nobody else.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.storage import MappedFile
from search_service.errors import ServiceError

MAGIC = b"SSARRAY1"
_SHIFT = 16
BLOCK = 1 << _SHIFT
"""Bytes under one checksum."""
SMALL = 1 << 24
"""Bytes that are rather checked at once, in some milliseconds, than asked about again and again."""
FEW = 1 << 10
"""Of so few numbers, each is asked about rather than all between them."""
_ALIGNED = 64
_FOOTER = struct.Struct("<QIII8s")
_UNSIGNED = (np.uint8, np.uint16, np.uint32)
_SIGNED = (np.int8, np.int16, np.int32)

Array = NDArray[Any]


class Sums:
    """The CRC-32 of each block of what is written, and of all of it."""

    def __init__(self) -> None:
        self._sums: list[int] = []
        self._open = 0
        self._held = 0
        self.size = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Count in what comes next."""
        view = memoryview(data).cast("B")
        at = 0
        while at < len(view):
            piece = view[at : at + BLOCK - self._held]
            self._open = zlib.crc32(piece, self._open)
            self._held += len(piece)
            at += len(piece)
            if self._held == BLOCK:
                self._sums.append(self._open)
                self._open = self._held = 0
        self.size += len(view)

    def all(self) -> list[int]:
        """The checksums so far, that of the unfinished block included."""
        return [*self._sums, self._open] if self._held else list(self._sums)


Report = Callable[[ServiceError], object]
"""Told of damage that was found, before it is raised."""


def unreported(error: ServiceError) -> None:
    """Damage that whoever reads may tell of."""


class Blocks:
    """The blocks of a file, and which of them were not compared with their checksums yet.

    Safe for threads: two may check the same block.
    """

    def __init__(
        self, name: str, sums: Array, read: Callable[[int, int], bytes | memoryview], report: Report = unreported
    ) -> None:
        """``read``: gives the bytes between two places of the file."""
        self._name = name
        self._sums = sums
        self._read = read
        self._report = report
        self.doubtful = bytearray(b"\1" * len(sums))
        """A byte a block: 1 until it was checked."""
        self.flags = np.frombuffer(self.doubtful, np.uint8)
        """The same as an array."""

    def __len__(self) -> int:
        return len(self._sums)

    def check(self, start: int, end: int) -> None:
        """Check those blocks of a range of bytes that were not checked before; raises ``index_damaged``."""
        last = ((end - 1) >> _SHIFT) + 1
        block = self.doubtful.find(1, start >> _SHIFT, last)
        while block >= 0:
            self.verify(block)
            block = self.doubtful.find(1, block + 1, last)

    def verify(self, block: int) -> None:
        """Check a block, whether or not it was before; raises ``index_damaged``."""
        at = block << _SHIFT
        if zlib.crc32(self._read(at, at + BLOCK)) != self._sums[block]:
            self.doubtful[block] = 1
            error = ServiceError(
                "index_damaged", f"{self._name} does not match its checksum in the {BLOCK} bytes at {at}."
            )
            self._report(error)
            raise error
        self.doubtful[block] = 0


class BlockArray:
    """An array of a file, of which only what is read is checked, if it is large."""

    __slots__ = ("_array", "_at", "_blocks", "_sure", "_width", "dtype")

    def __init__(self, array: Array, at: int, blocks: Blocks) -> None:
        """``at``: where the array begins in the file; raises ``index_damaged``."""
        self._array = array
        self._at = at
        self._blocks = blocks
        self._width = array.itemsize
        self.dtype = array.dtype
        self._sure = array.nbytes <= SMALL
        if self._sure and len(array):
            blocks.check(at, at + array.nbytes)

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, chosen: slice | NDArray[np.intp]) -> Array:
        """A range with both its ends, or numbers by index; raises ``index_damaged``."""
        if not self._sure:
            if isinstance(chosen, slice):
                if chosen.start < chosen.stop:
                    self._check(chosen.start, chosen.stop)
            elif len(chosen):
                self._check_picked(chosen)
        found: Array = self._array[chosen]
        return found

    def item(self, at: int) -> int:
        """One number; raises ``index_damaged``."""
        if not self._sure:
            self._check(at, at + 1)
        number: int = self._array.item(at)
        return number

    def spanning(self, chosen: NDArray[np.intp]) -> Array:
        """Numbers by index, none of them before the first or behind the last; raises ``index_damaged``."""
        if not self._sure and len(chosen):
            self._check(int(chosen[0]), int(chosen[-1]) + 1)
        found: Array = self._array[chosen]
        return found

    def _check(self, start: int, end: int) -> None:
        first, end = self._at + start * self._width, self._at + end * self._width
        if self._blocks.doubtful.find(1, first >> _SHIFT, ((end - 1) >> _SHIFT) + 1) >= 0:
            self._blocks.check(first, end)

    def _check_picked(self, chosen: NDArray[np.intp]) -> None:
        if len(chosen) > FEW:
            start, end = int(np.min(chosen)), int(np.max(chosen)) + 1
            if (end - start) * self._width <= SMALL:
                self._check(start, end)
                return
        blocks = (chosen * self._width + self._at) >> _SHIFT
        doubtful = self._blocks.flags[blocks]
        if doubtful.any():
            for block in np.unique(blocks[doubtful.nonzero()[0]]).tolist():
                self._blocks.verify(block)


class ArrayWriter:
    """Writes arrays one after the other; ``finish`` makes the file readable."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sums = Sums()
        self._directory: dict[str, tuple[str, int, int]] = {}
        self._write(MAGIC)

    def put(self, name: str, array: Array) -> None:
        """Write an array, in the smallest type that holds its numbers."""
        self._write(bytes(-self._sums.size % _ALIGNED))
        small = np.ascontiguousarray(smallest(array))
        self._directory[name] = (small.dtype.str, self._sums.size, len(small))
        if small.size:
            self._write(memoryview(small.data).cast("B"))

    def finish(self, **more: object) -> None:
        """Write directory and checksums; ``more`` goes into the directory."""
        sums = np.array(self._sums.all(), "<u4").tobytes()
        directory = json.dumps({"arrays": self._directory, **more}).encode()
        tail = directory + sums
        at = self._sums.size
        self._file.write(tail + _FOOTER.pack(at, len(directory), len(sums), zlib.crc32(tail), MAGIC))

    def _write(self, data: bytes | memoryview) -> None:
        self._sums.feed(data)
        self._file.write(data)


class ArrayFile:
    """The arrays of a file; they stay valid as long as anyone holds one."""

    def __init__(self, file: MappedFile, report: Report = unreported) -> None:
        """Reads the directory alone; raises ``index_damaged``."""
        self._file = file
        try:
            at, directory, sums, crc, magic = _FOOTER.unpack(file.end[-_FOOTER.size :])
            within = at - file.size + len(file.end)
            tail = file.end[within : within + directory + sums] if within >= 0 else file.get(at, directory + sums)
            if magic != MAGIC or zlib.crc32(tail) != crc or at + len(tail) + _FOOTER.size != file.size:
                raise ValueError("its directory does not match its checksum")
            self.info: dict[str, Any] = json.loads(tail[:directory])
        except (struct.error, ValueError) as error:
            damage = ServiceError("index_damaged", f"{file.name} cannot be read: {error}.")
            report(damage)
            raise damage from error
        self._arrays: dict[str, tuple[str, int, int]] = self.info["arrays"]
        whole = memoryview(file.map)

        def read(start: int, end: int) -> memoryview:
            return whole[start : min(end, at)]

        self.blocks = Blocks(file.name, np.frombuffer(tail, "<u4", offset=directory), read, report)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        """An array, all of it checked; raises ``index_damaged``."""
        array, at = self._find(name)
        if array.size:
            self.blocks.check(at, at + array.nbytes)
        return array

    def by_block(self, name: str, dtype: str | None = None) -> BlockArray:
        """An array that is checked where it is read, if it is large; for ranges and indexes.

        ``dtype``: what its bytes are taken as, if not as what they were written; the last number
        may reach beyond them, into what the file has behind all arrays at the latest.
        """
        array, at = self._find(name)
        if dtype is not None:
            size = -(-array.nbytes // np.dtype(dtype).itemsize)
            array = np.frombuffer(self._file.map, dtype, size, at) if size else np.empty(0, dtype)
        return BlockArray(array, at, self.blocks)

    def size(self, name: str) -> int:
        """How many numbers an array has."""
        return self._arrays[name][2]

    def verify(self) -> None:
        """Check everything; raises ``index_damaged``."""
        for block in range(len(self.blocks)):
            self.blocks.verify(block)

    def _find(self, name: str) -> tuple[Array, int]:
        dtype, at, size = self._arrays[name]
        return (np.frombuffer(self._file.map, dtype, size, at) if size else np.empty(0, dtype)), at


def smallest(array: Array) -> Array:
    """The same integers in the smallest type that holds them; other types as they are."""
    if array.dtype.kind not in "iu" or not array.size:
        return array
    least, most = int(array.min()), int(array.max())
    for dtype in _UNSIGNED if least >= 0 else _SIGNED:
        limits = np.iinfo(dtype)
        if limits.min <= least and most <= limits.max:
            return array.astype(dtype, copy=False)
    return array
