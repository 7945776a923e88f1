"""Arrays that grow while a segment is written, kept in a temporary file instead of memory."""

from __future__ import annotations

import mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

IN_MEMORY = 1 << 20
"""Bytes of one array that never see a file."""


class Spool:
    """One growing array."""

    def __init__(self, folder: Path, dtype: DTypeLike) -> None:
        self._folder = folder
        self._dtype = np.dtype(dtype)
        self._pieces: list[NDArray[Any]] = []
        self._held = 0
        self._file: Any = None
        self.size = 0

    def add(self, piece: NDArray[Any]) -> None:
        """Put numbers behind those that are there."""
        self._pieces.append(piece.astype(self._dtype))
        self.size += len(piece)
        self._held += piece.nbytes
        if self._held > IN_MEMORY:
            if self._file is None:
                self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed by ``array``
            for each in self._pieces:
                self._file.write(memoryview(each.data).cast("B"))
            self._pieces.clear()
            self._held = 0

    def array(self) -> NDArray[Any]:
        """All of it; nothing is added afterwards."""
        rest: NDArray[Any] = np.concatenate([np.empty(0, self._dtype), *self._pieces])
        if self._file is None:
            return rest
        content: NDArray[Any]
        with self._file as file:
            file.write(memoryview(rest.data).cast("B"))
            file.flush()
            content = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), self._dtype)
        return content
