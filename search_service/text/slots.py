"""Numbers by hash, many looked up at once: a dictionary would wait for the memory at each of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_service.text.columns import Flat

Hashes = NDArray[np.uint64]
ROOM = 2
"""Slots for each hash that is to be kept, at least."""


class Slots:
    """Hash of 64 bits -> number; one thread at a time adds, others may look meanwhile."""

    def __init__(self, most: int) -> None:
        """``most``: about how many are to be kept."""
        bits = (ROOM * most).bit_length()
        self._shift = 64 - bits
        self._hashes = np.zeros(1 << bits, np.uint64)
        """By slot: the first bits of a hash are its slot, or it is in the next one that was free.

        0 is free, and never found.
        """
        self._numbers = np.zeros(1 << bits, np.int32)
        self._kept = 0

    @property
    def room(self) -> int:
        """How many more are kept."""
        return max(0, len(self._hashes) // ROOM - self._kept)

    def find(self, hashes: Hashes) -> tuple[Flat, NDArray[np.bool_]]:
        """The numbers of hashes, and whether they have one."""
        slots = self._first(hashes)
        held = self._hashes[slots]
        there = held == hashes
        numbers = self._numbers[slots].astype(np.intp)
        left = (~there & (held != 0)).nonzero()[0]
        while len(left):
            slots[left] = tried = self._next(slots[left])
            held = self._hashes[tried]
            same = held == hashes[left]
            numbers[left[same]] = self._numbers[tried[same]]
            there[left[same]] = True
            left = left[~same & (held != 0)]
        return numbers, there

    def keep(self, hashes: Hashes, numbers: Flat) -> None:
        """Give new hashes, none of them twice, their numbers, as far as there is room."""
        left = np.arange(min(len(hashes), self.room))
        self._kept += len(left)
        slots = self._first(hashes)
        while len(left):
            free = left[self._hashes[slots[left]] == 0]
            # Of several that come to one free slot one gets it, lest others see its hash with another's number.
            free = free[np.unique(slots[free], return_index=True)[1]]
            self._numbers[slots[free]] = numbers[free]
            self._hashes[slots[free]] = hashes[free]  # at last: other threads look for it
            left = left[self._hashes[slots[left]] != hashes[left]]
            slots[left] = self._next(slots[left])

    def _first(self, hashes: Hashes) -> Flat:
        """Where hashes are, unless other ones are there."""
        return (hashes >> np.uint64(self._shift)).astype(np.intp)

    def _next(self, slots: Flat) -> Flat:
        return (slots + 1) & (len(self._hashes) - 1)
