"""What was read of words, kept while it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memo(dict[str, Value], Generic[Value]):
    """Text -> what a function gives for it, filled on demand; safe for use by several threads.

    Bounded: what was not asked for of late is forgotten, half of it at a time.
    """

    def __init__(self, function: Callable[[str], Value], most: int, longest: int) -> None:
        """Keeps at most ``most`` texts, none of which has more than ``longest`` letters."""
        super().__init__()
        self._function = function
        self._half = most // 2
        self._longest = longest
        self._early: dict[str, Value] = {}

    def __missing__(self, text: str) -> Value:
        value = self._early.get(text)
        if value is None:
            value = self._function(text)
        if len(text) <= self._longest:
            if len(self) >= self._half:
                self._early = dict(self)
                self.clear()
            self[text] = value
        return value
