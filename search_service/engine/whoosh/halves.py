"""Dense lists with few places in a document: how often the term stands in each document of the segment.

Half a byte a document, 16 documents in a word of 64 bits, and before each word how many
places came before.  So nothing is decoded to tell where the places of some documents are:
the halves before a document's own are added up within its word.  What does not fit into
half a byte stands in a sorted table of escapes, as what it has too much, added up.
"""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import Array, ArrayFile, ArrayWriter, BlockArray
from search_service.engine.whoosh.codes import HALF, unpacked
from search_service.engine.whoosh.runs import Flat, nonzero, starts_of
from search_service.engine.whoosh.spool import Spool

FEW = 12
"""Of so few documents extents are told one by one: each call of numpy takes as long as one document."""
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


class HalvesWriter:
    """Takes such lists, one after the other."""

    def __init__(self, folder: Path) -> None:
        """``folder``: for temporary files."""
        self._halves = Spool(folder, np.uint8)
        self._bases = Spool(folder, np.uint32)
        self._at = Spool(folder, np.int64)
        self._excess = Spool(folder, np.uint32)
        self._numbers = Spool(folder, np.uint32)

    def add(self, number: int, words: NDArray[np.int64]) -> None:
        """Add a list by its number: how often its term stands in each document, a row for each word."""
        counts = words.reshape(-1)
        large = np.flatnonzero(counts >= HALF)
        self._at.add(large + self._numbers.size * len(counts))
        self._excess.add(counts[large] - HALF)
        self._bases.add(starts_of(words.sum(axis=1))[:-1])
        codes = np.minimum(counts, HALF).astype(np.uint8)
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


class Escapes(NamedTuple):
    """What does not fit into half a byte, in all lists."""

    at: Array
    """The documents, ascending, those of each list counted on from the one before."""
    excess: Array
    """What came before each and does not fit, added up; one more at the end."""


class HalfList(NamedTuple):
    """One such list, for reading."""

    words: BlockArray
    """Of all lists."""
    bases: BlockArray
    escapes: Escapes
    documents: int
    """How many the segment has."""
    first: int
    """Its first word among those of all lists."""
    low: int
    """Its first escape."""
    high: int
    """What is behind its last one."""

    def counts(self) -> NDArray[np.integer[Any]]:
        """How often the term stands in each document."""
        return self._counts(0, self.documents)

    def _counts(self, first: int, end: int) -> NDArray[np.integer[Any]]:
        """The same for documents from ``first``, where a word begins, to before ``end``."""
        start, behind = self.first * WORD + first, self.first * WORD + end
        words: Array = self.words[start // WORD : -(-behind // WORD)]
        counts: NDArray[np.integer[Any]] = unpacked(words.view(np.uint8))[: end - first]
        at, excess = self.escapes
        low = bisect_left(at.data, start, lo=self.low, hi=self.high)
        high = bisect_left(at.data, behind, lo=low, hi=self.high)
        if low < high:
            values = np.diff(excess[low : high + 1].astype(np.int64)) + HALF
            if np.max(values) > np.iinfo(counts.dtype).max:
                counts = counts.astype(np.int32)
            counts[at[low:high].astype(np.int64) - start] = values
        return counts

    def begins(self, first: int, end: int) -> Flat:
        """Before which place of the list each document of a range begins, one at least, and where the last ends."""
        word = first // WORD
        begins = starts_of(self._counts(word * WORD, end))
        at = self.first + word
        begins += self.bases[at : at + 1].astype(np.intp)
        return begins[first - word * WORD :]

    def extents(self, docs: Flat) -> tuple[Flat, Flat]:
        """Before which place of the list each document begins, and how many places it has there."""
        if len(docs) <= FEW:
            begins, sizes = np.array([self.extent(doc) for doc in docs.tolist()], np.intp).reshape(-1, 2).T
            return begins, sizes
        at = docs >> _TO_WORD
        if self.first:
            at += self.first
        words = self.words.spanning(at)
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
        begins += self.bases.spanning(at)
        if self.low < self.high:
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
                escaped, excess = self.escapes
                mine = docs[some] + self.first * WORD
                here = escaped[self.low : self.high].searchsorted(mine.astype(escaped.dtype))
                here += self.low
                before_mine = excess[here].astype(np.intp)
                begins[some] += before_mine - excess[here - words.view(np.int64)[some]]
                large = (own[some] == HALF).nonzero()[0]
                own[some[large]] += excess[here[large] + 1] - before_mine[large]
        return begins, own

    def extent(self, doc: int) -> tuple[int, int]:
        """The same of one document."""
        word, shift = self.first + doc // WORD, doc % WORD * 4
        halves, begin = self.words.item(word), self.bases.item(word)
        before, own = halves & ((1 << shift) - 1), halves >> shift & HALF
        # The sum of a number's bytes is what is left when it is divided by 255.
        begin += ((before & _EVEN_BYTES) + (before >> 4 & _EVEN_BYTES)) % 255
        if self.low < self.high:
            escaped, excess = self.escapes
            mine = self.first * WORD + doc
            first = bisect_left(escaped.data, mine - doc % WORD, lo=self.low, hi=self.high)
            here = bisect_left(escaped.data, mine, lo=first, hi=self.high)
            begin += int(excess[here]) - int(excess[first])
            if own == HALF:
                own += int(excess[here + 1]) - int(excess[here])
        return begin, own


def half_lists(arrays: ArrayFile, prefix: str, documents: int) -> dict[int, HalfList]:
    """Those of a text field of a segment of so many documents, by number."""
    if f"{prefix}dense.lists" not in arrays:
        return {}
    words = arrays.by_block(f"{prefix}dense.counts", _WORDS)
    bases = arrays.by_block(f"{prefix}dense.bases")
    escapes = Escapes(arrays[f"{prefix}dense.at"], arrays[f"{prefix}dense.excess"])
    numbers = arrays[f"{prefix}dense.lists"].tolist()
    width = -(-documents // WORD)
    # Before which escape each list begins, one more at the end.
    bounds = escapes.at.searchsorted(np.arange(len(numbers) + 1) * width * WORD).tolist()
    return {
        number: HalfList(words, bases, escapes, documents, row * width, *bounds[row : row + 2])
        for row, number in enumerate(numbers)
    }
