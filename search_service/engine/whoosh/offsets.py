"""Dense lists with many places in a document: before which place of the list each document begins.

Of each block of 16 documents there is how many places came before it, and of each document,
and behind the last one, how many places of the block did.  So two numbers that stand beside
each other tell where a document's places begin and end.  These are bytes, or pairs of bytes
where a block has too many places.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import Array, ArrayFile, ArrayWriter, BlockArray
from search_service.engine.whoosh.halves import WORD
from search_service.engine.whoosh.runs import Flat, starts_of
from search_service.engine.whoosh.spool import Spool

BLOCK = WORD
"""Documents of a block."""
WIDTHS = (np.dtype(np.uint8), np.dtype(np.uint16))
"""Of the numbers in a block."""
_TO_BLOCK = np.array(BLOCK.bit_length() - 1)
_ONE = np.array(1)


class OffsetsWriter:
    """Takes such lists, one after the other."""

    def __init__(self, folder: Path, width: np.dtype[Any]) -> None:
        """``folder``: for temporary files; ``width``: one of ``WIDTHS``."""
        self.most = int(np.iinfo(width).max)
        """Places that a block has room for."""
        self._name = _name(width)
        self._within = Spool(folder, width)
        self._bases = Spool(folder, np.uint32)
        self._numbers = Spool(folder, np.uint32)

    def add(self, number: int, blocks: NDArray[np.int64]) -> None:
        """Add a list by its number: how often its term stands in each document, a row for each block."""
        within = np.zeros((len(blocks), BLOCK + 1), np.int64)
        np.cumsum(blocks, axis=1, out=within[:, 1:])
        self._within.add(within.reshape(-1))
        self._bases.add(starts_of(within[:, -1])[:-1])
        self._numbers.add(np.array([number]))

    def write(self, writer: ArrayWriter, prefix: str) -> None:
        """Write all arrays, if there is a list; nothing is added afterwards."""
        if self._numbers.size:
            writer.put(f"{prefix}{self._name}.lists", self._numbers.array())
            writer.put(f"{prefix}{self._name}.within", self._within.array())
            writer.put(f"{prefix}{self._name}.bases", self._bases.array())


class OffsetList(NamedTuple):
    """One such list, for reading."""

    within: BlockArray
    """Of all lists."""
    bases: BlockArray
    documents: int
    """How many the segment has."""
    first: int
    """Its first block among those of all lists."""

    def counts(self) -> NDArray[np.integer[Any]]:
        """How often the term stands in each document."""
        within = self._within(0, -(-self.documents // BLOCK)).reshape(-1)
        steps = np.empty_like(within)
        np.subtract(within[1:], within[:-1], out=steps[:-1])
        # Those within a block are taken as one thing: numpy takes ten times as long for sixteen.
        size = within.itemsize
        block = np.dtype({"names": ["steps"], "formats": [f"V{BLOCK * size}"], "itemsize": (BLOCK + 1) * size})
        counts: Array = steps.view(block)["steps"].copy().view(within.dtype)[: self.documents]
        return counts.astype(np.uint8 if counts.max() < 256 else np.int32)

    def begins(self, first: int, end: int) -> Flat:
        """Before which place of the list each document of a range begins, one at least, and where the last ends."""
        low, high = first // BLOCK, -(-end // BLOCK)
        within = self._within(low, high)
        bases = self.bases[self.first + low : self.first + high].astype(np.intp)
        begins = np.empty((high - low) * BLOCK + 1, np.intp)
        np.add(within[:, :BLOCK], bases[:, None], out=begins[:-1].reshape(-1, BLOCK))
        begins[-1] = bases[-1] + within[-1, BLOCK]
        return begins[first - low * BLOCK : end - low * BLOCK + 1]

    def extents(self, docs: Flat) -> tuple[Flat, Flat]:
        """Before which place of the list each document begins, and how many places it has there."""
        if self.first:
            docs = docs + self.first * BLOCK
        blocks = docs >> _TO_BLOCK
        at = docs + blocks
        within = self.within.spanning(at)
        at += _ONE
        sizes = self.within.spanning(at)
        sizes -= within
        begins = self.bases.spanning(blocks).astype(np.intp)
        begins += within
        return begins, sizes.astype(np.intp)

    def extent(self, doc: int) -> tuple[int, int]:
        """The same of one document."""
        block = self.first + doc // BLOCK
        at = self.first * BLOCK + doc + block
        within = self.within.item(at)
        return self.bases.item(block) + within, self.within.item(at + 1) - within

    def _within(self, low: int, high: int) -> Array:
        """The offsets of some of its blocks, a row for each."""
        width = BLOCK + 1
        return self.within[(self.first + low) * width : (self.first + high) * width].reshape(-1, width)


def offset_lists(arrays: ArrayFile, prefix: str, documents: int) -> dict[int, OffsetList]:
    """Those of a text field of a segment of so many documents, by number."""
    blocks = -(-documents // BLOCK)
    found = {}
    for width in WIDTHS:
        name = _name(width)
        if f"{prefix}{name}.lists" in arrays:
            within, bases = arrays.by_block(f"{prefix}{name}.within"), arrays.by_block(f"{prefix}{name}.bases")
            for row, number in enumerate(arrays[f"{prefix}{name}.lists"].tolist()):
                found[number] = OffsetList(within, bases, documents, row * blocks)
    return found


def _name(width: np.dtype[Any]) -> str:
    return f"offsets{width.itemsize}"
