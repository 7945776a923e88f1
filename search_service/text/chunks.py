"""What stands between two spaces of a text, as numbers: each stretch is looked up whole, with its pieces.

A stretch is found by a hash of its letters, all those of a text at once.
The hash has 64 bits: a random number for each place of a letter,
times the letter, added up (multilinear hashing).  The numbers are drawn anew in each process,
so that nobody can write two stretches that have one hash.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from search_service.text.columns import Columns, Flat, Numbers
from search_service.text.pieces import Pieces
from search_service.text.segment import PATTERN
from search_service.text.slots import Hashes, Slots

LONGEST = 64
"""Letters of the longest stretch that is kept."""
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
        self._slots = Slots(most)
        # The spaces around the end of a line are none of the text's.
        with pieces.lock:
            self._end_of_line = self._columns.add(0, 1, self._rows.add(*pieces.numbers(["\n"]), 0, 1))

    def __len__(self) -> int:
        """How many have a number, long ones included."""
        return len(self._columns)

    @property
    def rows(self) -> int:
        """How many pieces all that have a number have together; a long one may have a text's."""
        return len(self._rows)

    def pieces(self, text: str) -> tuple[Numbers, Numbers, Numbers]:
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
        numbers, there = self._slots.find(hashes)
        there &= ends - begins <= LONGEST
        new = (~there).nonzero()[0]
        if len(new):
            stretches = [text[first:end] for first, end in zip(begins[new].tolist(), ends[new].tolist(), strict=True)]
            numbers[new] = self._new(stretches, hashes[new])
        of_lines = breaks[ends[:-1]].nonzero()[0]
        return np.insert(numbers, of_lines + 1, self._end_of_line)

    def _new(self, stretches: Sequence[str], hashes: Hashes) -> list[int]:
        """The numbers of stretches that had none."""
        hash_of = dict(zip(stretches, hashes.tolist(), strict=True))
        hashes = np.array(list(hash_of.values()), np.uint64)
        short = np.array(list(map(len, hash_of)), np.intp) <= LONGEST
        with self._pieces.lock:
            # Another thread may have given them one meanwhile.
            numbers, there = self._slots.find(hashes)
            new = ~(there & short)
            numbers[new] = self._made(list(compress(hash_of, new)))
            self._slots.keep(hashes[new & short], numbers[new & short])
        number_of = dict(zip(hash_of, numbers.tolist(), strict=True))
        return list(map(number_of.__getitem__, stretches))

    def _made(self, stretches: Sequence[str]) -> Flat:
        """New numbers of stretches."""
        pieces: dict[str, int] = {}
        found = array("i")  # a long text has many
        # No piece reaches over a space.
        for piece in PATTERN.finditer(" ".join(stretches)):
            found.append(pieces.setdefault(piece[0], len(pieces)))
            found.extend(piece.span())
        rows = np.array(found, np.int32).reshape(-1, 3)
        lengths = np.array(list(map(len, stretches)), np.int32) + 1
        begins = lengths.cumsum() - lengths
        firsts = rows[:, 1].searchsorted(begins)
        counts = np.diff(firsts, append=len(rows))
        rows[:, 0] = np.array(self._pieces.numbers(pieces), np.int32)[rows[:, 0]]
        rows[:, 1:] -= begins.repeat(counts)[:, np.newaxis]
        firsts += self._rows.extend(rows)
        first = self._columns.extend(np.stack((lengths, counts, firsts), axis=1))
        return np.arange(first, first + len(stretches))


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


def _hashes(letters: NDArray[np.uint32], begins: Flat, ends: Flat) -> Hashes:
    """A hash of each stretch of a text; one of its own for each of those that are short enough."""
    sizes = ends - begins
    places = np.arange(len(letters))
    places -= begins.repeat(sizes + 1)[: len(letters)]
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.multiply(letters, _FACTORS[np.minimum(places, LONGEST)], out=sums[1:])
    sums.cumsum(out=sums)
    hashes: Hashes = sums[ends] - sums[begins]
    hashes += (sizes + 1).astype(np.uint64) * _FACTORS[-1]
    return hashes
