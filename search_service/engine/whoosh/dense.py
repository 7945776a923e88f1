"""Lists that many documents are in: how often the term stands in each document of the segment.

Half a byte a document, 16 documents in a word of 64 bits, and before each word how many
places came before.  So nothing is decoded to tell where the places of some documents are:
the halves before a document's own are added up within its word.  What does not fit into
half a byte stands in a sorted table of escapes, as what it has too much, added up.
"""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import Array, ArrayFile, ArrayWriter
from search_service.engine.whoosh.codes import HALF, unpacked
from search_service.engine.whoosh.runs import Flat, nonzero, starts_of
from search_service.engine.whoosh.spool import Spool

SHARE = 8
"""A list is dense of which one document in so many is, ..."""
FEW = 12
"""Of so few documents extents are told one by one: each call of numpy takes as long as one document."""
LEAST = 1 << 12
"""... if the segment has so many documents: small ones are read whole."""
_SHIFT = 4
WORD = 1 << _SHIFT
"""Documents of a word."""
_WORDS = "<u8"
# Arrays: numpy takes as long to make one of a number as to go through some hundreds.
_EVEN_BYTES = 0x0F0F0F0F0F0F0F0F
_TO_WORD, _IN_WORD, _TO_BITS = (np.array(number) for number in (_SHIFT, WORD - 1, 2))
_EVEN, _ONES, _LOWEST, _TOP_BYTE, _TOP_HALF, _ONE, _TWO, _FOUR, _FULL = (
    np.array(number, np.uint64)
    for number in (_EVEN_BYTES, 0x0101010101010101, 0x1111111111111111, 56, 60, 1, 2, 4, HALF)
)
_NONE = np.empty(0, np.intp)


def are_dense(sizes: NDArray[np.integer[Any]], documents: int) -> NDArray[np.bool_]:
    """Which lists of so many documents are kept so; ``documents``: how many the segment has."""
    if documents < LEAST:
        return np.zeros(len(sizes), np.bool_)
    dense: NDArray[np.bool_] = sizes.astype(np.int64) * SHARE >= documents
    return dense


class DenseWriter:
    """Takes dense lists, one after the other."""

    def __init__(self, folder: Path, documents: int) -> None:
        """``folder``: for temporary files; ``documents``: how many the segment has."""
        self._width = _width(documents)
        self._halves = Spool(folder, np.uint8)
        self._bases = Spool(folder, np.uint32)
        self._at = Spool(folder, np.int64)
        self._excess = Spool(folder, np.uint32)
        self._numbers = Spool(folder, np.uint32)

    def add(self, number: int, docs: NDArray[np.integer[Any]], counts: NDArray[np.integer[Any]]) -> None:
        """Add a list by its number: its documents, and how often the term stands in each."""
        beside = np.zeros(self._width, np.int64)
        beside[docs] = counts
        large = np.flatnonzero(beside >= HALF)
        self._at.add(large + self._numbers.size * self._width)
        self._excess.add(beside[large] - HALF)
        self._bases.add(starts_of(beside.reshape(-1, WORD).sum(axis=1))[:-1])
        codes = np.minimum(beside, HALF).astype(np.uint8)
        self._halves.add(codes[::2] | codes[1::2] << np.uint8(4))
        self._numbers.add(np.array([number]))

    def write(self, writer: ArrayWriter, prefix: str) -> None:
        """Write all arrays, if there is a list; nothing is added afterwards."""
        if not self._numbers.size:
            return
        writer.put(f"{prefix}dense.lists", self._numbers.array())
        writer.put(f"{prefix}dense.counts", self._halves.array())
        writer.put(f"{prefix}dense.bases", self._bases.array())
        writer.put(f"{prefix}dense.at", self._at.array())
        writer.put(f"{prefix}dense.excess", starts_of(self._excess.array()))


