"""A sealed file of lines: gzip that any tool reads, in which no changed or missing byte goes unnoticed.

Lines are gathered to pieces of about a megabyte, each a gzip member of its own; the last
member is the *seal*, a line with the SHA-256 of all bytes before it.  It is stored
without compression, so that each of its own bytes is known beforehand.  What is read is
bounded whatever the file holds: a member's size, and how far it swells.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from search_service.durable import sync
from search_service.errors import ServiceError

PIECE = 2**20
"""Bytes of lines in a member; a longer line makes a member by itself."""
MOST_LINE = 64 * 2**20
"""Bytes of the longest line that is read."""
MOST_SWELLING = 100
"""How many bytes may come of one; what would swell further is stored as it is."""
LEVEL = 6

_READ = 2**16
_GZIP = 31  # zlib's window bits for a gzip member
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def write(path: Path, lines: Iterable[bytes]) -> int:
    """Put lines (without their ends) into a new file, durably, in the place of an old one; returns its size in bytes.

    Until all is on the disk the old file stays. Raises ``folder_not_writable``.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                size = _fill(file, lines)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
            sync(path.parent)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ServiceError("folder_not_writable", f"{path} cannot be written: {error.strerror}") from error
    return size


def read(path: Path) -> Iterator[bytes]:
    """The lines; that the file is whole is known at the end only, so nothing may be done with them before.

    Raises ``snapshot_damaged`` for a file that is not as it was written, ``source_unreadable``.
    """
    try:
        with path.open("rb") as file:
            yield from _lines(path, file)
    except OSError as error:
        raise ServiceError("source_unreadable", f"{path} cannot be read: {error.strerror}") from error


def _fill(file: IO[bytes], lines: Iterable[bytes]) -> int:
    digest = hashlib.sha256()
    size = 0
    for piece in _pieces(lines):
        member = _member(piece)
        digest.update(member)
        size += file.write(member)
    return size + file.write(_seal(digest.hexdigest()))


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line) + 1
        if size >= PIECE:
            yield b"\n".join([*held, b""])
            held, size = [], 0
    if held:
        yield b"\n".join([*held, b""])


def _member(piece: bytes) -> bytes:
    packed = zlib.compress(piece, LEVEL, _GZIP)
    return packed if len(piece) <= MOST_SWELLING * len(packed) else zlib.compress(piece, 0, _GZIP)


def _seal(digest: str) -> bytes:
    line = json.dumps({"sha256": digest}).encode() + b"\n"
    stored = b"\x01" + len(line).to_bytes(2, "little") + (len(line) ^ 0xFFFF).to_bytes(2, "little") + line
    return _HEADER + stored + zlib.crc32(line).to_bytes(4, "little") + len(line).to_bytes(4, "little")


_SEAL = len(_seal(hashlib.sha256().hexdigest()))


def _lines(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    left = os.fstat(file.fileno()).st_size - _SEAL
    if left < 0:
        raise _damaged(path)
    digest = hashlib.sha256()
    line = bytearray()
    packed = b""
    while packed or left > 0:
        member = zlib.decompressobj(_GZIP)
        taken = given = 0
        while not member.eof:
            if not packed:
                packed = file.read(min(_READ, left))
                if not packed:
                    raise _damaged(path)
                left -= len(packed)
                digest.update(packed)
            try:
                piece = member.decompress(packed, PIECE)
            except zlib.error:
                raise _damaged(path) from None
            rest = member.unused_data if member.eof else member.unconsumed_tail
            taken += len(packed) - len(rest)
            given += len(piece)
            packed = rest
            if given > (MOST_SWELLING * taken if member.eof else MOST_LINE + PIECE):
                raise ServiceError("snapshot_damaged", f"{path} swells to more than {MOST_SWELLING} times its size")
            line += piece
            if b"\n" in piece:
                *whole, end = line.split(b"\n")
                yield from map(bytes, whole)
                line = bytearray(end)
            if len(line) > MOST_LINE:
                raise ServiceError("snapshot_damaged", f"{path} holds a line of more than {MOST_LINE} bytes")
    if line or file.read() != _seal(digest.hexdigest()):
        raise _damaged(path)


def _damaged(path: Path) -> ServiceError:
    return ServiceError("snapshot_damaged", f"{path} is damaged or incomplete: it does not match its seal")
