"""Work in processes of their own, which end with this one: their memory is theirs alone, and cores are shared out."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import connection, get_all_start_methods, get_context, resource_tracker
from typing import Any, NamedTuple

Tell = Callable[[int], None]
"""How much is done by now."""
_SERVER = "forkserver"
_IMPORTED = "benchmarks.search.measuring"
"""What the server has imported from which quick processes are forked, where the system can do that."""


class Call(NamedTuple):
    """A function of a module, which is given a ``Tell`` first, and its other arguments."""

    work: Callable[..., Any]
    arguments: tuple[Any, ...]


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """What the call gives, in a fresh interpreter; raises what it raises."""
    with beside(work, *arguments) as process:
        return process.result()


def side_by_side(calls: Sequence[Call], at_once: int, tell: Tell | None = None) -> Iterator[Any]:
    """What the calls give, as they come to their ends, in a fresh process each, so many at a time.

    Raises what the first that fails raises; those under way are ended then. ``tell`` hears the sum of what all
    of them have told.
    """
    told = [0] * len(calls)
    waiting = list(enumerate(calls))[::-1]
    running: dict[Any, tuple[int, Process]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                number, call = waiting.pop()
                process = Process(call, quick=True)
                running[process.pipe] = number, process
            for pipe in connection.wait(list(running)):
                number, process = running[pipe]
                heard, what = process.hear()
                if heard:
                    told[number] = what
                    if tell:
                        tell(sum(told))
                else:
                    del running[pipe]
                    process.end()
                    yield what
    finally:
        for _, process in running.values():
            process.end()


@contextmanager
def beside(work: Callable[..., Any], *arguments: Any) -> Iterator[Process]:
    """A call that runs meanwhile in a fresh interpreter; ended at the latest when this ends."""
    process = Process(Call(work, arguments))
    try:
        yield process
    finally:
        process.end()


class Process:
    """One call under way."""

    def __init__(self, call: Call, *, quick: bool = False) -> None:
        """``quick``: forked from a server that has imported everything, with which it shares memory at first."""
        quick = quick and _SERVER in get_all_start_methods()
        context: Any = get_context(_SERVER if quick else "spawn")
        if quick:
            context.set_forkserver_preload([_IMPORTED])
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, call), daemon=True)
        # Interrupts are for this process to hear: its children are born deaf to them.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        theirs.close()

    def hear(self) -> tuple[bool, Any]:
        """True and what it has told, or False and what it gave at its end; raises what the call raised."""
        try:
            kind, what = self.pipe.recv()
        except EOFError:
            self._process.join()
            raise RuntimeError(f"a process of the benchmark ended with code {self._process.exitcode}") from None
        if kind == "raised":
            raise what
        return kind == "told", what

    def result(self) -> Any:
        """Wait for what it gives."""
        going = True
        while going:
            going, what = self.hear()
        return what

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.pipe.close()


def _work(pipe: Any, call: Call) -> None:
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    try:
        answer = "gave", call.work(lambda done: pipe.send(("told", done)), *call.arguments)
    except Exception as error:
        error.add_note(f"in a process of its own:\n{traceback.format_exc()}")
        answer = "raised", error
    pipe.send(answer)


def _end_with_parent(pipe: Any) -> None:
    try:
        pipe.recv()
    except (EOFError, OSError):
        os._exit(1)
