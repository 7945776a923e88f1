"""How many requests each client makes, counted once for all workers.

The generic cell rate algorithm (ITU-T I.371): of each client one number is kept, the
time at which its account will be empty again.  A client may spend its whole quota at
once, and regains it evenly.
"""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_bytes
from typing import NamedTuple, Self

from search_service.web.shared import Shared

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_ROOMS, _PLACES = 8192, 8
"""A client's name chooses a room; there it takes the place of whoever has the least on account."""
_PLACE = struct.Struct("=Qd")
_ROOM_BYTES = _PLACES * _PLACE.size


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    count: int
    seconds: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What a setting says, such as ``600/minute``; None: ``off``."""
        if text == "off":
            return None
        count, _, unit = text.partition("/")
        return cls(int(count), _SECONDS[unit])


class Account(NamedTuple):
    """How a client stands with a rate after a request."""

    rate: Rate
    allowed: bool
    remaining: int
    """Requests that it may make at once."""
    reset: int
    """Seconds until it has its whole quota again, rounded up."""
    retry_after: int
    """Seconds until it may make one more, rounded up; 0: now."""


class Rates:
    """The accounts of at least as many clients as have places (65,536), in one megabyte.

    Where more come, those of the least on account are forgotten first: someone with a
    great many addresses gains what those addresses may do anyway, and shuts nobody out.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """The clock is one that all processes of the machine have in common."""
        self._shared = Shared(_ROOMS * _ROOM_BYTES)
        self._clock = clock
        self._key = token_bytes(16)  # so that nobody can choose names that share a room

    def take(self, name: str, rate: Rate) -> Account:
        """One request of this client; one that is refused costs nothing."""
        mark, room = self._where(name)
        step = rate.seconds / rate.count
        with self._shared as memory:
            now = self._clock()
            places = list(_PLACE.iter_unpack(memory[room : room + _ROOM_BYTES]))
            known = (at for at, (other, _) in enumerate(places) if other == mark)
            at = next(known, None)
            before = 0.0 if at is None else max(places[at][1] - now, 0.0)
            # A tenth of a request forgives what adding up fractions makes of whole numbers.
            allowed = before + 0.9 * step <= rate.seconds
            spent = before + step if allowed else before
            if allowed:
                at = min(range(_PLACES), key=lambda at: places[at][1]) if at is None else at
                _PLACE.pack_into(memory, room + at * _PLACE.size, mark, now + spent)
        left = max(rate.seconds - spent, 0.0)
        return Account(
            rate,
            allowed,
            remaining=int(left / step + 0.1),
            reset=math.ceil(min(spent, rate.seconds)),
            retry_after=0 if allowed else max(1, math.ceil(step - left)),
        )

    def _where(self, name: str) -> tuple[int, int]:
        digest = blake2b(name.encode("utf-8", "surrogatepass"), key=self._key, digest_size=12).digest()
        mark = int.from_bytes(digest[:8], "big") | 1  # 0 is a place that nobody has taken
        return mark, int.from_bytes(digest[8:], "big") % _ROOMS * _ROOM_BYTES
