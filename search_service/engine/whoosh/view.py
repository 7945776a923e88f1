"""One commit as one space of documents: those of the first segment, then of the second, and so on.

Document numbers here run over all segments.  What is derived from several segments is
made when first asked for and never changes; two threads at worst make it twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from search_service.engine import bm25
from search_service.engine.query import TEXT_FIELDS, Prefix
from search_service.engine.whoosh import schema
from search_service.engine.whoosh.arrays import Array, smallest
from search_service.engine.whoosh.board import Boards
from search_service.engine.whoosh.cache import ArrayCache
from search_service.engine.whoosh.labels import FacetLabels
from search_service.engine.whoosh.segment import Segment

Number = TypeVar("Number", bound=np.generic)
CACHE = 16 << 20
"""Bytes of decoded postings."""
TERMS = 20_000
"""Terms of which it is remembered where their lists are."""


class Part(NamedTuple):
    """A segment with its place in the space and its deletions in this commit."""

    segment: Segment
    base: int
    deleted: frozenset[int]


class Held(NamedTuple):
    """A list of a term: the segment that has it, and its number there."""

    part: Part
    number: int


class Months(NamedTuple):
    """The Jalali months of all documents: 0 for an undated one, else its ordinal less ``first``."""

    cells: NDArray[np.integer[Any]]
    first: int


class View:
    """The documents of one commit."""

    def __init__(self, segments: Sequence[tuple[Segment, frozenset[int]]]) -> None:
        parts = []
        base = 0
        for segment, deleted in segments:
            parts.append(Part(segment, base, deleted))
            base += segment.size
        self.parts = tuple(parts)
        self.size = base
        """How many documents there are, the deleted included."""
        self._bases = [part.base for part in parts]
        self._terms: dict[tuple[str, str, str], tuple[Held, ...]] = {}
        self._norms: dict[str, NDArray[np.float32]] = {}
        self._decoded = ArrayCache(CACHE)
        self._labels: dict[str, FacetLabels] = {}
        self.deleted = any(part.deleted for part in parts)
        """Whether any document is."""
        self.alive = np.ones(base, np.bool_)
        for part in parts:
            if part.deleted:
                self.alive[np.fromiter(part.deleted, np.intp, len(part.deleted)) + part.base] = False

    # one document

    def id(self, doc: int) -> str:
        """The article's id."""
        part = self.part_of(doc)
        return part.segment.columns.ids[doc - part.base].decode()

    def version(self, doc: int) -> int:
        """The article's version."""
        part = self.part_of(doc)
        return int(part.segment.columns.numbers[schema.VERSION][doc - part.base])

    def stored(self, doc: int) -> bytes:
        """The article as shown."""
        part = self.part_of(doc)
        return part.segment.stored[doc - part.base]

    def find(self, id: str) -> int | None:
        """The document of an id."""
        for part in self.parts:
            for doc in part.segment.find(id):
                if doc not in part.deleted:
                    return part.base + doc
        return None

    def part_of(self, doc: int) -> Part:
        """The segment that holds a document."""
        return self.parts[bisect_right(self._bases, doc) - 1]

    # columns

    @cached_property
    def published(self) -> NDArray[np.int64]:
        """Seconds since 1970, or ``UNDATED``."""
        return self._column(schema.PUBLISHED, np.int64)

    @cached_property
    def day(self) -> NDArray[np.int32]:
        """Jalali days, or ``NO_DAY``."""
        return self._column(schema.DAY, np.int32)

    @cached_property
    def months(self) -> Months:
        """Jalali months, densely numbered."""
        dated = self.day != schema.NO_DAY
        ordinals = self.day // 10000 * 12 + self.day // 100 % 100 - 1
        first = int(ordinals.min(where=dated, initial=np.iinfo(np.int32).max)) - 1 if dated.any() else 0
        return Months(smallest(np.where(dated, ordinals - first, 0)), first)

    @cached_property
    def boards(self) -> Boards:
        """What scores are added up on."""
        return Boards(self.size)

    def norms(self, field: str) -> NDArray[np.float32]:
        """BM25's norm of each document's field."""
        known = self._norms.get(field)
        if known is None:
            lengths = self._column(schema.words_column(field), np.float64)
            norms = bm25.norm(lengths, self.average_words[field])
            known = self._norms[field] = norms.astype(np.float32)
        return known

    @cached_property
    def average_words(self) -> dict[str, float]:
        """Words in each field, over all articles."""
        return {
            field: sum(
                int(part.segment.columns.numbers[schema.words_column(field)].sum(dtype=np.int64)) for part in self.parts
            )
            / max(self.size, 1)
            for field in TEXT_FIELDS
        }

    # terms

    def lists(self, field: str, stream: str, term: str) -> tuple[Held, ...]:
        """Where the lists of a term are."""
        key = (field, stream, term)
        known = self._terms.get(key)
        if known is None:
            text = term.encode()
            found = [(part, part.segment.fields[field].streams[stream].list_of(text)) for part in self.parts]
            known = tuple(Held(part, number) for part, number in found if number >= 0)
            if len(self._terms) >= TERMS:
                self._terms.clear()
            self._terms[key] = known
        return known

    def postings(self, field: str, stream: str, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Documents of a term, deleted ones included, and what BM25 gives each before it looks at the idf."""
        key = (field, stream, term)
        known = self._decoded.get(key)
        if known is None:
            docs, counts = [], []
            for part, number in self.lists(*key):
                mine, times = part.segment.fields[field].lists.postings(number)
                docs.append(mine + np.int32(part.base) if part.base else mine)
                counts.append(times)
            all_docs = _joined(docs, np.int32)
            norms = self.norms(field)[all_docs]
            occurrences: NDArray[np.float32] = _joined(counts, np.float32)
            shares: NDArray[np.float32] = bm25.score(1.0, occurrences, norms)
            known = all_docs, shares
            self._decoded.put(key, known)
        return known[0], known[1]

    def beginning(self, prefix: Prefix, check_deadline: Callable[[], None]) -> Iterator[NDArray[np.int32]]:
        """Documents that hold what a prefix stands for, deleted ones included, in no order and some several times."""
        for part, numbers in self._expanded(prefix, check_deadline):
            check_deadline()
            for docs in part.segment.fields[prefix.field].lists.documents(numbers):
                yield docs + np.int32(part.base) if part.base else docs

    def _expanded(self, prefix: Prefix, check_deadline: Callable[[], None]) -> list[tuple[Part, Array]]:
        """The segments' lists of the terms that a prefix stands for."""
        found = []
        for part in self.parts:
            terms = part.segment.fields[prefix.field].streams[prefix.stream]
            chosen = terms.range(prefix.text.encode())
            if chosen.start < chosen.stop:
                found.append((part, terms, chosen))
        if sum(chosen.stop - chosen.start for _, _, chosen in found) <= prefix.limit:
            return [(part, terms.lists[chosen]) for part, terms, chosen in found]
        if len(found) == 1:
            part, terms, chosen = found[0]
            best = np.argsort(-terms.frequencies(chosen), kind="stable")[: prefix.limit]
            return [(part, terms.lists[chosen.start + np.sort(best)])]
        numbers: dict[Part, list[int]] = {}
        for term in self.expansions(prefix, check_deadline):
            for part, number in self.lists(prefix.field, prefix.stream, term):
                numbers.setdefault(part, []).append(number)
        return [(part, np.array(mine)) for part, mine in numbers.items()]

    def frequency(self, field: str, stream: str, term: str) -> int:
        """In how many documents a term stands, deleted ones included."""
        found = self.lists(field, stream, term)
        return sum(int(part.segment.fields[field].lists.sizes[number]) for part, number in found)

    def expansions(self, prefix: Prefix, check_deadline: Callable[[], None] = lambda: None) -> list[str]:
        """The terms that a prefix stands for: the most frequent first, then by text.

        Only the most frequent of each segment are looked at; they are enough when no
        other term can have as many documents in all segments together.
        """
        ranges = []
        for part in self.parts:
            terms = part.segment.fields[prefix.field].streams[prefix.stream]
            chosen = terms.range(prefix.text.encode())
            if chosen.start < chosen.stop:
                frequencies = terms.frequencies(chosen)
                ranges.append((terms, chosen.start, frequencies, np.argsort(-frequencies, kind="stable")))
        looked_at = prefix.limit
        while True:
            check_deadline()
            found: set[str] = set()
            others = 0
            for terms, start, frequencies, order in ranges:
                found.update(terms.text(start + at).decode() for at in order[:looked_at].tolist())
                others += int(frequencies[order[looked_at]]) if looked_at < len(order) else 0
            totals = {term: self.frequency(prefix.field, prefix.stream, term) for term in found}
            best = sorted(totals, key=lambda term: (-totals[term], term))[: prefix.limit]
            if len(ranges) <= 1 or not others or (best and totals[best[-1]] > others):
                return best
            looked_at *= 4

    # facets

    def labels(self, facet: str) -> FacetLabels:
        """The labels of a facet."""
        known = self._labels.get(facet)
        if known is None:
            tables = [
                (part.segment.columns.labels(facet), np.arange(part.base, part.base + part.segment.size))
                for part in self.parts
            ]
            known = self._labels[facet] = FacetLabels(tables, self.alive)
        return known

    @cached_property
    def last_published(self) -> int:
        """The latest time of publication."""
        return int(np.max(self.published)) if self.size else 0

    def _column(self, name: str, dtype: type[Number]) -> NDArray[Number]:
        return _joined([part.segment.columns.numbers[name] for part in self.parts], dtype)


def month_of(ordinals: NDArray[np.intp]) -> NDArray[np.intp]:
    """The Jalali months, such as 140206, of ordinals."""
    months: NDArray[np.intp] = ordinals // 12 * 100 + ordinals % 12 + 1
    return months


def _joined(arrays: Sequence[NDArray[Any]], dtype: type[Number]) -> NDArray[Number]:
    if len(arrays) == 1:
        return arrays[0].astype(dtype, copy=False)
    return np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.empty(0, dtype)
