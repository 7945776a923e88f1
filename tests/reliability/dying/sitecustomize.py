"""Python imports this at its start: an indexer that ``serve`` starts dies at a file operation of its own.

While the file that ``DYING_PLAN`` names is there, with a number n in it, the n-th operation
that would change something in the index folder is the last; the file goes with it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


class _Death:
    def __init__(self, plan: Path) -> None:
        self._plan = plan
        self._count = 0

    def __call__(self, _: int) -> None:
        try:
            number = int(self._plan.read_text())
        except FileNotFoundError:
            self._count = 0
            return
        self._count += 1
        if self._count == number:
            self._plan.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


if "indexer" in sys.orig_argv:
    from search_service.indexing import build
    from tests.reliability.operations import Operations

    build.WORTH_A_CHILD = 10
    _operations = Operations(Path(os.environ["SEARCH_INDEX"]), _Death(Path(os.environ["DYING_PLAN"])), reading=False)
    _operations.__enter__()
