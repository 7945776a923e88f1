"""Progress of long work: a bar on a terminal, a plain line now and then elsewhere; on standard error."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from tqdm import tqdm

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


class Progress:
    """Shows how much is done, how fast, and how long the rest will take."""

    def __init__(self, doing: str, unit: str = "articles") -> None:
        self._doing = doing
        self._unit = unit
        self._began = self._said = time.monotonic()
        self._bar: tqdm[None] | None = None

    def __call__(self, done: int, total: int | None = None) -> None:
        """So much is done of so much; ``None``: nobody knows how much there is."""
        if sys.stderr.isatty():
            if self._bar is None:
                self._bar = tqdm(desc=self._doing, unit=f" {self._unit}", file=sys.stderr, leave=False)
            self._bar.total = total
            self._bar.update(done - self._bar.n)
        elif time.monotonic() - self._said >= LINE_EVERY:
            self._said = time.monotonic()
            print(self._line(done, total), file=sys.stderr, flush=True)

    def _line(self, done: int, total: int | None) -> str:
        rate = done / max(time.monotonic() - self._began, 1e-6)
        line = f"{self._doing}: {done}{f' of {total}' if total else ''} {self._unit}, {rate:.0f} a second"
        if total and rate > 0:
            line += f", {max(total - done, 0) / rate:.0f} s left"
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
