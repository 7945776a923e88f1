"""A child process that answers one pickled message after the other.

It reads from its standard input and answers on its standard output; when the parent is
gone, however it went, the input ends and so does the child.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from search_service import log
from search_service.errors import ServiceError
from search_service.indexing import garbage
from search_service.settings import Settings

END_SECONDS = 5.0
NICENESS = 10
"""How far a child stands back behind the processes that readers wait for; they get some nine tenths of a busy core."""


class Gone(Exception):
    """The child has died before it answered."""


class Child:
    """One child; another takes its place when it is asked after its end."""

    def __init__(self, module: str, *arguments: str) -> None:
        """``module`` is run with these arguments, and calls ``answer_all``."""
        self._command = [sys.executable, "-m", module, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, message: object) -> Any:
        """The answer; raises ``Gone``, and errors of the table that the child has raised."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump(message, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            answer = pickle.load(process.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            self.end()
            raise Gone(f"a child process has died ({' '.join(self._command[2:])})") from error
        if isinstance(answer, ServiceError):
            raise answer
        return answer

    def kill(self) -> None:
        """Kill it if it was started, whatever it is doing; who asks it meets ``Gone``."""
        process = self._process  # another thread may end it meanwhile
        if process is not None:
            process.kill()

    def end(self) -> None:
        """Close its input, and see that it ends."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0,  # Ctrl+C is for the parent
            )
        return self._process


def answer_all(answer: Callable[[Any], object]) -> None:
    """What a child does until its input ends; an error of the table is an answer, too."""
    log.start(Settings())
    os.nice(NICENESS)
    garbage.look_seldom()
    given = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may write among the answers
    while True:
        try:
            message = pickle.load(given)
        except EOFError:
            return
        found: object
        try:
            found = answer(message)
        except ServiceError as error:
            found = error
        try:
            pickle.dump(found, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            # Whoever asked is gone; what is left in the buffer must not be written when it goes, too.
            with suppress(BrokenPipeError):
                answers.close()
            return
