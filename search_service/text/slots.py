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
        """By slot: the first bits of a hash are its slot, or it is in the next one that was free; 0: free."""
        self._numbers = np.zeros(1 << bits, np.int32)
        self._kept = 0

    @property
    def full(self) -> bool:
        """Whether no more are kept."""
        return self._kept * ROOM >= len(self._hashes)

    def find(self, hashes: Hashes) -> tuple[Flat, NDArray[np.bool_]]:
        """The numbers of hashes, and whether they have one."""
        slots = (hashes >> np.uint64(self._shift)).astype(np.intp)
        held = self._hashes[slots]
        there = held == hashes
        numbers = self._numbers[slots].astype(np.intp)
        left = (~there & (held != 0)).nonzero()[0]
        while len(left):
            slots[left] = tried = (slots[left] + 1) & (len(self._hashes) - 1)
            held = self._hashes[tried]
            same = held == hashes[left]
            numbers[left[same]] = self._numbers[tried[same]]
            there[left[same]] = True
            left = left[~same & (held != 0)]
        return numbers, there

    def get(self, hash: int) -> int | None:
        """The number of one hash; None: it has none."""
        slot = self._slot(hash)
        return self._numbers.item(slot) if self._hashes.item(slot) else None

    def keep(self, hash: int, number: int) -> None:
        """Give a new hash its number, if there is room."""
        if not self.full:
            self._kept += 1
            slot = self._slot(hash)
            self._numbers[slot] = number
            self._hashes[slot] = hash  # at last: other threads look for it

    def _slot(self, hash: int) -> int:
        """Where a hash is, or may be put."""
        slot = hash >> self._shift
        while self._hashes.item(slot) not in (0, hash):
            slot = (slot + 1) & (len(self._hashes) - 1)
        return slot
