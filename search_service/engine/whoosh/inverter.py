"""From documents to terms: collects postings by term, in bounded memory.

Postings arrive in document order, so only terms are sorted, never postings.  When
there are too many for memory, a sorted run goes to a temporary file.
"""

from __future__ import annotations

import heapq
import marshal
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

POSTINGS_IN_MEMORY = 3_000_000
"""About 40 to 100 bytes each."""


class TermPostings(NamedTuple):
    """All postings of one term, by document."""

    field: str
    term: str
    docs: list[int]
    weights: list[float]
    values: list[bytes]


Lists = tuple[list[int], list[float], list[bytes]]


class Inverter:
    """Collects postings; each document's after those of the documents before it."""

    def __init__(self, folder: Path, limit: int | None = None) -> None:
        self._folder = folder
        self._limit = POSTINGS_IN_MEMORY if limit is None else limit
        self._held = 0
        self._fields: dict[str, dict[str, Lists]] = {}
        self._runs: list[Path] = []

    def add(self, field: str, doc: int, postings: Iterable[tuple[str, int, bytes]]) -> None:
        """Add a document's terms of one field: text, weight and encoded positions."""
        terms = self._fields.setdefault(field, {})
        held = 0
        for term, weight, value in postings:
            lists = terms.get(term)
            if lists is None:
                lists = terms[term] = ([], [], [])
            docs, weights, values = lists
            docs.append(doc)
            weights.append(weight)
            values.append(value)
            held += 1
        self._held += held
        if self._held > self._limit:
            self._spill()

    def extend(
        self, field: str, term: str, docs: Sequence[int], weights: Sequence[float], values: Sequence[bytes]
    ) -> None:
        """Add postings of one term in many documents."""
        if not docs:
            return
        lists = self._fields.setdefault(field, {}).setdefault(term, ([], [], []))
        lists[0].extend(docs)
        lists[1].extend(weights)
        lists[2].extend(values)
        self._held += len(docs)
        if self._held > self._limit:
            self._spill()

    def terms(self) -> Iterator[TermPostings]:
        """All terms with all their postings, sorted by field and text; once."""
        runs = [self._read(path) for path in self._runs]
        merged = heapq.merge(*runs, self._sorted(), key=itemgetter(0, 1))
        held: TermPostings | None = None
        for piece in merged:
            if held is not None and held[:2] == piece[:2]:
                held.docs.extend(piece.docs)
                held.weights.extend(piece.weights)
                held.values.extend(piece.values)
            else:
                if held is not None:
                    yield held
                held = piece
        if held is not None:
            yield held

    def _sorted(self) -> Iterator[TermPostings]:
        for field in sorted(self._fields):
            terms = self._fields[field]
            for term in sorted(terms):
                yield TermPostings(field, term, *terms[term])

    def _spill(self) -> None:
        path = self._folder / f"run-{len(self._runs)}"
        with path.open("xb") as file:
            for piece in self._sorted():
                marshal.dump(tuple(piece), file)
        self._runs.append(path)
        self._fields.clear()
        self._held = 0

    @staticmethod
    def _read(path: Path) -> Iterator[TermPostings]:
        with path.open("rb") as file:
            while file.peek(1):
                yield TermPostings(*marshal.load(file))


def invert(terms: Iterable[str | None]) -> dict[str, list[int]]:
    """Turn one stream of one text round: term -> positions, ascending."""
    places: dict[str, list[int]] = {}
    for at, term in enumerate(terms):
        if term is not None:
            if term in places:
                places[term].append(at)
            else:
                places[term] = [at]
    return places
