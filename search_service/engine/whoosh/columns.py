"""What is kept of each article besides its words: numbers, ids, labels, and where it is stored."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.base import Document, Label
from search_service.engine.query import FACETS, TEXT_FIELDS
from search_service.engine.whoosh import schema
from search_service.engine.whoosh.arrays import Array, ArrayFile, ArrayWriter
from search_service.engine.whoosh.lists import Ints
from search_service.engine.whoosh.terms import Texts, read_texts, write_texts

_GIVEN = (schema.VERSION, schema.PUBLISHED, schema.DAY)
NUMBERS = (*_GIVEN, *map(schema.words_column, TEXT_FIELDS))


class Labels(NamedTuple):
    """The labels of one facet: the i-th pair says that document ``docs[i]`` has ``labels[ordinals[i]]``."""

    labels: tuple[Label, ...]
    """In order of their keys and texts."""
    docs: Array
    """Ascending."""
    ordinals: Array


class ColumnsWriter:
    """Collects the columns, document by document."""

    def __init__(self) -> None:
        self._ids: list[bytes] = []
        self._numbers = {name: array("q") for name in _GIVEN}
        self._labels: dict[str, dict[Label, int]] = {facet: {} for facet in FACETS}
        self._docs = {facet: array("i") for facet in FACETS}
        self._ordinals = {facet: array("i") for facet in FACETS}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, document: Document) -> None:
        """Add an article."""
        doc = len(self._ids)
        self._ids.append(document.id.encode())
        self._numbers[schema.VERSION].append(document.version)
        self._numbers[schema.PUBLISHED].append(schema.UNDATED if document.published is None else document.published)
        self._numbers[schema.DAY].append(schema.NO_DAY if document.day is None else document.day)
        for facet, labels in document.labels.items():
            of_key = {label.key: label for label in reversed(labels)}
            known = self._labels[facet]
            for label in of_key.values():
                self._docs[facet].append(doc)
                self._ordinals[facet].append(known.setdefault(label, len(known)))

    def write(self, writer: ArrayWriter, words: Mapping[str, Array]) -> None:
        """Write all columns; ``words``: how many each document has in each text field."""
        _write_ids(writer, self._ids)
        for name, column in self._numbers.items():
            writer.put(name, np.array(column, np.int64))
        for field, counts in words.items():
            writer.put(schema.words_column(field), counts)
        for facet, labels in self._labels.items():
            ordered = sorted(labels)
            ranks = np.empty(len(ordered), np.intp)
            ranks[[labels[label] for label in ordered]] = np.arange(len(ordered))
            ordinals = ranks[np.array(self._ordinals[facet], np.intp)]
            _write_labels(writer, facet, Labels(tuple(ordered), np.array(self._docs[facet], np.int32), ordinals))


class _Numbers(dict[str, Array]):
    """The columns of numbers, each read when it is first asked for."""

    def __init__(self, arrays: ArrayFile) -> None:
        super().__init__()
        self._arrays = arrays

    def __missing__(self, name: str) -> Array:
        column = self[name] = self._arrays[name]
        return column


class Columns:
    """The columns of one segment, for reading."""

    def __init__(self, arrays: ArrayFile) -> None:
        self._arrays = arrays
        self.numbers = _Numbers(arrays)

    def __len__(self) -> int:
        return self._arrays.size("ids.order")

    @cached_property
    def ids(self) -> Texts:
        """By document."""
        return read_texts(self._arrays, "ids")

    @cached_property
    def _hashes(self) -> memoryview:
        return self._arrays["ids.hashes"].data

    @cached_property
    def _order(self) -> memoryview:
        return self._arrays["ids.order"].data

    def hashes(self) -> NDArray[np.uint32]:
        """A hash of each document's id, by document."""
        hashes = np.empty(len(self), np.uint32)
        hashes[self._arrays["ids.order"]] = self._arrays["ids.hashes"]
        return hashes

    def find(self, id: str) -> list[int]:
        """The documents of an id; several when it was put in twice."""
        text = id.encode()
        wanted = zlib.crc32(text)
        found = []
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            doc = self._order[at]
            if self.ids[doc] == text:
                found.append(doc)
            at += 1
        return found

    def labels(self, facet: str) -> Labels:
        """The labels of a facet."""
        texts = read_texts(self._arrays, f"{facet}.labels")
        labels = tuple(schema.read_label(text.decode()) for text in texts)
        return Labels(labels, self._arrays[f"{facet}.docs"], self._arrays[f"{facet}.ordinals"])


def merge_columns(writer: ArrayWriter, sources: list[tuple[Columns, Ints]]) -> Iterator[None]:
    """Write the columns of several segments as those of one, in steps.

    Of each its new document numbers, -1: left out.
    """
    kept = [np.flatnonzero(numbers >= 0) for _, numbers in sources]
    ids: list[bytes] = []
    for (columns, _), docs in zip(sources, kept, strict=True):
        texts = columns.ids.all()
        ids += [texts[doc] for doc in docs.tolist()]
        yield
    _write_ids(writer, ids)
    yield
    for name in NUMBERS:
        pieces = [c.numbers[name][docs].astype(np.int64) for (c, _), docs in zip(sources, kept, strict=True)]
        writer.put(name, np.concatenate(pieces))
    for facet in FACETS:
        yield
        _write_labels(writer, facet, merged_labels([(columns.labels(facet), numbers) for columns, numbers in sources]))


def merged_labels(sources: Sequence[tuple[Labels, NDArray[np.integer[Any]]]]) -> Labels:
    """The labels of several segments as those of one, by new document numbers; unused ones are left out."""
    docs, ordinals = [], []
    known: dict[Label, int] = {}
    for table, numbers in sources:
        moved = numbers[table.docs]
        kept = moved >= 0
        docs.append(moved[kept].astype(np.int32))
        places = np.fromiter((known.setdefault(label, len(known)) for label in table.labels), np.intp)
        ordinals.append(places[table.ordinals[kept]])
    joined = np.concatenate([np.empty(0, np.intp), *ordinals])
    used = np.bincount(joined, minlength=len(known)) > 0
    ordered = sorted(label for label, place in known.items() if used[place])
    ranks = np.zeros(len(known), np.intp)
    ranks[[known[label] for label in ordered]] = np.arange(len(ordered))
    return Labels(tuple(ordered), np.concatenate([np.empty(0, np.int32), *docs]), ranks[joined])


def _write_ids(writer: ArrayWriter, ids: list[bytes]) -> None:
    """The ids by document, and their hashes in order, to find one by."""
    write_texts(writer, "ids", ids)
    hashes = np.fromiter(map(zlib.crc32, ids), np.uint32, len(ids))
    order = np.argsort(hashes, kind="stable")
    writer.put("ids.hashes", hashes[order])
    writer.put("ids.order", order)


def _write_labels(writer: ArrayWriter, facet: str, labels: Labels) -> None:
    write_texts(writer, f"{facet}.labels", [schema.label_term(label).encode() for label in labels.labels])
    writer.put(f"{facet}.docs", labels.docs)
    writer.put(f"{facet}.ordinals", labels.ordinals)
