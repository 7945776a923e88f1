"""Memory that all workers of a gunicorn share, and its lock.

It is made before gunicorn forks and has no name: nothing is left behind, and nobody
else can open it.  A process that dies inside the lock lets go of it, for the lock is
the kernel's.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
import threading
import weakref
from types import TracebackType


class Shared:
    """So many bytes, zeros at first; ``with`` holds their lock against threads and processes."""

    def __init__(self, size: int) -> None:
        self._file = _nameless(size)
        weakref.finalize(self, os.close, self._file)
        self.memory = mmap.mmap(self._file, size)
        # The kernel's lock belongs to a process: the threads of one queue here.
        self._turn = threading.Lock()

    def __enter__(self) -> mmap.mmap:
        self._turn.acquire()
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._turn.release()
            raise
        return self.memory

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)
        self._turn.release()


def _nameless(size: int) -> int:
    """A file without a name: in memory where the system can, so that a full disk does not matter."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("search-service", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as named:
            file = os.dup(named.fileno())
    os.ftruncate(file, size)
    return file
