"""Where the words of texts stand: kept beside an article, so that matches are marked without reading it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
_FIRST = ord("#")
"""The sign for 0; no sign from here to "[" needs an escape in JSON."""
_LARGE = ord("[") - _FIRST
"""The sign for a number that is told behind the signs, and the least that is."""


class Layout(NamedTuple):
    """The places of the positions of texts, in code points, as if the texts were lines of one."""

    starts: Numbers
    ends: Numbers
    """Of the word at each position; positions of one word have its places all."""
    wholes: Numbers
    """A row for each known whole (compound, number, date) of several words: its first position, and that behind it."""
    sizes: tuple[int, ...]
    """How many positions each text has."""

    def of_each(self, texts: Sequence[str]) -> Iterator[Layout]:
        """The layout of each of the texts."""
        first = begin = 0
        for text, size in zip(texts, self.sizes, strict=True):
            end = first + size
            if not size:
                yield NOTHING
                begin += len(text) + 1
                continue
            mine = slice(*self.wholes[:, 0].searchsorted((first, end)))
            yield Layout(
                self.starts[first:end] - begin, self.ends[first:end] - begin, self.wholes[mine] - first, (size,)
            )
            first, begin = end, begin + len(text) + 1

    def dump(self) -> str:
        """As a list in JSON."""
        again = self.starts == np.concatenate((_NONE, self.starts[:-1]))
        gaps = self.starts - np.concatenate((_ZERO, self.ends[:-1]))
        lengths = self.ends - self.starts
        gaps[again] = lengths[again] = 0
        firsts, behind = self.wholes.T
        wholes = np.stack((firsts, behind - firsts), axis=1)
        wholes[1:, 0] -= firsts[:-1]
        signs = ",".join(f'"{_signs(numbers)}"' for numbers in (gaps, lengths, wholes.reshape(-1)))
        return f"[{signs},{list(self.sizes)}]"

    @classmethod
    def load(cls, dumped: Sequence[Any]) -> Layout:
        """From the list that ``dump`` tells."""
        *signs, sizes = dumped
        gaps, lengths, wholes = map(_numbers, signs)
        ends = np.cumsum(gaps + lengths, dtype=np.int32)
        starts = ends - lengths
        again = lengths == 0
        if again.any():
            starts = starts[np.maximum.accumulate(np.where(again, 0, np.arange(len(starts))))]
        wholes = wholes.reshape(-1, 2)
        wholes[:, 0].cumsum(out=wholes[:, 0])
        wholes[:, 1] += wholes[:, 0]
        return cls(starts, ends, wholes, tuple(sizes))

    def whole(self, position: int) -> int:
        """The position behind the whole that begins here; behind this one, if none does."""
        at = int(self.wholes[:, 0].searchsorted(position))
        begins = at < len(self.wholes) and self.wholes[at, 0] == position
        return int(self.wholes[at, 1]) if begins else position + 1

    def inside(self, place: int) -> bool:
        """Whether a word spans the place («کتاب ها» is one)."""
        at = int(self.starts.searchsorted(place, side="right")) - 1
        return at >= 0 and place < int(self.ends[at])


NOTHING = Layout(np.empty(0, np.int32), np.empty(0, np.int32), np.empty((0, 2), np.int32), (0,))
"""Of a text of which nothing is known."""
_VALUES = bytes(max(sign - _FIRST, 0) for sign in range(256))
"""Sign -> number."""
_ZERO = np.zeros(1, np.int32)
_NONE = np.full(1, -1, np.int32)


def _signs(numbers: Numbers) -> str:
    """A sign for each number; large ones behind them."""
    signs = (np.minimum(numbers, _LARGE) + _FIRST).astype(np.uint8)
    large = numbers[numbers >= _LARGE]
    return "".join((signs.tobytes().decode("ascii"), *(f" {number}" for number in large.tolist())))


def _numbers(text: str) -> Numbers:
    signs, *large = text.split(" ")
    numbers = np.frombuffer(signs.encode("ascii").translate(_VALUES), np.uint8).astype(np.int32)
    if large:
        numbers[numbers == _LARGE] = np.array(large, np.int32)
    return numbers
