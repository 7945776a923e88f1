"""``python -m search_service.web.lifeline DESCRIPTOR MODULE ARGUMENT…``: runs a module that ends with its supervisor.

The supervisor holds the other end of a pipe and never writes: when it is gone, however
it went, the pipe closes, and this process asks itself to end (SIGTERM).
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def hold_on(descriptor: int) -> None:
    """Watch the pipe from a thread of its own."""
    threading.Thread(target=_wait, args=(descriptor, os.getpid()), daemon=True).start()


def _wait(descriptor: int, process: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(process, signal.SIGTERM)


if __name__ == "__main__":
    hold_on(int(sys.argv[1]))
    sys.argv[:2] = []
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
