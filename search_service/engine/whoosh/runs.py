"""Pieces of arrays that stand one after the other."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Flat = NDArray[np.intp]
Number = TypeVar("Number", bound=np.integer[Any])


def starts_of(sizes: NDArray[np.integer[Any]]) -> Flat:
    """Where pieces of these sizes begin when they stand one after the other, and where the last ends."""
    starts = np.zeros(len(sizes) + 1, np.intp)
    np.cumsum(sizes, out=starts[1:])
    return starts


def nonzero(numbers: NDArray[np.integer[Any]]) -> Flat:
    """Indexes of the numbers above 0; numpy finds those of truth values in a quarter of the time."""
    return (numbers > 0).nonzero()[0]


def ranges(starts: Flat, sizes: Flat, behind: Flat | None = None) -> Flat:
    """The numbers of several ranges, one range after the other.

    ``behind``: the sizes added up, if that is known, and that each is at least 1.
    """
    if behind is None:
        held = nonzero(sizes)
        if len(held) < len(sizes):
            starts, sizes = starts[held], sizes[held]
        if not len(sizes):
            return np.empty(0, np.intp)
        behind = sizes.cumsum()
    steps = np.empty(int(behind[-1]), np.intp)
    steps.fill(1)  # ``np.ones`` takes longer for few
    steps[0] = starts[0]
    steps[behind[:-1]] += starts[1:] - starts[:-1] - sizes[:-1]
    numbers: Flat = steps.cumsum(out=steps)
    return numbers


def adjoining(starts: Flat, sizes: Flat) -> bool:
    """Whether ranges follow each other without a gap, so that they are one."""
    return len(starts) > 0 and bool((starts[1:] == starts[:-1] + sizes[:-1]).all())


def spread(
    numbers: NDArray[Number], sizes: NDArray[np.integer[Any]], behind: NDArray[np.integer[Any]] | None = None
) -> NDArray[Number]:
    """Each number as often as its size says, at least once: ``np.repeat`` in a fifth of its time.

    ``behind``: the sizes added up, if that is known.
    """
    if behind is None:
        behind = sizes.cumsum()
    steps = np.zeros(int(behind[-1]) if len(behind) else 0, numbers.dtype)
    if len(steps):
        steps[0] = numbers[0]
        steps[behind[:-1]] = numbers[1:] - numbers[:-1]
    spread_out: NDArray[Number] = steps.cumsum(dtype=numbers.dtype, out=steps)
    return spread_out
