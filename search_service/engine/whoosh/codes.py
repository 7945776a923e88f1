"""Numbers in few bits, with a sorted table of those that do not fit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import FEW, Array, ArrayFile
from search_service.engine.whoosh.runs import Flat, adjoining, ranges

HALF = 15
"""The highest code of half a byte; as that of a byte or two, it marks what does not fit."""
_NEAR = 4
"""A range is read whole for what is spread over it when that is no more than so many times less."""
_TWO_HALVES = np.array([half for byte in range(256) for half in (byte & 15, byte >> 4)], np.uint8)
_HIGH_HALVES = _TWO_HALVES.astype(np.uint16) << 8
_ONE = np.array(1)


def unpacked(halves: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bytes as their two halves, the low one first."""
    pairs = halves.astype("<u2")
    pairs |= pairs << 4
    pairs &= 0x0F0F
    return pairs.view(np.uint8)


def _unpacked_high(halves: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """The same, each half times 256."""
    pairs = halves.astype("<u4")
    pairs |= pairs << 12
    pairs &= 0x000F000F
    pairs <<= 8
    return pairs.view("<u2")


class Codes:
    """Such numbers, read again."""

    def __init__(self, arrays: ArrayFile, name: str, packed: bool = False, high: bool = False) -> None:
        """``packed``: two in a byte; ``high``: each is times 256, as the high byte of something."""
        self._codes = arrays.by_block(name)
        self._packed = packed
        self._shift = 8 if high else 0
        self._type = (np.uint16 if high else np.uint8) if packed else self._codes.dtype
        self._most = HALF if packed else np.iinfo(self._codes.dtype).max
        self._code = np.array(self._most << self._shift, self._type)
        """What marks a number that does not fit."""
        self._escapes = f"{name}.at" in arrays
        self.zero = packed and not len(self._codes)
        """Whether all numbers are."""
        if self._escapes:
            self._at = arrays[f"{name}.at"]
            self._values = arrays[f"{name}.values"]

    @property
    def most(self) -> int:
        """What no number is above."""
        most = 0 if self.zero else int(self._values.max()) if self._escapes else int(self._most)
        return most << self._shift

    def read(self, start: int, end: int) -> NDArray[np.integer[Any]]:
        """A range of the numbers."""
        codes: NDArray[np.integer[Any]]
        if self._packed:
            if self.zero:
                return np.zeros(end - start, self._type)
            halves = self._codes[start >> 1 : (end + 1) >> 1]
            pairs = _unpacked_high(halves) if self._shift else unpacked(halves)
            codes = pairs[start & 1 : (start & 1) + end - start]
        else:
            codes = self._codes[start:end]
        if self._escapes:
            first = bisect_left(self._at.data, start)
            last = bisect_left(self._at.data, end, lo=first)
            if first < last:
                codes = codes.astype(np.int64)
                codes[self._at[first:last].astype(np.int64) - start] = self._large(slice(first, last))
        return codes

    def item(self, at: int) -> int:
        """One of the numbers."""
        if self.zero:
            return 0
        code = self._codes.item(at >> 1) >> 4 * (at & 1) & HALF if self._packed else self._codes.item(at)
        if self._escapes and code == self._most:
            return int(self._values[bisect_left(self._at.data, at)]) << self._shift
        return code << self._shift

    def ranges(self, starts: Flat, sizes: Flat) -> NDArray[np.integer[Any]]:
        """The numbers of several ranges, one range after the other."""
        if adjoining(starts, sizes):
            return self.read(int(starts[0]), int(starts[-1] + sizes[-1]))
        at = ranges(starts, sizes)
        if not len(at):
            return np.empty(0, self._type)
        first, end = int(np.min(starts)), int(np.max(starts + sizes))
        if end - first >= _NEAR * len(at):
            return self._pick(at, self._codes.__getitem__)
        found: NDArray[np.integer[Any]] = self.read(first, end)[at - first]
        return found

    def at(self, at: Flat) -> NDArray[np.integer[Any]]:
        """Numbers by their indexes, which ascend."""
        if len(at) > FEW:
            first, end = int(at[0]), int(at[-1]) + 1
            if end - first < _NEAR * len(at):
                found: NDArray[np.integer[Any]] = self.read(first, end)[at - first]
                return found
        return self._pick(at, self._codes.spanning)

    def _pick(self, at: Flat, read: Callable[[Flat], Array]) -> NDArray[np.integer[Any]]:
        """Numbers by index; ``read``: how the codes are read."""
        if self._packed:
            if self.zero:
                return np.zeros(len(at), self._type)
            which = read(at >> _ONE).astype(np.intp)
            which <<= _ONE
            which |= at & _ONE
            found = (_HIGH_HALVES if self._shift else _TWO_HALVES)[which]
        else:
            found = read(at)
        if self._escapes:
            large = (found == self._code).nonzero()[0]
            if len(large):
                found = found.astype(np.int64)
                # Of the type that the sorted ones have: else they would all be copied.
                found[large] = self._large(self._at.searchsorted(at[large].astype(self._at.dtype)))
        picked: NDArray[np.integer[Any]] = found
        return picked

    def _large(self, which: slice | Flat) -> NDArray[np.int64]:
        return cast("NDArray[np.int64]", self._values[which].astype(np.int64) << self._shift)
