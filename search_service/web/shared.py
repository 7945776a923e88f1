"""Memory that all workers of a gunicorn share, and its lock.

It is made before gunicorn forks and has no name: nothing is left behind, and nobody
else can open it.  A process that dies inside the lock lets go of it, for the lock is
the kernel's.

The kernel gives such locks to processes, not to threads (https://man7.org/linux/man-pages/man2/F_SETLKW.2const.html):
a process with one thread inside one lock and another thread waiting for a second lock
looks to it like half of a deadlock, and where a neighbour is the other half it refuses
(EDEADLK).  Therefore a process is inside one of its locks, or waits for one, never both.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
import threading
import weakref
from types import TracebackType

_turn = threading.Lock()
"""The process's own, for all of its shared memory together."""


class Shared:
    """So many bytes, zeros at first; ``with`` holds their lock against threads and processes.

    Within the block no other shared memory may be entered.
    """

    def __init__(self, size: int) -> None:
        self._file = _nameless(size)
        weakref.finalize(self, os.close, self._file)
        self.memory = mmap.mmap(self._file, size)

    def __enter__(self) -> mmap.mmap:
        _turn.acquire()
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        except BaseException:
            _turn.release()
            raise
        return self.memory

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        finally:
            _turn.release()


def _nameless(size: int) -> int:
    """A file without a name: in memory where the system can, so that a full disk does not matter."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("search-service", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as named:
            file = os.dup(named.fileno())
    os.ftruncate(file, size)
    return file
