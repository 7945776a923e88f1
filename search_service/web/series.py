"""The service's numbers that only grow, counted once for all workers.

They lie in memory that all workers share, and so survive a worker's end, need no folder
of files, and leave nothing behind.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.web.shared import Shared

BOUNDS = (0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of a histogram's buckets, in seconds; the last one is open."""
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")


class Timed(NamedTuple):
    """What is known of a route: answers by class of status, and how long they took."""

    answers: tuple[int, ...]
    """As many as ``CLASSES``."""
    buckets: tuple[int, ...]
    """One more than ``BOUNDS``; not added up."""
    seconds: float


class Series:
    """Counters by name, and a histogram for each route; both are known from the start."""

    def __init__(self, counters: Sequence[str], routes: Sequence[str]) -> None:
        self._counters = {name: at for at, name in enumerate(counters)}
        self._routes = {route: at for at, route in enumerate(routes)}
        width = len(CLASSES) + len(BOUNDS) + 2
        self._shared = Shared(8 * (len(counters) + width * len(routes)))
        every = np.frombuffer(self._shared.memory, np.float64)
        self._counts = every[: len(counters)]
        self._times = every[len(counters) :].reshape(len(routes), width)

    def count(self, name: str) -> None:
        """One more."""
        with self._shared:
            self._counts[self._counters[name]] += 1

    def time(self, route: str, status: int, seconds: float) -> None:
        """An answer of a route with its HTTP status."""
        row = self._times[self._routes[route]]
        with self._shared:
            row[min(max(status // 100, 1), 5) - 1] += 1
            row[len(CLASSES) + bisect_left(BOUNDS, seconds)] += 1
            row[-1] += seconds

    def counts(self) -> dict[str, int]:
        """All counters."""
        with self._shared:
            values = self._counts.copy()
        return {name: int(values[at]) for name, at in self._counters.items()}

    def times(self) -> dict[str, Timed]:
        """The routes that have answered."""
        with self._shared:
            rows: NDArray[np.float64] = self._times.copy()
        return {
            route: Timed(
                tuple(map(int, rows[at, : len(CLASSES)])),
                tuple(map(int, rows[at, len(CLASSES) : -1])),
                float(rows[at, -1]),
            )
            for route, at in self._routes.items()
            if rows[at, : len(CLASSES)].any()
        }
