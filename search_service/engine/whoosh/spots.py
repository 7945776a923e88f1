"""Comparing spots: sorted numbers, each a document with a place of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.lists import Spots
from search_service.engine.whoosh.runs import Flat

MARKED = 1 << 11
"""From so many spots on, marking them on a strip and looking there beats looking them up by halving, ..."""
HALVED = 8
"""... unless there are so many times more of the others."""
STRIP = 22
"""Bits of the number of bytes of the longest strip."""
SPARSE = 8
"""A strip has so many bytes for each mark."""
_GOLDEN = 0x9E3779B97F4A7C15
"""2 ** 64 over the golden ratio: multiples of it are spread evenly."""
_NONE = np.empty(0, np.intp)


def less(spots: Spots, offset: int) -> Spots:
    """Each less so much."""
    number = spots.dtype.type
    moved: Spots = spots - number(offset) if offset > 0 else spots + number(-offset) if offset else spots
    return moved


class Strip:
    """Looks spots up in others, for one request."""

    def __init__(self) -> None:
        self._marks = np.empty(0, np.bool_)

    def both(self, spots: Spots, others: Spots) -> tuple[Flat, Flat]:
        """Where the numbers that are in both stand in each."""
        if len(spots) > len(others):
            there, here = self.both(others, spots)
            return here, there
        if not len(spots):
            return _NONE, _NONE
        if len(spots) < MARKED or len(spots) * HALVED < len(others):
            at = others.searchsorted(spots)
            if at[-1] == len(others):
                at[at == len(others)] = 0
            here = (others[at] == spots).nonzero()[0]
            return here, at[here]
        bits = min(STRIP, (SPARSE * len(spots)).bit_length())
        if len(self._marks) < 1 << bits:
            self._marks = np.zeros(1 << bits, np.bool_)
        marked = _scattered(spots, bits)
        self._marks[marked] = True
        there = self._marks[_scattered(others, bits)].nonzero()[0]
        self._marks[marked] = False
        some = others[there]
        at = spots.searchsorted(some)
        at[at == len(spots)] = 0
        # Some had the mark of another.
        kept = (spots[at] == some).nonzero()[0]
        return at[kept], there[kept]


def together(runs: Sequence[Spots], window: int) -> Spots:
    """The least spot of each group of all terms within the window, ascending; some others of the document, too."""
    first, *rest = sorted(runs, key=len)
    if not len(first) or not rest:
        return first
    if len(rest) == 1:
        return first[_reached(first, rest[0], 1 - window, window)]
    # What is out of reach of the rarest term is of no use.
    runs = [first, *(run[_reached(run, first, 1 - window, window)] for run in rest)]
    starts = np.sort(np.concatenate(runs), kind="stable")
    for run in runs:
        if len(run):
            starts = starts[_reached(starts, run, 0, window)]
    return starts if all(map(len, runs)) else starts[:0]


def _reached(spots: Spots, others: Spots, least: int, end: int) -> NDArray[np.bool_]:
    """Of which of the spots there is one of the others from ``least`` on and before ``end`` behind it."""
    if len(spots) < MARKED:
        return _near_enough(spots, others, least, end)
    # Stretches so long that what is in reach lies in one or two of them.
    long = (end - least - 1).bit_length()
    bits = min(STRIP, (SPARSE * len(others)).bit_length())
    strip = np.zeros(1 << bits, np.bool_)
    strip[_scattered(others >> long, bits)] = True
    there = strip[_scattered(less(spots, -least) >> long, bits)]
    there |= strip[_scattered(less(spots, 1 - end) >> long, bits)]
    some = there.nonzero()[0]
    there[some] = _near_enough(spots[some], others, least, end)
    return there


def _near_enough(spots: Spots, others: Spots, least: int, end: int) -> NDArray[np.bool_]:
    at = others.searchsorted(less(spots, -least))
    at[at == len(others)] -= 1
    behind = others[at] - spots
    there: NDArray[np.bool_] = (behind >= least) & (behind < end)
    return there


def _scattered(spots: Spots, bits: int) -> Flat:
    """A number of so many bits for each, which few others have."""
    size = spots.dtype.itemsize * 8
    unsigned = np.dtype(f"u{spots.dtype.itemsize}").type
    mixed = spots.view(unsigned) * unsigned(_GOLDEN >> (64 - size))
    mixed >>= unsigned(size - bits)
    numbers: Flat = mixed.astype(np.intp)
    return numbers
