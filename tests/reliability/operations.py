"""Every file operation of this process below a folder, so that something may happen before the n-th.

Python tells of most (https://docs.python.org/3/library/audit_events.html); of the others
the functions are replaced.  What SQLite does is not among them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHANGING = {"os.rename", "os.remove", "os.link", "os.truncate", "os.utime", "os.mkdir", "os.rmdir", "fsync", "pwrite"}
READING = {"os.scandir", "os.listdir", "pread", "stat"}
REPLACED = ("fsync", "pwrite", "pread", "stat")
"""Of the module ``os``; the others are events."""

Happens = Callable[[int], object]
"""Called with an operation's number, from 1; what it raises comes out of the operation, which is not done."""


class Operations:
    """Watches within a ``with`` block, and counts."""

    def __init__(self, folder: Path, happens: Happens, *, reading: bool = True) -> None:
        """``reading``: operations that change nothing count, too."""
        self._folder = str(folder)
        self._happens = happens
        self._reading = reading
        self._originals: dict[str, Callable[..., Any]] = {}
        self.count = 0

    def __enter__(self) -> Self:
        if not _hooked:
            sys.addaudithook(_hook)
            _hooked.append(True)
        for name in REPLACED:
            self._originals[name] = getattr(os, name)
            setattr(os, name, self._watched(name, self._originals[name]))
        _watching.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _watching.remove(self)
        for name, original in self._originals.items():
            setattr(os, name, original)

    def told(self, operation: str, arguments: tuple[Any, ...]) -> None:
        """An operation is about to be done."""
        if self._counts(operation, arguments) and not self._is_elsewhere(arguments[0]):
            self.count += 1
            self._happens(self.count)

    def _counts(self, operation: str, arguments: tuple[Any, ...]) -> bool:
        if operation == "open":
            path, _, flags = arguments
            return not isinstance(path, int) and (self._reading or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)))
        return operation in CHANGING or (self._reading and operation in READING)

    def _is_elsewhere(self, where: Any) -> bool:
        """Descriptors, and names that are relative to one, are taken for ours."""
        if isinstance(where, int):
            return False
        path = os.fsdecode(where)
        return path.startswith("/") and not path.startswith(self._folder)

    def _watched(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.told(name, arguments)
            return original(*arguments, **options)

        return call


_watching: list[Operations] = []
_hooked: list[bool] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    for each in list(_watching):
        each.told(event, arguments)
