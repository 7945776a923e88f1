"""The archive's records as documents: in this process, or in a child that may die of one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from search_service.archive.record import Record
from search_service.article import Status
from search_service.engine.base import Document
from search_service.indexing.batch import TRIES, Refused, analysed
from search_service.indexing.child import Child, Gone, answer_all
from search_service.text.analyzer import Analyzer

Analysed = list[Document | Refused]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def documents(records: Iterable[Record], analyzer: Analyzer) -> Analysed:
    """Of each record that is no draft, in order."""
    articles = (record.article() for record in records)
    return analysed((article for article in articles if article.status is not Status.DRAFT), analyzer)


class Analyst:
    """A child process that analyses; no batch is lost when it dies: each article is then given to the next alone."""

    def __init__(self, folder: Path) -> None:
        """``folder``: the analyser's. The process starts with the first batch."""
        self._child = Child("search_service.indexing.analysis", str(folder))

    def documents(self, batch: list[Record]) -> Analysed:
        """As the function of this name; an article that the child dies of each time is refused."""
        try:
            return self._ask(batch)
        except Gone:
            return [found for record in batch for found in self._alone(record)]

    def end(self) -> None:
        """See that the process ends."""
        self._child.end()

    def _alone(self, record: Record) -> Analysed:
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
