"""The records of a body, one by one in bounded memory: a JSON array, or JSON lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from search_service.errors import ServiceError

CHUNK = 2**16

_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_IN_STRING = re.compile(rb'["\\]')
_OUTSIDE = re.compile(rb'["\[\]{},]')

Read = Callable[[int], bytes]
Record = bytes | None
"""The bytes of one record; None: it was longer than the limit, and dropped while it came."""


def records(read: Read, limit: int) -> Iterator[Record]:
    """The elements of a JSON array, or the lines that are not blank, each of at most ``limit`` bytes.

    What they hold is not looked into.  Raises ``body_invalid`` where an array does not
    keep its form; records before that have been yielded.
    """
    chunks = _chunks(read)
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= len(_BOM) and (head := head.removeprefix(_BOM).lstrip(_BLANK)):
            break
    head = head.removeprefix(_BOM).lstrip(_BLANK)
    if head.startswith(b"["):
        return _elements(_after(head[1:], chunks), limit)
    return _lines(_after(head, chunks), limit)


def _chunks(read: Read) -> Iterator[bytes]:
    while chunk := read(CHUNK):
        yield chunk


def _after(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from chunks


class _Record:
    """A record as it grows; past the limit only its length is kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()
        self._dropped = False

    def add(self, part: bytes) -> None:
        if not self._dropped and len(self._bytes) + len(part) <= self._limit:
            self._bytes += part
        elif part:
            self._dropped = True
            self._bytes.clear()

    @property
    def blank(self) -> bool:
        return not self._dropped and not self._bytes.strip(_BLANK)

    def take(self) -> Record:
        taken = None if self._dropped else bytes(self._bytes).strip(_BLANK)
        self._bytes.clear()
        self._dropped = False
        return taken


def _lines(chunks: Iterator[bytes], limit: int) -> Iterator[Record]:
    record = _Record(limit)
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            record.add(part)
            if not record.blank:
                yield record.take()
            else:
                record.take()
        record.add(rest)
    if not record.blank:
        yield record.take()


def _elements(chunks: Iterator[bytes], limit: int) -> Iterator[Record]:
    """Cuts at the commas of the outermost array: strings are stepped over, brackets counted."""
    record = _Record(limit)
    depth = 0
    in_string = escaped = ended = False
    first = True
    for chunk in chunks:
        if ended:
            _nothing_after(chunk)
            continue
        start = at = 0
        if escaped:
            at, escaped = 1, False
        while mark := (_IN_STRING if in_string else _OUTSIDE).search(chunk, at):
            sign, at = mark[0], mark.end()
            if sign == b"\\":
                escaped = at == len(chunk)
                at += 1
            elif sign == b'"':
                in_string = not in_string
            elif sign in b"[{":
                depth += 1
            elif depth and sign in b"]}":
                depth -= 1
            elif not depth:
                record.add(chunk[start : mark.start()])
                start = at
                ended = sign == b"]"
                if sign == b"}" or (record.blank and not (ended and first)):
                    raise ServiceError("body_invalid", f"the JSON array is broken at '{sign.decode()}'")
                if not record.blank:
                    yield record.take()
                first = False
                if ended:
                    _nothing_after(chunk[start:])
                    break
        if not ended:
            record.add(chunk[start:])
    if not ended:
        raise ServiceError("body_invalid", "the JSON array does not end")


def _nothing_after(rest: bytes) -> None:
    if rest.strip(_BLANK):
        raise ServiceError("body_invalid", "something stands after the end of the JSON array")
