"""From documents to terms: one number for each term, flat arrays of them, one stable sort.

Texts come in document order, so that the sort by term leaves each term's documents and
positions in order.  When there are too many words for memory, a sorted run goes to
temporary files; a term's postings are then read from its runs, one after the other.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

WORDS_IN_MEMORY = 3_000_000
"""About 12 bytes each, and 50 more while they are sorted."""

Ints = NDArray[np.int32]


class TermPostings(NamedTuple):
    """All postings of one term: documents, how often it stands in each, and all its positions one after the other."""

    field: str
    term: str
    docs: Ints
    counts: Ints
    places: Ints


class _Numbers(dict[str, int]):
    """Gives each new term of a field the next number."""

    def __init__(self, field: str, terms: list[tuple[str, str]]) -> None:
        super().__init__()
        self._field = field
        self._terms = terms

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self._terms)
        self._terms.append((self._field, term))
        return number


class _Run(NamedTuple):
    """Sorted postings of the terms ``numbers``: of the i-th, ``starts[i]:starts[i + 1]``; its places likewise."""

    numbers: Ints
    starts: NDArray[np.intp]
    place_starts: NDArray[np.intp]
    docs: Ints
    counts: Ints
    places: Ints

    def postings(self, i: int) -> tuple[Ints, Ints, Ints]:
        """Documents, counts and places of the i-th term."""
        here = slice(self.starts[i], self.starts[i + 1])
        return self.docs[here], self.counts[here], self.places[self.place_starts[i] : self.place_starts[i + 1]]


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
        places: Sequence[int] = range(len(terms))
        if None in terms:
            places = [at for at, term in enumerate(terms) if term is not None]
        self._numbers.extend(map(self._field(field).__getitem__, (term for term in terms if term is not None)))
        self._places.extend(places)
        self._docs.append(doc)
        self._sizes.append(len(places))
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
        ranks = np.empty(len(self._terms), np.intp)
        ranks[sorted(range(len(self._terms)), key=self._terms.__getitem__)] = np.arange(len(self._terms))
        numbers = np.concatenate([run.numbers for run in runs])
        of_run = np.repeat(np.arange(len(runs)), [len(run.numbers) for run in runs])
        in_run = np.concatenate([np.arange(len(run.numbers)) for run in runs])
        # Stable: a term's runs stay in their order.
        order = np.argsort(ranks[numbers], kind="stable")
        pieces: list[tuple[Ints, Ints, Ints]] = []
        last = -1
        for number, run, i in zip(numbers[order], of_run[order], in_run[order], strict=True):
            if number != last and pieces:
                yield self._joined(last, pieces)
                pieces = []
            last = number
            pieces.append(runs[run].postings(i))
        if pieces:
            yield self._joined(last, pieces)

    def _joined(self, number: int, pieces: list[tuple[Ints, Ints, Ints]]) -> TermPostings:
        if len(pieces) == 1:
            return TermPostings(*self._terms[number], *pieces[0])
        docs, counts, places = (np.concatenate(arrays) for arrays in zip(*pieces, strict=True))
        return TermPostings(*self._terms[number], docs, counts, places)

    def _field(self, name: str) -> _Numbers:
        if name not in self._fields:
            self._fields[name] = _Numbers(name, self._terms)
        return self._fields[name]

    def _clear(self) -> None:
        self._numbers = array("i")
        self._places = array("i")
        self._docs = array("i")
        self._sizes = array("i")
        self._occurrences: list[tuple[Ints, Ints, Ints]] = []
        self._held = 0

    def _make_room(self) -> None:
        if len(self._numbers) + self._held > self._limit:
            stem = f"run-{len(self._runs)}"
            named = self._sorted()._asdict().items()
            kept = {name: _mapped(self._folder / f"{stem}-{name}.npy", content) for name, content in named}
            self._runs.append(_Run(**kept))
            self._clear()

    def _sorted(self) -> _Run:
        """What is in memory, by term, document and position."""
        texts = (_ints(self._numbers), np.repeat(_ints(self._docs), _ints(self._sizes)), _ints(self._places))
        columns = zip(texts, *self._occurrences, strict=True)
        numbers, docs, places = (np.concatenate(column) for column in columns)
        order = np.argsort(numbers, kind="stable")
        numbers, docs, places = numbers[order], docs[order], places[order]
        same_term = numbers[1:] == numbers[:-1]
        firsts = _firsts(same_term & (docs[1:] == docs[:-1]), len(numbers))
        place_starts = _firsts(same_term, len(numbers))
        starts = np.searchsorted(firsts, np.append(place_starts, len(numbers)))
        return _Run(
            numbers=numbers[place_starts],
            starts=starts,
            place_starts=np.append(place_starts, len(numbers)),
            docs=docs[firsts],
            counts=np.diff(firsts, append=len(numbers)).astype(np.int32),
            places=places,
        )


def _ints(numbers: array[int]) -> Ints:
    return np.array(numbers, np.int32)


def _firsts(like_before: NDArray[np.bool_], size: int) -> NDArray[np.intp]:
    """Where something new begins: at the start, and wherever a row is not like the one before."""
    return np.flatnonzero(np.append(True, ~like_before)) if size else np.empty(0, np.intp)


def _mapped(path: Path, content: NDArray[Any]) -> NDArray[Any]:
    """Put an array into a file and map it; an empty one cannot be mapped."""
    np.save(path, content)
    # As a plain array: slicing numpy's own memmap is ten times slower.
    return np.load(path, mmap_mode="r").view(np.ndarray) if content.size else content
