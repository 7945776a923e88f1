"""The lock that makes its holder the one indexer of an index folder."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from search_service.errors import ServiceError

PATIENCE = 0.2
"""Seconds for which a busy lock is asked again, since ``holder`` takes it for an instant."""
_NAMELESS = "another process"


class IndexerLock:
    """An ``flock`` on ``indexer.lock``: freed by the kernel when its holder dies, however it dies.

    The file says who holds it, for people; the lock itself is the kernel's.
    """

    def __init__(self, folder: Path, doing: str) -> None:
        self._path = folder / "indexer.lock"
        self._doing = doing
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; raises ``indexer_busy`` naming the holder, or ``folder_not_writable``."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ServiceError("folder_not_writable", f"{self._path.parent}: {error.strerror}") from None
        give_up = time.monotonic() + PATIENCE
        try:
            while not _locked(descriptor, fcntl.LOCK_EX):
                if time.monotonic() > give_up:
                    raise ServiceError("indexer_busy", f"{self._path} is held by {_described(descriptor)}")
                time.sleep(PATIENCE / 20)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        self._describe(f"process {os.getpid()} ({self._doing})\n")

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is not None:
            self._describe("")
            os.close(self._descriptor)
            self._descriptor = None

    def _describe(self, holder: str) -> None:
        """Say who holds the lock; on a full disk it is held without a name."""
        assert self._descriptor is not None
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, holder.encode(), 0)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def holder(folder: Path) -> str | None:
    """Who holds the lock of this index folder, for people; None: nobody does."""
    try:
        descriptor = os.open(folder / "indexer.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return None if _locked(descriptor, fcntl.LOCK_SH) else _described(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _described(descriptor: int) -> str:
    with suppress(OSError):
        return os.pread(descriptor, 200, 0).decode(errors="replace").strip() or _NAMELESS
    return _NAMELESS
