"""The processes of this service: how much memory and how many files they hold, as the kernel counts.

Of memory, the proportional share (PSS): what several processes have in common is
counted once, so that the numbers of all of them add up.  Linux alone tells it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from search_service.indexing.lock import holder

_PROC = Path("/proc")
_PSS = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
_HOLDER = re.compile(r"process (\d+) ")


class Held(NamedTuple):
    """Of some processes together."""

    processes: int
    memory: int
    """Bytes."""
    files: int


def web() -> Held | None:
    """This worker, its siblings and the process that started them; None: it cannot be told."""
    return _held({*_family(os.getppid()), os.getpid()})


def indexer(index: Path) -> Held | None:
    """The process that keeps this index folder up to date; None: there is none, or it cannot be told."""
    found = _HOLDER.match(holder(index) or "")
    return _held({int(found[1])}) if found else None


def _family(parent: int) -> set[int]:
    """A gunicorn's master with its workers: those that run the same program as we do."""
    program = _program(parent)
    if program is None or program != _program(os.getpid()):
        return set()
    try:
        children = (_PROC / str(parent) / "task" / str(parent) / "children").read_text().split()
    except OSError:
        return set()
    return {parent, *map(int, children)}


def _program(process: int) -> bytes | None:
    try:
        return (_PROC / str(process) / "cmdline").read_bytes()
    except OSError:
        return None


def _held(processes: Iterable[int]) -> Held | None:
    found = [each for each in map(_one, processes) if each is not None]
    return Held(*map(sum, zip(*found, strict=True))) if found else None


def _one(process: int) -> Held | None:
    folder = _PROC / str(process)
    try:
        share = _PSS.search((folder / "smaps_rollup").read_bytes())
        return Held(1, int(share[1]) * 1024 if share else 0, len(os.listdir(folder / "fd")))  # noqa: PTH208 - names only
    except OSError:
        return None
