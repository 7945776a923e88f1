"""Writing posting lists, in the form that ``lists`` tells of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike, NDArray

from search_service.engine.whoosh.arrays import Array, ArrayWriter
from search_service.engine.whoosh.codes import HALF
from search_service.engine.whoosh.dense import DenseWriter, are_dense
from search_service.engine.whoosh.lists import BANDS, Occurrences, bands_of
from search_service.engine.whoosh.parts import PartsWriter
from search_service.engine.whoosh.runs import Flat, starts_of
from search_service.engine.whoosh.spool import Spool

PACKED = 1 << 20
"""Codes that are packed at once; even."""


class ListsWriter:
    """Takes lists in their order, some at a time."""

    def __init__(self, folder: Path, documents: int) -> None:
        """``folder``: for temporary files; ``documents``: how many the segment has."""
        self._documents = documents
        self._sizes = Spool(folder, np.uint32)
        self._starts = Spool(folder, np.uint32)
        self._places_starts = Spool(folder, np.int64)
        self._gaps = [_Escaped(folder, dtype, np.iinfo(dtype).max) for _, dtype in BANDS]
        self._gaps[0] = _Escaped(folder, np.uint8, HALF)
        self._counts = [_Escaped(folder, np.uint8, HALF) for _ in BANDS]
        self._low = Spool(folder, np.uint8)
        self._high = _Escaped(folder, np.uint8, HALF)
        self._dense = DenseWriter(folder, documents)
        self._parts = PartsWriter(folder)

    def add(self, lists: Occurrences) -> Flat:
        """Put lists behind those that are there, and give their numbers; none is empty."""
        sizes, docs, counts, places = lists
        firsts = starts_of(sizes)[:-1]
        gaps = np.diff(docs, prepend=0)
        gaps[firsts] = docs[firsts]
        bands = bands_of(sizes, self._documents)
        dense = np.flatnonzero(are_dense(sizes, self._documents))
        bands[dense] = -1
        starts = np.zeros(len(sizes), np.int64)
        for each in dense.tolist():
            its = slice(firsts[each], firsts[each] + sizes[each])
            self._dense.add(self._sizes.size + each, docs[its], counts[its])
        for band, (kept_gaps, kept_counts) in enumerate(zip(self._gaps, self._counts, strict=True)):
            mine = bands == band
            starts[mine] = kept_gaps.size + starts_of(sizes[mine])[:-1]
            postings = np.repeat(mine, sizes)
            kept_gaps.add(gaps[postings])
            kept_counts.add(counts[postings])
        self._starts.add(starts)
        self._sizes.add(sizes)
        self._places_starts.add(self._low.size + starts_of(counts)[starts_of(sizes)[:-1]])
        self._low.add(places & 255)
        self._high.add(places >> 8)
        return np.arange(self._sizes.size - len(sizes), self._sizes.size)

    def add_parts(self, of: Flat, sizes: Flat, places: Flat, bits: NDArray[np.bool_]) -> Flat:
        """Put in lists that are parts of others, and give their numbers, which ``final`` makes final.

        ``of``: the others; ``sizes``: how many documents the parts have; ``places``: how
        many the others have; ``bits``: for each of these, whether it is in the part.
        """
        self._parts.add(of, sizes, places, bits)
        return -1 - np.arange(len(self._parts) - len(of), len(self._parts))

    def final(self, numbers: Flat) -> Flat:
        """Numbers of lists as a reader knows them: parts stand behind all others."""
        return np.where(numbers < 0, self._sizes.size - 1 - numbers, numbers)

    def write(self, writer: ArrayWriter, prefix: str) -> None:
        """Write all arrays; nothing is added afterwards."""
        for _ in self.writing(writer, prefix):
            pass

    def writing(self, writer: ArrayWriter, prefix: str) -> Iterator[None]:
        """The same in steps."""
        writer.put(f"{prefix}sizes", np.concatenate((self._sizes.array(), self._parts.sizes())))
        writer.put(f"{prefix}starts", self._starts.array())
        self._parts.write(writer, prefix)
        yield
        self._dense.write(writer, prefix)
        yield
        writer.put(f"{prefix}places.starts", np.append(self._places_starts.array(), self._low.size))
        for band, (gaps, counts) in enumerate(zip(self._gaps, self._counts, strict=True)):
            gaps.write(writer, f"{prefix}gaps{band}", packed=band == 0)
            yield
            counts.write(writer, f"{prefix}counts{band}", packed=True)
            yield
        writer.put(f"{prefix}places.low", self._low.array())
        yield
        self._high.write(writer, f"{prefix}places.high", packed=True)


class _Escaped:
    """Numbers in few bits while they are written, with those that do not fit."""

    def __init__(self, folder: Path, dtype: DTypeLike, most: int) -> None:
        self._folder = folder
        self._codes = Spool(folder, dtype)
        self._at = Spool(folder, np.int64)
        self._values = Spool(folder, np.uint32)
        self._most = most

    @property
    def size(self) -> int:
        return self._codes.size

    def add(self, numbers: Array) -> None:
        large = np.flatnonzero(numbers >= self._most)
        self._at.add(large + self._codes.size)
        self._values.add(numbers[large])
        self._codes.add(np.minimum(numbers, self._most))

    def write(self, writer: ArrayWriter, name: str, packed: bool = False) -> None:
        codes = self._codes.array()
        writer.put(name, self._packed(codes) if packed else codes)
        if self._at.size:
            writer.put(f"{name}.at", self._at.array())
            writer.put(f"{name}.values", self._values.array())

    def _packed(self, codes: NDArray[np.uint8]) -> Array:
        """Two codes in a byte; nothing, where all are 0. Of a large archive they are more than memory should hold."""
        halves = Spool(self._folder, np.uint8)
        if codes.any():
            for at in range(0, len(codes), PACKED):
                halves.add(_halves(codes[at : at + PACKED]))
        return halves.array()


def _halves(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two numbers below 16 in a byte."""
    if len(codes) % 2:
        codes = np.append(codes, np.uint8(0))
    halves: NDArray[np.uint8] = codes[::2] | codes[1::2] << np.uint8(4)
    return halves
