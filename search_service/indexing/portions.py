"""Filling an index on every core: child processes analyse articles and write them as portions of a generation."""

from __future__ import annotations

import queue
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from search_service.archive.record import Record
from search_service.engine.base import Portion
from search_service.indexing.analysis import documents
from search_service.indexing.batch import Refused
from search_service.indexing.child import Child, answer_all
from search_service.text.analyzer import Analyzer

AHEAD = 2
"""Batches that are under way for each child."""


@contextmanager
def children(analyser: Path, count: int, share: float) -> Iterator[Children]:
    """So many children with the analyser of this folder; gone when this ends.

    ``share``: of what an analyser remembers where memory is no matter, what each child's does.
    """
    with ExitStack() as stack:
        all_of_them = [Child("search_service.indexing.portions", str(analyser), str(share)) for _ in range(count)]
        for each in all_of_them:
            stack.callback(each.end)
        threads = ThreadPoolExecutor(count, thread_name_prefix="portions")
        stack.callback(threads.shutdown, wait=True, cancel_futures=True)
        yield Children(all_of_them, threads)


class Children:
    """Children at work, each served by a thread of its own."""

    def __init__(self, children: list[Child], threads: ThreadPoolExecutor) -> None:
        self._children = children
        self._idle: queue.SimpleQueue[Child] = queue.SimpleQueue()
        for each in children:
            self._idle.put(each)
        self._threads = threads

    def __len__(self) -> int:
        return len(self._children)

    def write(self, portion: Portion, batches: Iterable[list[Record]]) -> Iterator[tuple[list[Record], list[Refused]]]:
        """Analyse and write batches; gives each, in order, with what could not be analysed.

        All is in the portion's folder when this ends. Raises ``Gone`` and errors of the
        table; then nothing of the portion can be used.
        """
        ahead: deque[tuple[list[Record], Future[Any]]] = deque()
        try:
            self._all(portion)
            for batch in batches:
                ahead.append((batch, self._threads.submit(self._one, batch)))
                if len(ahead) > AHEAD * len(self._children):
                    given, future = ahead.popleft()
                    yield given, future.result()
            while ahead:
                given, future = ahead.popleft()
                yield given, future.result()
            self._all(None)
        except BaseException:
            for _, future in ahead:
                future.cancel()
            raise

    def _one(self, message: object) -> Any:
        child = self._idle.get()
        try:
            return child.ask(message)
        finally:
            self._idle.put(child)

    def _all(self, message: object) -> None:
        for future in [self._threads.submit(each.ask, message) for each in self._children]:
            future.result()


class _Work:
    """What a child does with what it is sent: a portion to begin, records for it, None at its end."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._portion: Portion | None = None

    def answer(self, message: Portion | list[Record] | None) -> list[Refused]:
        if isinstance(message, list):
            return self._add(message)
        if message is None:
            assert self._portion is not None
            self._portion.finish()
        self._portion = message
        return []

    def _add(self, records: list[Record]) -> list[Refused]:
        assert self._portion is not None
        refused = []
        for each in documents(records, self._analyzer):
            if isinstance(each, Refused):
                refused.append(each)
            else:
                self._portion.add(each)
        return refused


def _serve(analyser: Path, share: float) -> None:
    """What a child is."""
    answer_all(_Work(Analyzer.load(analyser).sparing(share)).answer)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), float(sys.argv[2]))
