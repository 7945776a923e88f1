"""Analysing on every core: child processes turn the archive's records into documents, in order.

A child reads pickled batches from its standard input and answers on its standard output;
when the parent is gone, however it went, the input ends and so does the child.  No batch
is ever lost: one on which a child dies is given to the next child article by article.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from search_service.archive.record import Record
from search_service.article import Status
from search_service.engine.base import Document
from search_service.errors import ServiceError
from search_service.indexing.batch import TRIES, Refused, analysed
from search_service.text.analyzer import Analyzer

AHEAD = 2
"""Batches that are under way for each child."""
END_SECONDS = 5.0

Analysed = list[Document | Refused]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def documents(records: Iterable[Record], analyzer: Analyzer) -> Analysed:
    """Of each record that is no draft, in order."""
    articles = (record.article() for record in records)
    return analysed((article for article in articles if article.status is not Status.DRAFT), analyzer)


@contextmanager
def children(folder: Path, count: int) -> Iterator[Analysts]:
    """So many children with the analyser of this folder; gone when this ends."""
    with ExitStack() as stack:
        analysts = [_Analyst(folder) for _ in range(count)]
        for each in analysts:
            stack.callback(each.end)
        threads = ThreadPoolExecutor(count, thread_name_prefix="analysis")
        stack.callback(threads.shutdown, wait=True, cancel_futures=True)
        yield Analysts(analysts, threads)


class Analysts:
    """Children at work, each served by a thread of its own."""

    def __init__(self, analysts: list[_Analyst], threads: ThreadPoolExecutor) -> None:
        self._idle: queue.SimpleQueue[_Analyst] = queue.SimpleQueue()
        for each in analysts:
            self._idle.put(each)
        self._ahead = AHEAD * len(analysts)
        self._threads = threads

    def documents(self, batches: Iterable[list[Record]]) -> Iterator[tuple[list[Record], Analysed]]:
        """Each batch with its documents, in order; a few batches are read ahead."""
        under_way: deque[tuple[list[Record], Future[Analysed]]] = deque()
        try:
            for batch in batches:
                under_way.append((batch, self._threads.submit(self._ask, batch)))
                if len(under_way) > self._ahead:
                    given, future = under_way.popleft()
                    yield given, future.result()
            while under_way:
                given, future = under_way.popleft()
                yield given, future.result()
        finally:
            for _, future in under_way:
                future.cancel()

    def _ask(self, batch: list[Record]) -> Analysed:
        analyst = self._idle.get()
        try:
            return analyst.documents(batch)
        finally:
            self._idle.put(analyst)


class _Analyst:
    """One child; another takes its place when it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    def documents(self, batch: list[Record]) -> Analysed:
        try:
            return self._ask(batch)
        except (EOFError, OSError, pickle.UnpicklingError):
            return [found for record in batch for found in self._alone(record)]

    def end(self) -> None:
        """Close its input, and see that it ends."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        with suppress(OSError):
            child.stdin.close()
        child.stdout.close()
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _alone(self, record: Record) -> Analysed:
        """The article that a child dies of is refused."""
        for _ in range(TRIES):
            with suppress(EOFError, OSError, pickle.UnpicklingError):
                return self._ask([record])
        return [Refused(record.id, record.version, f"the analysing process died of it {TRIES} times")]

    def _ask(self, batch: list[Record]) -> Analysed:
        child = self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            pickle.dump(batch, child.stdin, pickle.HIGHEST_PROTOCOL)
            child.stdin.flush()
            found = pickle.load(child.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            self.end()
            raise
        if isinstance(found, ServiceError):
            raise found
        return found  # type: ignore[no-any-return]  # what the child below has put there

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "search_service.indexing.analysis", str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0,  # Ctrl+C is for the parent
            )
        return self._child


def _serve(folder: Path) -> None:
    """What a child does."""
    given = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may write among the answers
    analyzer = Analyzer.load(folder)
    while True:
        try:
            batch = pickle.load(given)
        except EOFError:
            return
        found: Analysed | ServiceError
        try:
            found = documents(batch, analyzer)
        except ServiceError as error:
            found = error
        try:
            pickle.dump(found, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            return


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
