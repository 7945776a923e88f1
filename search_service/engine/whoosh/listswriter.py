"""Writing posting lists, in the form that ``lists`` tells of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike, NDArray

from search_service.engine.whoosh.arrays import Array, ArrayWriter
from search_service.engine.whoosh.lists import BANDS, HALF, Flat, Occurrences, bands_of, ranges, starts_of
from search_service.engine.whoosh.spool import Spool


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
        self._part_of = Spool(folder, np.int64)
        self._part_sizes = Spool(folder, np.uint32)
        self._part_bytes = Spool(folder, np.uint32)
        self._bits = Spool(folder, np.uint8)

    def add(self, lists: Occurrences) -> Flat:
        """Put lists behind those that are there, and give their numbers; none is empty."""
        sizes, docs, counts, places = lists
        firsts = starts_of(sizes)[:-1]
        gaps = np.diff(docs, prepend=0)
        gaps[firsts] = docs[firsts]
        bands = bands_of(sizes, self._documents)
        starts = np.empty(len(sizes), np.int64)
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
        held = (places + 7) >> 3
        padded = np.zeros(int(held.sum()) << 3, np.bool_)
        padded[ranges(starts_of(held)[:-1] << 3, places)] = bits
        self._part_of.add(of)
        self._part_sizes.add(sizes)
        self._part_bytes.add(held)
        self._bits.add(np.packbits(padded))
        return -1 - np.arange(self._part_of.size - len(of), self._part_of.size)

    def final(self, numbers: Flat) -> Flat:
        """Numbers of lists as a reader knows them: parts stand behind all others."""
        return np.where(numbers < 0, self._sizes.size - 1 - numbers, numbers)

    def write(self, writer: ArrayWriter, prefix: str) -> None:
        """Write all arrays; nothing is added afterwards."""
        writer.put(f"{prefix}sizes", np.concatenate((self._sizes.array(), self._part_sizes.array())))
        writer.put(f"{prefix}starts", self._starts.array())
        writer.put(f"{prefix}parts.of", self._part_of.array())
        writer.put(f"{prefix}parts.starts", starts_of(self._part_bytes.array()))
        writer.put(f"{prefix}parts.bits", self._bits.array())
        writer.put(f"{prefix}places.starts", np.append(self._places_starts.array(), self._low.size))
        for band, (gaps, counts) in enumerate(zip(self._gaps, self._counts, strict=True)):
            gaps.write(writer, f"{prefix}gaps{band}", packed=band == 0)
            counts.write(writer, f"{prefix}counts{band}", packed=True)
        writer.put(f"{prefix}places.low", self._low.array())
        self._high.write(writer, f"{prefix}places.high", packed=True)


class _Escaped:
    """Numbers in few bits while they are written, with those that do not fit."""

    def __init__(self, folder: Path, dtype: DTypeLike, most: int) -> None:
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
        if packed and not codes.any():
            codes = codes[:0]
        writer.put(name, _halves(codes) if packed else codes)
        if self._at.size:
            writer.put(f"{name}.at", self._at.array())
            writer.put(f"{name}.values", self._values.array())


def _halves(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two numbers below 16 in a byte."""
    if len(codes) % 2:
        codes = np.append(codes, np.uint8(0))
    halves: NDArray[np.uint8] = codes[::2] | codes[1::2] << np.uint8(4)
    return halves
