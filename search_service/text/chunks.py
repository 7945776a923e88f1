"""What stands between two spaces of a text, as numbers: each stretch is looked up whole, with its pieces.

A stretch is found by a hash of its letters, all those of a text at once: a dictionary would
wait for the memory at each of them.  The hash has 64 bits: a random number for each place of a letter,
times the letter, added up (multilinear hashing).  The numbers are drawn anew in each process,
so that nobody can write two stretches that have one hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search_service.text.columns import Columns
from search_service.text.pieces import Pieces
from search_service.text.segment import PATTERN

Flat = NDArray[np.intp]
Numbers = NDArray[np.int32]
LONGEST = 64
"""Letters of the longest stretch that is kept."""
ROOM = 2
"""Slots for each stretch that is to be kept, at least."""
WINDOW = 1 << 18
"""Letters that are read at once, unless no space is among them; each takes 30 bytes meanwhile."""
_SPACE, _END_OF_LINE = ord(" "), ord("\n")
_FACTORS = np.random.default_rng().integers(0, 1 << 64, LONGEST + 2, np.uint64)
"""Of each place of a letter, of what is behind them, and of how many letters there are."""


class Chunks:
    """Stretch between spaces -> its number, given on demand; safe for use by several threads."""

    def __init__(self, pieces: Pieces, most: int) -> None:
        """``most``: about how many are to be kept."""
        self._pieces = pieces
        self._columns = Columns(3, np.int32)
        """Of each: its length and the space behind it; how many pieces it has, and the row of the first."""
        self._rows = Columns(3, np.int32)
        """A piece, where it starts and where it ends in the stretch."""
        bits = (ROOM * most).bit_length()
        self._shift = 64 - bits
        self._hashes = np.zeros(1 << bits, np.uint64)
        """By slot: the first bits of a hash are its slot, or it is in the next one that was free; 0: free."""
        self._numbers = np.zeros(1 << bits, np.int32)
        self._kept = 0
        self._lock = Lock()
        # The spaces around the end of a line are none of the text's.
        self._end_of_line = self._made("\n", 0)

    def __len__(self) -> int:
        """How many have a number, long ones included."""
        return len(self._columns)

    @property
    def rows(self) -> int:
        """How many pieces all that have a number have together; a long one may have a text's."""
        return len(self._rows)

    def pieces(self, text: str) -> tuple[Flat, Numbers, Numbers]:
        """The pieces of a text, by number; where they start and end in it."""
        numbers = np.concatenate([self._read(window) for window in _windows(text)])
        lengths, counts, firsts = self._columns.take(numbers).T
        behind = counts.cumsum(dtype=np.int32)
        rows = (firsts - behind + counts).repeat(counts)
        rows += np.arange(len(rows), dtype=np.int32)
        begins = (lengths.cumsum(dtype=np.int32) - lengths).repeat(counts)
        pieces, starts, ends = self._rows.take(rows).T
        return pieces, starts + begins, ends + begins

    def _read(self, text: str) -> Flat:
        """The stretches of a text by number; ends of lines are some of their own."""
        letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        breaks = letters == _END_OF_LINE
        ends = np.append((breaks | (letters == _SPACE)).nonzero()[0], len(letters))
        begins = np.zeros_like(ends)
        begins[1:] = ends[:-1] + 1
        hashes = _hashes(letters, begins, ends)
        numbers, there = self._found(hashes)
        there &= ends - begins <= LONGEST
        for at in (~there).nonzero()[0].tolist():
            numbers[at] = self._new(text[begins[at] : ends[at]], hashes.item(at))
        of_lines = breaks[ends[:-1]].nonzero()[0]
        return np.insert(numbers, of_lines + 1, self._end_of_line)

    def _found(self, hashes: NDArray[np.uint64]) -> tuple[Flat, NDArray[np.bool_]]:
        """The numbers of stretches, and whether they have one."""
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

    def _new(self, chunk: str, hash: int) -> int:
        """The number of a stretch that had none."""
        with self._lock:
            slot = hash >> self._shift
            while held := self._hashes.item(slot):
                if held == hash and len(chunk) <= LONGEST:
                    return self._numbers.item(slot)
                slot = (slot + 1) & (len(self._hashes) - 1)
            number = self._made(chunk, len(chunk) + 1)
            if len(chunk) <= LONGEST and self._kept * ROOM < len(self._hashes):
                self._kept += 1
                self._numbers[slot] = number
                self._hashes[slot] = hash  # at last: other threads look for it
            return number

    def _made(self, chunk: str, length: int) -> int:
        first = len(self._rows)
        for piece in PATTERN.finditer(chunk):
            self._rows.add(self._pieces[piece[0]], *piece.span())
        return self._columns.add(length, len(self._rows) - first, first)


def _windows(text: str) -> Iterator[str]:
    """A text in parts that a space is between."""
    first = 0
    while len(text) - first > WINDOW:
        space = text.rfind(" ", first, first + WINDOW)
        if space < 0:
            space = text.find(" ", first + WINDOW)
        if space < 0:
            break
        yield text[first:space]
        first = space + 1
    yield text[first:]


def _hashes(letters: NDArray[np.uint32], begins: Flat, ends: Flat) -> NDArray[np.uint64]:
    """A hash of each stretch of a text; one of its own for each of those that are short enough."""
    sizes = ends - begins
    places = np.arange(len(letters))
    places -= begins.repeat(sizes + 1)[: len(letters)]
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.multiply(letters, _FACTORS[np.minimum(places, LONGEST)], out=sums[1:])
    sums.cumsum(out=sums)
    hashes: NDArray[np.uint64] = sums[ends] - sums[begins]
    hashes += (sizes + 1).astype(np.uint64) * _FACTORS[-1]
    return hashes
