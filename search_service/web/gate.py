"""So many at work at once, so many in the queue; whoever would wait too long is refused at once.

A machine that is asked for more than it can do answers the same number of requests as
quickly as ever, and tells the others so, instead of keeping all of them waiting.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

from search_service.errors import ServiceError

SHARE = 0.1
"""How much the newest request counts in the mean time at work."""
GUARD = 4.0
"""So many times as long as was expected, and nobody waits on."""


class Gate:
    """Places of one worker, given out in the order of asking.

    How long somebody will wait is told by those before them and the mean time at work.
    """

    def __init__(self, places: int, waiting: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        """At most so many wait, and none who would do so for longer than ``seconds``."""
        self._places = places
        self._free = places
        self._most = waiting
        self._seconds = seconds
        self._clock = clock
        self._mean = 0.0
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    def enter(self) -> float:
        """Return with a place, and when it was taken, for ``leave``; raises ``overloaded``."""
        with self._lock:
            if self._free:
                self._free -= 1
                return self._clock()
            ahead = len(self._queue)
            expected = self._mean * (ahead + 1) / self._places
            if ahead >= self._most or expected > self._seconds:
                raise ServiceError("overloaded", f"{ahead} requests are waiting already")
            turn = threading.Event()
            self._queue.append(turn)
        if not turn.wait(GUARD * self._seconds):
            with self._lock:
                if not turn.is_set():  # which may come in the very last moment
                    self._queue.remove(turn)
                    raise ServiceError("overloaded", f"no place became free within {GUARD * self._seconds:g} s")
        return self._clock()

    def leave(self, taken: float) -> None:
        """Give the place to whoever has waited longest."""
        with self._lock:
            self._mean += SHARE * (self._clock() - taken - self._mean)
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1
