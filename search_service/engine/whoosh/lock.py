"""One writer a generation."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from search_service.errors import ServiceError


class WriterLock:
    """An ``flock``, freed by the kernel when its holder dies; the file's text says who holds it."""

    def __init__(self, path: Path, doing: str) -> None:
        """Take the lock at once; raises ``indexer_busy`` naming the holder."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()}, {doing}".encode(), 0)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace") or "another process"
            os.close(descriptor)
            raise ServiceError("indexer_busy", f"{path.parent} is held by {holder}.") from None
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Give the lock back; nothing happens the second time."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
