"""From documents to terms: one number for each term, flat arrays of them, one stable sort.

Texts come in document order, so that the sort by term leaves each term's documents and
positions in order.  When there are too many words for memory, a sorted run goes to a
temporary file; a term's postings are then read from all runs, one after the other.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WORDS_IN_MEMORY = 4_000_000
"""About 12 bytes each, and 40 more while they are sorted."""
GAP = -1

Ints = NDArray[np.int32]


class TermPostings(NamedTuple):
    """All postings of one term: documents, how often it stands in each, and all its positions one after the other."""

    field: str
    term: str
    docs: Ints
    counts: Ints
    places: Ints


class _Numbers(dict[str | None, int]):
    """Gives each new term of a field the next number; an open position is ``GAP``."""

    def __init__(self, field: str, terms: list[tuple[str, str]]) -> None:
        super().__init__({None: GAP})
        self._field = field
        self._terms = terms

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self._terms)
        self._terms.append((self._field, term))
        return number


class _Run(NamedTuple):
    """Sorted postings: those of term number ``n`` are ``starts[n]:starts[n + 1]``, and likewise their places."""

    starts: NDArray[np.intp]
    docs: Ints
    place_starts: NDArray[np.intp]
    places: Ints


class Inverter:
    """Collects texts; each document's after those of the documents before it."""

    def __init__(self, folder: Path, limit: int | None = None) -> None:
        self._folder = folder
        self._limit = WORDS_IN_MEMORY if limit is None else limit
        self._terms: list[tuple[str, str]] = []
        self._fields: dict[str, _Numbers] = {}
        self._runs: list[_Run] = []
        self._clear()

    def add(self, field: str, doc: int, terms: Sequence[str | None]) -> None:
        """Add one stream of a document: a term, or None, at each position."""
        self._numbers.extend(map(self._field(field).__getitem__, terms))
        self._docs.append(doc)
        self._sizes.append(len(terms))
        self._make_room()

    def add_postings(self, field: str, term: str, docs: Ints, places: Ints) -> None:
        """Add a term's occurrences in several documents: a document and a position for each."""
        number = self._field(field)[term]
        self._occurrences.append((np.full(len(docs), number, np.int32), docs, places))
        self._held += len(docs)
        self._make_room()

    def terms(self) -> Iterator[TermPostings]:
        """All terms with all their postings, sorted by field and text; once."""
        runs = [*self._runs, self._sorted()]
        for number in sorted(range(len(self._terms)), key=self._terms.__getitem__):
            pieces = [_piece(run, number) for run in runs if number + 1 < len(run.starts)]
            if len(pieces) == 1:
                docs, counts, places = pieces[0]
            else:
                docs, counts, places = (np.concatenate(arrays) for arrays in zip(*pieces, strict=True))
            if len(docs):
                yield TermPostings(*self._terms[number], docs, counts, places)

    def _field(self, name: str) -> _Numbers:
        if name not in self._fields:
            self._fields[name] = _Numbers(name, self._terms)
        return self._fields[name]

    def _clear(self) -> None:
        self._numbers = array("i")
        self._docs = array("i")
        self._sizes = array("i")
        self._occurrences: list[tuple[Ints, Ints, Ints]] = []
        self._held = 0

    def _make_room(self) -> None:
        if len(self._numbers) + self._held <= self._limit:
            return
        kept = []
        for name, content in zip(_Run._fields, self._sorted(), strict=True):
            path = self._folder / f"run-{len(self._runs)}-{name}.npy"
            np.save(path, content)
            # An empty array cannot be mapped.
            kept.append(np.load(path, mmap_mode="r") if content.size else content)
        self._runs.append(_Run(*kept))
        self._clear()

    def _sorted(self) -> _Run:
        """What is in memory, by term, document and position."""
        numbers, docs, places = self._flat()
        order = np.argsort(numbers, kind="stable")
        numbers, docs, places = numbers[order], docs[order], places[order]
        first = np.ones(len(numbers), np.bool_)
        first[1:] = (numbers[1:] != numbers[:-1]) | (docs[1:] != docs[:-1])
        place_starts = np.append(np.flatnonzero(first), len(numbers))
        postings = numbers[place_starts[:-1]]
        starts = np.searchsorted(postings, np.arange(len(self._terms) + 1))
        return _Run(starts, docs[place_starts[:-1]], place_starts, places)

    def _flat(self) -> tuple[Ints, Ints, Ints]:
        """Term number, document and position of each word in memory."""
        numbers = np.frombuffer(self._numbers, np.int32) if self._numbers else np.empty(0, np.int32)
        sizes = np.array(self._sizes, np.intp)
        ends = np.cumsum(sizes)
        places = (np.arange(len(numbers)) - np.repeat(ends - sizes, sizes)).astype(np.int32)
        docs = np.repeat(np.array(self._docs, np.int32), sizes)
        words = numbers != GAP
        columns = zip((numbers[words], docs[words], places[words]), *self._occurrences, strict=True)
        numbers, docs, places = (np.concatenate(column) for column in columns)
        return numbers, docs, places


def _piece(run: _Run, number: int) -> tuple[Ints, Ints, Ints]:
    start, end = run.starts[number], run.starts[number + 1]
    bounds = run.place_starts[start : end + 1]
    return run.docs[start:end], np.diff(bounds).astype(np.int32), run.places[bounds[0] : bounds[-1]]
