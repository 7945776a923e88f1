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
    """Sorted postings: those of term number ``n`` are ``starts[n]:starts[n + 1]``, and likewise its places."""

    starts: list[int]
    place_starts: list[int]
    docs: Ints
    counts: Ints
    places: Ints

    def postings(self, number: int) -> tuple[Ints, Ints, Ints]:
        """Documents, counts and places of a term; it may be newer than the run."""
        if number + 1 >= len(self.starts):
            return self.docs[:0], self.counts[:0], self.places[:0]
        here = slice(self.starts[number], self.starts[number + 1])
        return (
            self.docs[here],
            self.counts[here],
            self.places[self.place_starts[number] : self.place_starts[number + 1]],
        )


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
            pieces = [piece for run in runs if len((piece := run.postings(number))[0])]
            if not pieces:
                continue
            if len(pieces) == 1:
                docs, counts, places = pieces[0]
            else:
                docs, counts, places = (np.concatenate(arrays) for arrays in zip(*pieces, strict=True))
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
        run = self._sorted()
        stem = f"run-{len(self._runs)}"
        self._runs.append(
            run._replace(
                docs=_mapped(self._folder / f"{stem}-docs.npy", run.docs),
                counts=_mapped(self._folder / f"{stem}-counts.npy", run.counts),
                places=_mapped(self._folder / f"{stem}-places.npy", run.places),
            )
        )
        self._clear()

    def _sorted(self) -> _Run:
        """What is in memory, by term, document and position."""
        numbers, docs, places = self._flat()
        order = np.argsort(numbers, kind="stable")
        numbers, docs, places = numbers[order], docs[order], places[order]
        first = np.ones(len(numbers), np.bool_)
        first[1:] = (numbers[1:] != numbers[:-1]) | (docs[1:] != docs[:-1])
        firsts = np.flatnonzero(first)
        counts = np.diff(firsts, append=len(numbers)).astype(np.int32)
        every = np.arange(len(self._terms) + 1)
        starts = np.searchsorted(numbers[firsts], every)
        return _Run(starts.tolist(), np.searchsorted(numbers, every).tolist(), docs[firsts], counts, places)

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


def _mapped(path: Path, content: Ints) -> Ints:
    """Put an array into a file and map it; an empty one cannot be mapped."""
    np.save(path, content)
    # As a plain array: slicing numpy's own memmap is ten times slower.
    return np.load(path, mmap_mode="r").view(np.ndarray) if content.size else content
