"""One commit as one space of documents: those of the first segment, then of the second, and so on.

Document numbers here run over all segments.  What is derived from several segments is
made when first asked for and never changes; two threads at worst make it twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from search_service.engine import bm25
from search_service.engine.query import TEXT_FIELDS, Prefix, Term
from search_service.engine.whoosh import schema
from search_service.engine.whoosh.arrays import Array, smallest
from search_service.engine.whoosh.board import Boards
from search_service.engine.whoosh.cache import ArrayCache
from search_service.engine.whoosh.labels import FacetLabels
from search_service.engine.whoosh.segment import Months, Segment

Number = TypeVar("Number", bound=np.generic)
CACHE = 10 << 20
"""Bytes of decoded postings."""
TERMS = 8_000
"""Terms, each in one field, of which it is remembered where their lists are, or that there are none."""
_NOWHERE: Mapping[str, Any] = {}


class Part(NamedTuple):
    """A segment with its place in the space and its deletions in this commit."""

    segment: Segment
    base: int
    deleted: frozenset[int]


class Held(NamedTuple):
    """A list of a term: the segment that has it, and its number there."""

    part: Part
    number: int
    size: int
    """In how many documents the term stands."""
    whole: int
    """The list that it is a part of; itself, if it is none."""


class Known(NamedTuple):
    """What a commit tells of a term of a field's stream."""

    lists: tuple[Held, ...]
    """One for each segment that has it."""
    size: int
    """In how many documents it stands, deleted ones included."""
    idf: float
    """How rare it is, as BM25 has it."""


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
        self._terms: dict[tuple[str, str], Mapping[str, Known]] = {}
        self._norms: dict[str, NDArray[np.float32]] = {}
        self._decoded: ArrayCache[tuple[Array, ...]] = ArrayCache(CACHE)
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
        part, row = self.located(doc)
        return int(part.segment.columns.numbers[schema.VERSION][row])

    def located(self, doc: int) -> tuple[Part, int]:
        """The segment of a document, and its number there."""
        part = self.part_of(doc)
        return part, doc - part.base

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
        months = [part.segment.months for part in self.parts]
        if len(months) == 1:
            return months[0]
        first = min((each.first for each in months if each.first), default=0)
        moved = [np.where(cells > 0, cells.astype(np.int32) + (mine - first), 0) for cells, mine in months]
        return Months(smallest(_joined(moved, np.int32)), first)

    @cached_property
    def month_numbers(self) -> list[int]:
        """Of each cell of ``months`` the Jalali month, such as 140206; the first is of no month."""
        cells, first = self.months
        ordinals = np.arange(int(np.max(cells, initial=0)) + 1) + first
        numbers: list[int] = (ordinals // 12 * 100 + ordinals % 12 + 1).tolist()
        return numbers

    @cached_property
    def boards(self) -> Boards:
        """What scores are added up on."""
        return Boards(self.size)

    def norms(self, field: str) -> NDArray[np.float32]:
        """BM25's norm of each document's field."""
        known = self._norms.get(field)
        if known is None:
            lengths = self._column(schema.words_column(field), np.int32)
            known = self._norms[field] = bm25.norms(lengths, self.average_words[field])
        return known

    @cached_property
    def average_words(self) -> dict[str, float]:
        """Words in each field, over all articles."""
        return {
            field: sum(part.segment.words[field] for part in self.parts) / max(self.size, 1) for field in TEXT_FIELDS
        }

    # terms

    def known(self, field: str, stream: str, term: str) -> Known | None:
        """What is known of a term; None: it is in no document."""
        known = self._terms.get((field, term))
        return (self.streams(field, term) if known is None else known).get(stream)

    def lists(self, field: str, stream: str, term: str) -> tuple[Held, ...]:
        """Where the lists of a term are."""
        known = self.known(field, stream, term)
        return () if known is None else known.lists

    def streams(self, field: str, term: str) -> Mapping[str, Known]:
        """What is known in each stream that has the term: who asks for it in one mostly asks for it in others."""
        known = self._terms.get((field, term))
        if known is None:
            if len(self._terms) >= TERMS:
                self._terms.clear()
            known = self._terms[field, term] = self._found(field, term.encode()) or _NOWHERE
        return known

    def _found(self, field: str, text: bytes) -> Mapping[str, Known]:
        found: dict[str, tuple[Held, ...]] = {}
        for part in self.parts:
            opened = part.segment.fields[field]
            place = opened.texts.find(text)
            if place < 0:
                continue
            for stream, terms in opened.streams.items():
                number = terms.list_of(place)
                if number >= 0:
                    held = Held(part, number, int(opened.lists.sizes[number]), opened.lists.whole(number))
                    found[stream] = (*found.get(stream, ()), held)
        return {stream: self._known_of(lists) for stream, lists in found.items()}

    def _known_of(self, lists: tuple[Held, ...]) -> Known:
        size = sum([each.size for each in lists])
        return Known(lists, size, bm25.idf(self.size, size))

    def postings(self, term: Term) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Documents of a term, deleted ones included, and what BM25 gives each before it looks at the idf."""
        key = term.field, term.stream, term.text
        known = self._decoded.get(key)
        if known is None:
            docs, counts = [], []
            for part, number, *_ in self.held(term):
                mine, times = part.segment.fields[term.field].lists.postings(number)
                docs.append(mine + np.int32(part.base) if part.base else mine)
                counts.append(times)
            all_docs = _joined(docs, np.int32)
            known = all_docs, self._shares(term.field, all_docs, counts)
            self._decoded.put(key, known)
        return known[0], known[1]

    def aligned(self, term: Term, whole: Term) -> NDArray[np.float32]:
        """What BM25 gives a term, before the idf, in each document of the list that it is within; 0: has it not."""
        key = term.field, term.stream, term.text, whole.stream, whole.text
        known = self._decoded.get(key)
        if known is None:
            mine = {held.part.base: held.number for held in self.held(term)}
            counts: list[NDArray[Any]] = []
            for part, number, size, _ in self.held(whole):
                lists = part.segment.fields[term.field].lists
                number_of = mine.get(part.base)
                counts.append(np.zeros(size, np.uint8) if number_of is None else lists.counts(number_of, number))
            docs, _ = self.postings(whole)
            known = (self._shares(term.field, docs, counts),)
            self._decoded.put(key, known)
        return known[0]

    def counts(self, term: Term) -> NDArray[np.integer[Any]]:
        """How often a term stands in its field of each document."""
        key = "counts", term.field, term.stream, term.text
        known = self._decoded.get(key)
        if known is None:
            counts = np.zeros(self.size, np.uint8)
            for part, number, *_ in self.held(term):
                times = part.segment.fields[term.field].lists.beside(number)
                if times.dtype.itemsize > 1 and np.max(times) > np.iinfo(counts.dtype).max:
                    counts = counts.astype(np.int32)
                counts[part.base : part.base + part.segment.size] = times
            known = (counts,)
            self._decoded.put(key, known)
        return known[0]

    def held(self, term: Term) -> tuple[Held, ...]:
        """Where the lists of a term are."""
        return self.lists(term.field, term.stream, term.text)

    def _shares(
        self, field: str, docs: NDArray[np.int32], counts: Sequence[NDArray[np.integer[Any]]]
    ) -> NDArray[np.float32]:
        occurrences: NDArray[np.float32] = _joined(counts, np.float32)
        return bm25.shares(occurrences, self.norms(field)[docs])

    def beginning(self, prefixes: Sequence[Prefix], check_deadline: Callable[[], None]) -> Iterator[NDArray[np.intp]]:
        """Documents, deleted ones too, with what prefixes of one field stand for; in no order, some several times."""
        chosen: dict[Part, list[Array]] = {}
        for prefix in prefixes:
            for part, numbers in self._expanded(prefix, check_deadline):
                chosen.setdefault(part, []).append(numbers.astype(np.intp))
        for part, several in chosen.items():
            check_deadline()
            lists = part.segment.fields[prefixes[0].field].lists
            for docs in lists.documents(np.concatenate(several)):
                yield docs.astype(np.intp) + part.base

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
            for part, number, *_ in self.lists(prefix.field, prefix.stream, term):
                numbers.setdefault(part, []).append(number)
        return [(part, np.array(mine)) for part, mine in numbers.items()]

    def frequency(self, field: str, stream: str, term: str) -> int:
        """In how many documents a term stands, deleted ones included."""
        known = self.known(field, stream, term)
        return 0 if known is None else known.size

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
            parts = [(part.segment.labels(facet), part.deleted) for part in self.parts]
            known = self._labels[facet] = FacetLabels(parts)
        return known

    @cached_property
    def last_published(self) -> int:
        """The latest time of publication."""
        return int(np.max(self.published)) if self.size else 0

    def _column(self, name: str, dtype: type[Number]) -> NDArray[Number]:
        return _joined([part.segment.columns.numbers[name] for part in self.parts], dtype)


def within(lists: Sequence[Held], wholes: Sequence[Held]) -> bool:
    """Whether the lists of a term are all those of another of its field, which are no parts, or parts of them."""
    if len(lists) == 1 == len(wholes):
        (mine,), (other,) = lists, wholes
        return mine.part is other.part and mine.whole == other.number
    numbers = {held.part.base: held.number for held in wholes}
    return all(held.whole == numbers.get(held.part.base) for held in lists)


def _joined(arrays: Sequence[NDArray[Any]], dtype: type[Number]) -> NDArray[Number]:
    if len(arrays) == 1:
        return arrays[0].astype(dtype, copy=False)
    return np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.empty(0, dtype)
