"""A file of named flat arrays, mapped into memory.

Layout: a magic word; the arrays, each on a 64-byte boundary, little-endian, in the smallest
integer type that fits; a directory (JSON: where each array is, and of what type); the
CRC-32 of each block of ``BLOCK`` bytes before the directory; and a footer that says where
directory and checksums are and holds the CRC-32 of both.  So a scrub can check any block
alone, and a reader that maps the file has checked how to read it without reading it all.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.storage import MappedFile
from search_service.errors import ServiceError

MAGIC = b"SSARRAY1"
BLOCK = 1 << 16
"""Bytes under one checksum."""
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


def check_blocks(name: str, content: memoryview, sums: Iterable[int], first: int) -> None:
    """Compare blocks from the ``first`` on with their checksums; raises ``index_damaged`` naming the first bad one."""
    for i, expected in enumerate(sums):
        if zlib.crc32(content[i * BLOCK : (i + 1) * BLOCK]) != expected:
            at = (first + i) * BLOCK
            raise ServiceError("index_damaged", f"{name} does not match its checksum in the {BLOCK} bytes at {at}.")


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

    def __init__(self, file: MappedFile) -> None:
        """Reads the directory alone; raises ``index_damaged``."""
        self._name = file._name
        self._file = file
        try:
            footer = file.get(max(0, file.size - _FOOTER.size), _FOOTER.size)
            at, directory, sums, crc, magic = _FOOTER.unpack(footer)
            tail = file.get(at, directory + sums)
            if magic != MAGIC or zlib.crc32(tail) != crc or at + len(tail) + _FOOTER.size != file.size:
                raise ValueError("its directory does not match its checksum")
            self.info: dict[str, Any] = json.loads(tail[:directory])
        except (struct.error, ValueError) as error:
            raise ServiceError("index_damaged", f"{self._name} cannot be read: {error}.") from error
        self._covered = at
        self._sums = np.frombuffer(tail, "<u4", offset=directory).tolist()
        self._arrays: dict[str, tuple[str, int, int]] = self.info["arrays"]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        dtype, at, size = self._arrays[name]
        return np.frombuffer(self._file.map, dtype, size, at) if size else np.empty(0, dtype)

    @property
    def blocks(self) -> int:
        """How many blocks have a checksum."""
        return len(self._sums)

    def verify(self, first: int = 0, count: int | None = None) -> None:
        """Check some blocks, or all; raises ``index_damaged``."""
        chosen = self._sums[first:] if count is None else self._sums[first : first + count]
        with memoryview(self._file.map) as whole:
            check_blocks(self._name, whole[first * BLOCK : self._covered], chosen, first)


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
