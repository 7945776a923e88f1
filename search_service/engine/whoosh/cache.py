"""What was used last, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np

Kept = TypeVar("Kept", bound=tuple[Any, ...])
_ENTRY = 500
"""Bytes of an entry besides its arrays."""


class ArrayCache(Generic[Kept]):
    """Tuples of arrays, and perhaps of numbers, by key; safe for use by several threads."""

    def __init__(self, limit: int) -> None:
        """``limit``: bytes; what alone is larger than a quarter of it is not kept."""
        self._limit = limit
        self._held = 0
        self._entries: OrderedDict[Hashable, tuple[int, Kept]] = OrderedDict()
        """By key: how many bytes they take, and the arrays."""
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        """What was put in with the key, if it is still there."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                return None
            self._entries.move_to_end(key)
            return found[1]

    def put(self, key: Hashable, arrays: Kept) -> None:
        """Keep arrays, in the place of those that were not used for longest."""
        size = _size(arrays)
        if size > self._limit // 4:
            return
        with self._lock:
            if key not in self._entries:
                self._entries[key] = size, arrays
                self._held += size
                while self._held > self._limit:
                    self._held -= self._entries.popitem(last=False)[1][0]


def _size(arrays: tuple[Any, ...]) -> int:
    return _ENTRY + sum([each.nbytes for each in arrays if isinstance(each, np.ndarray)])