class DenseLists:
    """The dense lists of a text field of a segment."""

    def __init__(self, arrays: ArrayFile, prefix: str, documents: int) -> None:
        self._documents = documents
        self._width = _width(documents)
        self._blocks = self._width // WORD
        self.rows: dict[int, int] = {}
        """By the numbers of the lists, where each stands among the dense ones."""
        if f"{prefix}dense.lists" not in arrays:
            return
        self._numbers = arrays[f"{prefix}dense.lists"]
        self.rows.update((number, row) for row, number in enumerate(self._numbers.tolist()))
        self._words = arrays.by_block(f"{prefix}dense.counts", _WORDS)
        self._bases = arrays.by_block(f"{prefix}dense.bases")
        self._at = arrays[f"{prefix}dense.at"]
        self._excess = arrays[f"{prefix}dense.excess"]
        rows = np.arange(len(self.rows) + 1) * self._width
        self._bounds: list[int] = self._at.searchsorted(rows).tolist()
        """Before which escape each list begins, one more at the end."""

    def among(self, numbers: Flat) -> Flat:
        """Indexes of those of some lists that are dense."""
        if not self.rows:
            return _NONE
        at = self._numbers.searchsorted(numbers)
        at[at == len(self._numbers)] = 0
        there: Flat = (self._numbers[at] == numbers).nonzero()[0]
        return there

    def counts(self, row: int, first: int = 0, end: int | None = None) -> NDArray[np.integer[Any]]:
        """How often the term stands in each document from ``first``, where a word begins, to before ``end``."""
        end = self._documents if end is None else end
        start, behind = row * self._width + first, row * self._width + end
        words: Array = self._words[start // WORD : -(-behind // WORD)]
        counts: NDArray[np.integer[Any]] = unpacked(words.view(np.uint8))[: end - first]
        low, high = self._bounds[row : row + 2]
        low = bisect_left(self._at.data, start, lo=low, hi=high)
        high = bisect_left(self._at.data, behind, lo=low, hi=high)
        if low < high:
            values = np.diff(self._excess[low : high + 1].astype(np.int64)) + HALF
            if np.max(values) > np.iinfo(counts.dtype).max:
                counts = counts.astype(np.int32)
            counts[self._at[low:high].astype(np.int64) - start] = values
        return counts

    def begins(self, row: int, first: int, end: int) -> Flat:
        """Before which place of the list each document of a range begins, one at least, and where the last ends."""
        block = first // WORD
        begins = starts_of(self.counts(row, block * WORD, end))
        at = row * self._blocks + block
        begins += self._bases[at : at + 1].astype(np.intp)
        return begins[first - block * WORD :]

    def extents(self, row: int, docs: Flat) -> tuple[Flat, Flat]:
        """Before which place of the list each document begins, and how many places it has there."""
        if len(docs) <= FEW:
            return self._few_extents(row, docs)
        at = docs >> _TO_WORD
        if row:
            at += row * self._blocks
        words = self._words.spanning(at)
        shifts = ((docs & _IN_WORD) << _TO_BITS).view(np.uint64)
        before = words & ((_ONE << shifts) - _ONE)
        own = ((words >> shifts) & _FULL).view(np.int64)
        sums = before & _EVEN
        before >>= _FOUR
        before &= _EVEN
        sums += before
        sums *= _ONES
        sums >>= _TOP_BYTE
        begins = sums.view(np.int64)
        begins += self._bases.spanning(at)
        low, high = self._bounds[row : row + 2]
        if low < high:
            # The lowest bit of each half that is all ones, up to the document's own.
            words &= words >> _ONE
            words &= words >> _TWO
            words &= _LOWEST
            words &= (_TWO << shifts) - _ONE
            some = nonzero(words)
            if len(some):
                words &= (_ONE << shifts) - _ONE
                words *= _LOWEST
                words >>= _TOP_HALF
                mine = docs[some] + row * self._width
                here = self._at[low:high].searchsorted(mine.astype(self._at.dtype))
                here += low
                excess = self._excess[here].astype(np.intp)
                begins[some] += excess - self._excess[here - words.view(np.int64)[some]]
                large = (own[some] == HALF).nonzero()[0]
                own[some[large]] += self._excess[here[large] + 1] - excess[large]
        return begins, own

    def _few_extents(self, row: int, docs: Flat) -> tuple[Flat, Flat]:
        """The same, document by document."""
        low, high = self._bounds[row : row + 2]
        extents = np.empty((2, len(docs)), np.intp)
        for i, doc in enumerate(docs.tolist()):
            at = row * self._blocks + doc // WORD
            word, begin = int(self._words[at : at + 1][0]), int(self._bases[at : at + 1][0])
            shift = doc % WORD * 4
            before, own = word & ((1 << shift) - 1), word >> shift & HALF
            # The sum of a number's bytes is what is left when it is divided by 255.
            begin += ((before & _EVEN_BYTES) + (before >> 4 & _EVEN_BYTES)) % 255
            if low < high:
                mine = row * self._width + doc
                first = bisect_left(self._at.data, mine - doc % WORD, lo=low, hi=high)
                here = bisect_left(self._at.data, mine, lo=first, hi=high)
                begin += int(self._excess[here]) - int(self._excess[first])
                if own == HALF:
                    own += int(self._excess[here + 1]) - int(self._excess[here])
            extents[:, i] = begin, own
        return extents[0], extents[1]


def _width(documents: int) -> int:
    """Documents of whole words."""
    return -(-documents // WORD) * WORD
