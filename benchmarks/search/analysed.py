"""Analysed articles on their way to those who index them: read once, for all."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from benchmarks.search.apart import Tell
from benchmarks.search.contestants import Reading, read_as
from benchmarks.search.corpus import CorpusSpec
from search_service.engine.base import Coded, Document
from search_service.indexing import garbage
from search_service.indexing.batch import TOGETHER
from search_service.text.analyzer import Analyzer

TELL_EVERY = 100
"""Articles."""


class Part(NamedTuple):
    """Articles from ``first`` on, up to but without ``end``, as a file of documents for each reading."""

    folder: Path
    first: int
    end: int

    def file(self, reading: Reading) -> Path:
        """Where its documents are."""
        return self.folder / f"{reading}-{self.first}"


def analyse(tell: Tell, spec: CorpusSpec, readings: Sequence[Reading], part: Part) -> dict[str, Any]:
    """Write the part; the CPU seconds of each reading, and the words between spaces."""
    garbage.look_seldom()  # as whoever indexes does
    corpus, analyzer = spec.corpus(), Analyzer.default()
    cpu = dict.fromkeys(readings, 0.0)
    words = 0
    files = {reading: Spool(part.file(reading)) for reading in readings}
    try:
        for first in range(part.first, part.end, TOGETHER):
            articles = [corpus.article(number) for number in range(first, min(first + TOGETHER, part.end))]
            words += sum(len(text.split()) for each in articles for text in (each.title, each.lead, each.body))
            for reading, file in files.items():
                analysis = read_as(reading, analyzer)
                began = process_time()
                made = analysis.documents(articles)
                cpu[reading] += process_time() - began
                for document in made:
                    file.add(document)
            if not first % TELL_EVERY:
                tell(first - part.first)
    finally:
        for file in files.values():
            file.close()
    tell(part.end - part.first)
    return {"cpu": cpu, "words": words}


class Spool:
    """A file of documents; of a table that many share, each row is written once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._table: Sequence[Any] = ()
        self._written = 0
        """Rows of the table."""

    def add(self, document: Document) -> None:
        """Write one more."""
        for streams in document.text.values():
            if isinstance(streams, Coded) and streams.table is not self._table:
                self._table, self._written = streams.table, 0
        text: dict[str, Any] = {
            field: streams.codes if isinstance(streams, Coded) else streams for field, streams in document.text.items()
        }
        rows = self._table[self._written :]
        pickle.dump((self._written, rows, replace(document, text=text)), self._file, pickle.HIGHEST_PROTOCOL)
        self._written += len(rows)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def documents(paths: Iterable[Path]) -> Iterator[Document]:
    """The documents of files, as they were added: those that shared a table share one again."""
    for path in paths:
        with path.open("rb") as file:
            table: list[Any] = []
            while file.peek(1):
                written, rows, document = pickle.load(file)
                if not written:
                    table = []
                table += rows
                text = {
                    field: streams if isinstance(streams, dict) else Coded(table, streams)
                    for field, streams in document.text.items()
                }
                yield replace(document, text=text)
