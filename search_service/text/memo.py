"""What was read of words, kept while it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(dict[Key, Value], Generic[Key, Value]):
    """A bounded number of values, none of them None; safe for use by several threads.

    What was not asked for of late is forgotten, half of all at a time; ``get`` sees the later half only.
    """

    def __init__(self, most: int) -> None:
        """Keeps at most ``most`` values."""
        super().__init__()
        self._half = most // 2
        self._early: dict[Key, Value] = {}

    def find(self, key: Key) -> Value | None:
        """The value of a key, which stays; None: there is none."""
        value = self.get(key)
        if value is None:
            value = self._early.get(key)
            if value is not None:
                self.keep(key, value)
        return value

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value."""
        if len(self) >= self._half:
            self._early = dict(self)
            self.clear()
        self[key] = value


class Memo(Recent[str, Value]):
    """Text -> what a function gives for it, filled on demand; safe for use by several threads."""

    def __init__(self, function: Callable[[str], Value], most: int, longest: int) -> None:
        """Keeps at most ``most`` texts, none of which has more than ``longest`` letters."""
        super().__init__(most)
        self._function = function
        self._longest = longest

    def __missing__(self, text: str) -> Value:
        value = self._early.get(text)
        if value is None:
            value = self._function(text)
        if len(text) <= self._longest:
            self.keep(text, value)
        return value
