"""One commit as one space of documents: those of the first segment, then of the second, and so on.

Document numbers here run over all segments.  What is derived from several segments is
made when first asked for and never changes; two threads at worst make it twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from search_service.engine import bm25
from search_service.engine.query import TEXT_FIELDS, Prefix
from search_service.engine.whoosh.columns import Labels
from search_service.engine.whoosh.postings import Postings
from search_service.engine.whoosh.schema import stream_field
from search_service.engine.whoosh.segment import Segment

Number = TypeVar("Number", bound=np.generic)
Docs = NDArray[np.intp]
"""Document numbers, ascending, each once."""


class Part(NamedTuple):
    """A segment with its place in the space and its deletions in this commit."""

    segment: Segment
    base: int
    deleted: frozenset[int]


class FacetLabels(NamedTuple):
    """The labels of a facet over all segments: pairs of a document and the ordinal of a spelling."""

    keys: tuple[str, ...]
    """All keys, sorted."""
    spellings: tuple[str, ...]
    """By key ordinal: how most articles spell it."""
    docs: Docs
    ordinals: NDArray[np.intp]
    """Key ordinals beside ``docs``."""


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
        columns = [part.segment.columns for part in parts]
        self.published = _concatenated([c.published for c in columns], np.int64)
        self.day = _concatenated([c.day for c in columns], np.int32)
        self.month = _concatenated([c.month for c in columns], np.int32)
        self.words = {field: _concatenated([c.words[field] for c in columns], np.int32) for field in TEXT_FIELDS}
        self.average_words = {field: float(words.mean()) if base else 0.0 for field, words in self.words.items()}
        self._norms: dict[str, NDArray[np.float64]] = {}
        self.alive = np.ones(base, np.bool_)
        for part in parts:
            if part.deleted:
                self.alive[np.fromiter(part.deleted, np.intp, len(part.deleted)) + part.base] = False
        self._labels: dict[str, FacetLabels] = {}

    # one document

    def id(self, doc: int) -> str:
        """The article's id."""
        part = self.part_of(doc)
        return part.segment.columns.id(doc - part.base)

    def version(self, doc: int) -> int:
        """The article's version."""
        part = self.part_of(doc)
        return int(part.segment.columns.version[doc - part.base])

    def stored(self, doc: int) -> bytes:
        """The article as shown."""
        part = self.part_of(doc)
        return part.segment.columns.stored(doc - part.base)

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

    # terms

    def postings(self, field: str, stream: str, term: str) -> tuple[Docs, NDArray[np.float64]]:
        """Documents of a term, deleted ones included, and how often it stands in each."""
        name = stream_field(field, stream)
        found: list[tuple[int, Postings]] = []
        for part in self.parts:
            postings = part.segment.postings.read(name, term)
            if len(postings.docs):
                found.append((part.base, postings))
        docs = _concatenated([postings.docs + np.intp(base) for base, postings in found], np.intp)
        return docs, _concatenated([postings.weights for _, postings in found], np.float64)

    def frequency(self, field: str, stream: str, term: str) -> int:
        """In how many documents a term stands, deleted ones included."""
        name = stream_field(field, stream)
        return sum(part.segment.postings.frequency(name, term) for part in self.parts)

    def norms(self, field: str) -> NDArray[np.float64]:
        """BM25's norm of each document's field."""
        known = self._norms.get(field)
        if known is None:
            lengths = self.words[field].astype(np.float64)
            known = self._norms[field] = bm25.norm(lengths, self.average_words[field])
        return known

    def expansions(self, prefix: Prefix) -> list[str]:
        """The terms that a prefix stands for: the most frequent first, then by text."""
        counts: dict[str, int] = {}
        for part in self.parts:
            lexicon = part.segment.postings.lexicon(stream_field(prefix.field, prefix.stream))
            range = lexicon.range(prefix.text)
            for term, frequency in zip(lexicon.terms[range], lexicon.frequencies[range].tolist(), strict=True):
                counts[term] = counts.get(term, 0) + frequency
        return sorted(counts, key=lambda term: (-counts[term], term))[: prefix.limit]

    # facets

    def labels(self, facet: str) -> FacetLabels:
        """The labels of a facet."""
        known = self._labels.get(facet)
        if known is None:
            known = self._labels[facet] = self._merged([part.segment.columns.labels(facet) for part in self.parts])
        return known

    @cached_property
    def month_range(self) -> tuple[int, int]:
        """The first and last month ordinal of dated documents; (0, -1) without any."""
        dated = self.month[self.month >= 0]
        return (int(np.min(dated)), int(np.max(dated))) if len(dated) else (0, -1)

    @cached_property
    def last_published(self) -> int:
        """The latest time of publication."""
        return int(np.max(self.published)) if self.size else 0

    def _merged(self, tables: list[Labels]) -> FacetLabels:
        """One table of labels; spellings are counted over the articles that are not deleted."""
        labels = sorted({label for table in tables for label in table.labels})
        place = {label: i for i, label in enumerate(labels)}
        keys = sorted({label.key for label in labels})
        key_place = {key: i for i, key in enumerate(keys)}
        docs = _concatenated([t.docs + np.intp(p.base) for t, p in zip(tables, self.parts, strict=True)], np.intp)
        spelt = [np.array([place[label] for label in table.labels], np.intp)[table.ordinals] for table in tables]
        ordinals = _concatenated(spelt, np.intp)
        counts = np.bincount(ordinals[self.alive[docs]], minlength=len(labels)).tolist()
        best: dict[str, tuple[int, str]] = {}
        for label, count in zip(labels, counts, strict=True):
            best[label.key] = min(best.get(label.key, (1, "")), (-count, label.text))
        of_key = np.array([key_place[label.key] for label in labels], np.intp)
        return FacetLabels(tuple(keys), tuple(best[key][1] for key in keys), docs, of_key[ordinals])


def _concatenated(arrays: Sequence[NDArray[Any]], dtype: type[Number]) -> NDArray[Number]:
    return np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.empty(0, dtype)
