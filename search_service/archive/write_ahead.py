"""SQLite's log after a crash: it is there again as far as it went, or it is said that it is not.

SQLite takes its log up to the first frame whose checksum fails, and says nothing of the rest.  After
a power cut that is right: what follows was never acknowledged.  After a crash of processes alone it is
damage, and the log's index beside it still tells how far the log went
(https://sqlite.org/walformat.html).
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from search_service.durable import write_atomically

_HEADER = 48
"""Bytes of the index's header, of which there are two copies."""
_LOG_HEADER = 32
_SALTS = slice(16, 24)
"""In the log's header; the index has a copy."""

log = logging.getLogger(__name__)


class Extent(NamedTuple):
    """How far a log went."""

    frames: int
    salts: bytes
    """Differ each time that the log begins anew."""


def extent(path: Path) -> Extent | None:
    """What the index of the log beside an archive tells; None: nothing.

    Not for a process that has the archive open: SQLite's locks on the index would be given up.
    """
    try:
        with _beside(path, "-shm").open("rb") as file:
            header, copy = file.read(_HEADER), file.read(_HEADER)
    except OSError:
        return None
    if len(copy) < _HEADER or header != copy or not header[12]:
        return None
    return Extent(int.from_bytes(header[16:20], sys.byteorder), header[32:40])


def examine(path: Path, connection: sqlite3.Connection, before: Extent) -> None:
    """See whether the log is there as far as it went before it was opened; keep what is lost for ``lost``."""
    kept = _beside(path, "-lost")
    try:
        (_, frames, _) = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        with _beside(path, "-wal").open("rb") as file:
            header = file.read(_LOG_HEADER)
    except (sqlite3.Error, OSError):  # a full disk: writes will say so; what was lost stays untold
        return
    # Another process may have begun the log anew meanwhile: with other salts, and with something in it.
    same = header[_SALTS] == before.salts
    if 0 <= frames < before.frames and (same or (frames == 0 and header)):
        line = (
            f"the last {before.frames - frames} of {before.frames} pages of {path}-wal cannot be read, and the changes "
            f"in them are lost; delete {kept} once that is dealt with"
        )
        log.error("%s", line)
        with suppress(OSError):
            write_atomically(kept, f"{line}\n".encode())


def lost(path: Path) -> list[str]:
    """What was found lost so far, a line each."""
    try:
        return _beside(path, "-lost").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def forget(path: Path) -> None:
    """What was lost is there again, or no longer of interest."""
    _beside(path, "-lost").unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
