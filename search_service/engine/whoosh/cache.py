"""Decoded arrays, up to a number of bytes: of what is used rather ten small ones than a large one.

To decode a list takes some calls, however short it is, so that many short ones in the place of a long
one save more.  What is to go is found as in GreedyDual-Size with frequency (Cherkasova, Improving WWW
Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy, 1998): the worth of an entry is how
often it was used, over its size, and the *level* at its last use; the entry of the least worth goes, and
the level rises to what that was.  Sizes and uses are taken by their number of bits, so that entries have
few *ranks*, and of those of one rank the one that was not used for longest is to go first.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np

Kept = TypeVar("Kept", bound=tuple[Any, ...])
_ENTRY = 500
"""Bytes of an entry besides its arrays."""
MOST_USES = 15
"""What was used more often is not worth more, so that it may go when nobody asks for it any more."""
_WORTH = 1 << 64
"""Of what has a byte and was used once, as a whole number."""


class _Entry(Generic[Kept]):
    __slots__ = ("arrays", "rank", "size", "uses")

    def __init__(self, arrays: Kept, size: int) -> None:
        self.arrays = arrays
        self.size = size
        self.uses = 1
        self.rank = size.bit_length() - 1


class ArrayCache(Generic[Kept]):
    """Tuples of arrays, and perhaps of numbers, by key; safe for use by several threads."""

    def __init__(self, limit: int) -> None:
        """``limit``: bytes; what alone is larger than a quarter of it is not kept."""
        self._limit = limit
        self._held = 0
        self._entries: dict[Hashable, _Entry[Kept]] = {}
        self._ranks: defaultdict[int, OrderedDict[Hashable, int]] = defaultdict(OrderedDict)
        """The keys of each rank, the one used last at the end, and the level at that use."""
        self._level = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        """What was put in with the key, if it is still there."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            del self._ranks[entry.rank][key]
            if entry.uses < MOST_USES:
                entry.uses += 1
                entry.rank = entry.size.bit_length() - entry.uses.bit_length()
            self._ranks[entry.rank][key] = self._level
            return entry.arrays

    def put(self, key: Hashable, arrays: Kept) -> None:
        """Keep arrays, in the place of those that are worth least."""
        entry = _Entry(arrays, _size(arrays))
        if entry.size > self._limit // 4:
            return
        with self._lock:
            if key not in self._entries:
                self._entries[key] = entry
                self._ranks[entry.rank][key] = self._level
                self._held += entry.size
                while self._held > self._limit:
                    self._drop()

    def _drop(self) -> None:
        """Forget what is worth least."""
        worth = ((next(iter(alike.values())) + (_WORTH >> rank), rank) for rank, alike in self._ranks.items() if alike)
        self._level, rank = min(worth)
        key, _ = self._ranks[rank].popitem(last=False)
        self._held -= self._entries.pop(key).size


def _size(arrays: tuple[Any, ...]) -> int:
    return _ENTRY + sum([each.nbytes for each in arrays if isinstance(each, np.ndarray)])
