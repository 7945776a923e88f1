"""Where the words of texts stand: kept beside an article, so that matches are marked without reading it again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
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

    def lines(self, texts: Sequence[str]) -> Iterator[Line]:
        """The layout of each of the texts."""
        first = begin = 0
        for text, size in zip(texts, self.sizes, strict=True):
            yield Line(self, first, size, begin)
            first += size
            begin += len(text) + 1

    def dump(self, texts: Sequence[str], size: int) -> list[str]:
        """For each so many of the texts a list in JSON, which counts from the first of them."""
        groups = range(0, len(texts), size)
        lengths_of = [sum([len(text) + 1 for text in texts[at : at + size]]) for at in groups]
        sizes = [self.sizes[at : at + size] for at in groups]
        bounds = [0, *accumulate(map(sum, sizes))]
        held = np.diff(bounds).nonzero()[0]
        firsts, begins = np.array(bounds)[held], np.array([0, *accumulate(lengths_of)])[held]
        again = np.zeros(len(self.starts), np.bool_)
        np.equal(self.starts[1:], self.starts[:-1], out=again[1:])
        gaps = self.starts.copy()
        gaps[1:] -= self.ends[:-1]
        gaps[firsts] = self.starts[firsts] - begins
        lengths = self.ends - self.starts
        gaps[again] = lengths[again] = 0
        wholes = self.wholes.copy()
        wholes[:, 1] -= wholes[:, 0]
        of_wholes = self.wholes[:, 0].searchsorted(bounds).tolist()
        wholes[1:, 0] -= self.wholes[:-1, 0]
        some = [i for i, (first, end) in enumerate(pairwise(of_wholes)) if first < end]
        rows = [of_wholes[i] for i in some]
        wholes[rows, 0] = self.wholes[rows, 0] - np.array(bounds)[some]
        columns = (
            _signs(gaps, bounds),
            _signs(lengths, bounds),
            _signs(wholes.reshape(-1), [2 * bound for bound in of_wholes]),
        )
        return [
            f'["{gaps}","{lengths}","{wholes}",{list(its)}]'
            for gaps, lengths, wholes, its in zip(*columns, sizes, strict=True)
        ]

    @classmethod
    def load(cls, dumped: Sequence[Sequence[Any]]) -> list[Layout]:
        """Each from the list that its ``dump`` tells; together, as numbers are many and articles few."""
        gaps, lengths, wholes = (_numbers([each[column] for each in dumped]) for column in range(3))
        sizes = [tuple(each[3]) for each in dumped]
        bounds = [0, *accumulate(map(sum, sizes))]
        ends = _running(gaps.all + lengths.all, bounds)
        starts = ends - lengths.all
        again = lengths.all == 0
        if again.any():
            starts = starts[np.maximum.accumulate(np.where(again, 0, np.arange(len(starts))))]
        rows = wholes.all.reshape(-1, 2)
        of_wholes = [bound // 2 for bound in wholes.bounds]
        rows[:, 0] = _running(rows[:, 0], of_wholes)
        rows[:, 1] += rows[:, 0]
        return [
            cls(starts[first:end], ends[first:end], rows[slice(*mine)], its)
            for (first, end), mine, its in zip(pairwise(bounds), pairwise(of_wholes), sizes, strict=True)
        ]


class Line:
    """The layout of one of the texts; positions count from its first."""

    __slots__ = ("_begin", "_first", "_layout", "size")

    def __init__(self, layout: Layout, first: int, size: int, begin: int) -> None:
        """``first``: its first position; ``begin``: where it begins."""
        self._layout = layout
        self._first = first
        self._begin = begin
        self.size = size
        """How many positions it has."""

    def span(self, position: int, behind: int) -> tuple[int, int]:
        """Where the first of some positions begins and the last ends."""
        starts, ends = self._layout.starts, self._layout.ends
        return starts.item(self._first + position) - self._begin, ends.item(self._first + behind - 1) - self._begin

    def whole(self, position: int) -> int:
        """The position behind the whole that begins here; behind this one, if none does."""
        wholes, sought = self._layout.wholes, self._first + position
        at = int(wholes[:, 0].searchsorted(sought))
        begins = at < len(wholes) and wholes[at, 0] == sought
        return int(wholes[at, 1]) - self._first if begins else position + 1

    def inside(self, place: int) -> bool:
        """Whether a word spans the place («کتاب ها» is one)."""
        place += self._begin
        at = int(self._layout.starts.searchsorted(place, side="right")) - 1
        return at >= self._first and place < self._layout.ends.item(at)


(NOTHING,) = Layout(np.empty(0, np.int32), np.empty(0, np.int32), np.empty((0, 2), np.int32), (0,)).lines([""])
"""Of a text of which nothing is known."""
_VALUES = bytes(max(sign - _FIRST, 0) for sign in range(256))
"""Sign -> number."""


def _signs(numbers: Numbers, bounds: Sequence[int]) -> list[str]:
    """For each stretch of numbers a sign for each of them; large ones behind these."""
    signs = (np.minimum(numbers, _LARGE) + _FIRST).astype(np.uint8).tobytes().decode("ascii")
    told = [signs[first:end] for first, end in pairwise(bounds)]
    for at in (numbers >= _LARGE).nonzero()[0].tolist():
        told[bisect_right(bounds, at) - 1] += f" {numbers[at]}"
    return told


class _Several(NamedTuple):
    """Numbers of several lists."""

    all: Numbers
    bounds: list[int]
    """Where each list begins, and where the last ends."""


def _numbers(texts: Sequence[str]) -> _Several:
    """What ``_signs`` has made, of each of some lists."""
    split = [text.split(" ") for text in texts]
    signs = "".join([its for its, *_ in split]).encode("ascii")
    numbers = np.frombuffer(signs.translate(_VALUES), np.uint8).astype(np.int32)
    large = [number for _, *its in split for number in its]
    if large:
        numbers[numbers == _LARGE] = np.array(large, np.int32)
    return _Several(numbers, [0, *accumulate(len(its) for its, *_ in split)])


def _running(numbers: Numbers, bounds: Sequence[int]) -> Numbers:
    """The sums of numbers up to each, begun anew at each bound."""
    sums = np.zeros(len(numbers) + 1, np.int32)
    np.cumsum(numbers, out=sums[1:])
    running: Numbers = sums[1:] - sums[bounds[:-1]].repeat(np.diff(bounds))
    return running
