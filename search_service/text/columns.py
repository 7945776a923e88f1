"""A table of numbers that grows."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Flat = NDArray[np.intp]
_ROOM = 1024
Number = TypeVar("Number", np.int32, np.uint64)


class Columns(Generic[Number]):
    """Rows one below the other; what was taken of them stays as it is."""

    def __init__(self, width: int, dtype: type[Number]) -> None:
        self._rows: NDArray[Number] = np.empty((_ROOM, width), dtype)
        self._size = 0

    def __len__(self) -> int:
        """How many rows there are."""
        return self._size

    def add(self, *row: int) -> int:
        """Put a row behind those that are there, and give its number; one thread at a time."""
        return self.extend(np.array([row], self._rows.dtype))

    def extend(self, rows: NDArray[Number]) -> int:
        """The same with several rows: the number of the first."""
        first, end = self._size, self._size + len(rows)
        while end > len(self._rows):
            self._rows = np.concatenate((self._rows, np.empty_like(self._rows)))
        self._rows[first:end] = rows
        self._size = end
        return first

    def take(self, numbers: NDArray[np.signedinteger[Any]]) -> NDArray[Number]:
        """Some rows."""
        # Far quicker than indexing by rows.
        return self._rows.take(numbers, axis=0)

    def row(self, number: int) -> list[int]:
        """One row."""
        found: list[int] = self._rows[number].tolist()
        return found
