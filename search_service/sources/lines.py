"""The lines of a file of any size, one at a time, none longer than a limit in memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import IO, Final

from search_service.errors import ServiceError

TOO_LONG: Final = b"\x00too long"
"""Stands in the place of a line that is longer than the limit; compared by identity."""

Lines = Iterator[tuple[int, bytes]]
"""Line numbers from 1, and the lines."""

MAX_RATIO = 100
MAX_INFLATED = 2**36
_LOOK_EVERY = 2**20
_RATIO_FROM = 4 * 2**20
"""Bytes from which the ratio is looked at; a small file may well be very even."""


def plain_lines(stream: IO[bytes], limit: int) -> Lines:
    """The lines of a stream; ``TOO_LONG`` for those of more than ``limit`` bytes."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) <= limit:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(limit + 1)
        yield number, TOO_LONG


def gzip_lines(stream: IO[bytes], limit: int, *, max_ratio: int = MAX_RATIO, max_bytes: int = MAX_INFLATED) -> Lines:
    """The lines of a gzip stream.

    Raises ``source_unreadable`` where the stream is damaged or cut off, or inflates
    past ``max_ratio`` (looked at from 4 MB on) or ``max_bytes``; the lines before that
    have been yielded by then.
    """
    with gzip.GzipFile(fileobj=stream, mode="rb") as inflated:
        checked = _Checked(inflated, stream, max_ratio, max_bytes)
        number = 0
        try:
            for number, line in plain_lines(checked, limit):  # type: ignore[arg-type]
                yield number, line
        except (EOFError, OSError, zlib.error) as error:
            what = "is cut off" if isinstance(error, EOFError) else "is damaged or no gzip"
            raise ServiceError("source_unreadable", f"the gzip file {what} after line {number}") from None


class Inflated:
    """The bytes of a gzip stream; raises ``source_unreadable`` where that is damaged or inflates without measure."""

    def __init__(self, stream: IO[bytes], *, max_ratio: int = MAX_RATIO, max_bytes: int = MAX_INFLATED) -> None:
        self._checked = _Checked(gzip.GzipFile(fileobj=stream, mode="rb"), stream, max_ratio, max_bytes)

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none at the end."""
        try:
            return self._checked.read(size)
        except (EOFError, OSError, zlib.error) as error:
            what = "is cut off" if isinstance(error, EOFError) else "is damaged or no gzip"
            raise ServiceError("source_unreadable", f"the gzip file {what}") from None


class _Checked:
    """What is read of an inflating stream that refuses to inflate without measure."""

    def __init__(self, inflated: gzip.GzipFile, compressed: IO[bytes], max_ratio: int, max_bytes: int) -> None:
        self._inflated = inflated
        self._compressed = compressed
        self._max_ratio = max_ratio
        self._max_bytes = max_bytes
        self._produced = 0
        self._next_look = min(_RATIO_FROM, max_bytes)

    def readline(self, size: int) -> bytes:
        return self._looked_at(self._inflated.readline(size))

    def read(self, size: int) -> bytes:
        return self._looked_at(self._inflated.read(size))

    def _looked_at(self, data: bytes) -> bytes:
        self._produced += len(data)
        if self._produced > self._next_look:
            self._look()
        return data

    def _look(self) -> None:
        if self._produced > self._max_bytes:
            raise ServiceError("source_unreadable", f"the gzip file inflates to more than {self._max_bytes} bytes")
        if self._produced > _RATIO_FROM and self._produced > self._max_ratio * self._compressed.tell():
            raise ServiceError(
                "source_unreadable", f"the gzip file inflates to more than {self._max_ratio} times its size"
            )
        self._next_look = min(self._produced + _LOOK_EVERY, self._max_bytes)
