"""Analysing on every core: child processes turn the archive's records into documents, in order.

No batch is ever lost: one on which a child dies is given to the next child article by article.
"""

from __future__ import annotations

import os
import queue
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from search_service.archive.record import Record
from search_service.article import Status
from search_service.engine.base import Document
from search_service.indexing.batch import TRIES, Refused, analysed
from search_service.indexing.child import Child, Gone, answer_all
from search_service.text.analyzer import Analyzer

AHEAD = 2
"""Batches that are under way for each child."""

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
    """One child, and what becomes of a batch that it dies of."""

    def __init__(self, folder: Path) -> None:
        self._child = Child("search_service.indexing.analysis", str(folder))

    def documents(self, batch: list[Record]) -> Analysed:
        try:
            return self._ask(batch)
        except Gone:
            return [found for record in batch for found in self._alone(record)]

    def end(self) -> None:
        self._child.end()

    def _alone(self, record: Record) -> Analysed:
        """The article that a child dies of is refused."""
        for _ in range(TRIES):
            with suppress(Gone):
                return self._ask([record])
        return [Refused(record.id, record.version, f"the analysing process died of it {TRIES} times")]

    def _ask(self, batch: list[Record]) -> Analysed:
        found: Analysed = self._child.ask(batch)
        return found


def _serve(folder: Path) -> None:
    """What a child does."""
    analyzer = Analyzer.load(folder)
    answer_all(lambda batch: documents(batch, analyzer))


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
