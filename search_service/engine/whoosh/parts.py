"""Lists that are parts of others: for each place of the whole list, whether the part has it.

A bit a place; or, of a part that lacks few places, these.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import Array, ArrayFile, ArrayWriter
from search_service.engine.whoosh.runs import Flat, ranges, starts_of
from search_service.engine.whoosh.spool import Spool

FEW = 32
"""A part lacks few places that lacks fewer than one in so many: four bytes for each are fewer than the bits."""
_BIT = np.array([128 >> bit for bit in range(8)], np.uint8)


class PartsWriter:
    """Takes parts, some at a time."""

    def __init__(self, folder: Path) -> None:
        """``folder``: for temporary files."""
        self._of = Spool(folder, np.int64)
        self._sizes = Spool(folder, np.uint32)
        self._bytes = Spool(folder, np.uint32)
        self._bits = Spool(folder, np.uint8)
        self._lacking = Spool(folder, np.uint32)
        self._lacked = Spool(folder, np.uint32)

    def __len__(self) -> int:
        return self._of.size

    def add(self, of: Flat, sizes: Flat, places: Flat, bits: NDArray[np.bool_]) -> None:
        """Add parts; of each: the list that it is a part of, in how many documents it is, ...

        ... how many places that list has, and for each of these whether the part has it.
        """
        starts = starts_of(places)[:-1]
        lacking = places - np.add.reduceat(bits, starts, dtype=np.intp)
        few = lacking * FEW < places
        held = np.where(few, 0, (places + 7) >> 3)
        padded = np.zeros(int(held.sum()) << 3, np.bool_)
        padded[ranges((starts_of(held)[:-1] << 3)[~few], places[~few])] = bits[ranges(starts[~few], places[~few])]
        whole = ranges(starts[few], places[few])
        lacked = whole[~bits[whole]]
        self._of.add(of)
        self._sizes.add(sizes)
        self._bytes.add(held)
        self._bits.add(np.packbits(padded))
        self._lacking.add(np.where(few, lacking, 0))
        self._lacked.add(lacked - np.repeat(starts[few], lacking[few]))

    def sizes(self) -> Array:
        """In how many documents each is."""
        return self._sizes.array()

    def write(self, writer: ArrayWriter, prefix: str) -> None:
        """Write all arrays but the sizes; nothing is added afterwards."""
        writer.put(f"{prefix}parts.of", self._of.array())
        writer.put(f"{prefix}parts.starts", starts_of(self._bytes.array()))
        writer.put(f"{prefix}parts.bits", self._bits.array())
        if self._lacked.size:
            writer.put(f"{prefix}parts.lacking", starts_of(self._lacking.array()))
            writer.put(f"{prefix}parts.lacked", self._lacked.array())


class Parts:
    """The parts of a text field of a segment, by their number among themselves."""

    def __init__(self, arrays: ArrayFile, prefix: str) -> None:
        self.of = arrays[f"{prefix}parts.of"]
        """Which list each is a part of."""
        self._starts = arrays[f"{prefix}parts.starts"]
        self._bits = arrays.by_block(f"{prefix}parts.bits")
        self._lacking: Array | None = None
        """Where what a part lacks begins, one more at the end; None: no part lacks few."""
        if f"{prefix}parts.lacking" in arrays:
            self._lacking, self._lacked = arrays[f"{prefix}parts.lacking"], arrays[f"{prefix}parts.lacked"]

    def __len__(self) -> int:
        return len(self.of)

    def lacked(self, at: int) -> Array | None:
        """The places of the whole that a part lacks, ascending, if these are few."""
        if self._lacking is None or self._lacking[at] == self._lacking[at + 1]:
            return None
        return self._lacked[int(self._lacking[at]) : int(self._lacking[at + 1])]

    def held(self, at: int, places: int) -> NDArray[np.bool_]:
        """For each place of the whole, which has so many, whether the part has it."""
        lacked = self.lacked(at)
        if lacked is None:
            bits = self._bits[int(self._starts[at]) : int(self._starts[at + 1])]
            return np.unpackbits(bits, count=places).view(np.bool_)
        held = np.ones(places, np.bool_)
        held[lacked] = False
        return held

    def all_held(self, at: Flat, places: Flat) -> NDArray[np.bool_]:
        """The same for several parts, one after the other."""
        starts = self._starts[at].astype(np.intp)
        sizes = self._starts[at + 1].astype(np.intp) - starts
        begins = starts_of(places)[:-1]
        held = np.ones(int(places.sum()), np.bool_)
        bits = np.unpackbits(self._bits[ranges(starts, sizes)]).view(np.bool_)
        mine = sizes.nonzero()[0]
        held[ranges(begins[mine], places[mine])] = bits[ranges((starts_of(sizes)[:-1] << 3)[mine], places[mine])]
        if self._lacking is not None:
            starts = self._lacking[at].astype(np.intp)
            sizes = self._lacking[at + 1].astype(np.intp) - starts
            held[self._lacked[ranges(starts, sizes)] + np.repeat(begins, sizes)] = False
        return held

    def have(self, at: int, places: Flat) -> NDArray[np.bool_]:
        """Which of some places of the whole, ascending, a part has."""
        lacked = self.lacked(at)
        if lacked is None:
            bytes_ = self._bits.spanning((places >> 3) + int(self._starts[at]))
            found: NDArray[np.bool_] = (bytes_ & _BIT[places & 7]) != 0
            return found
        # Looked up in the type of the lacked ones, else they would be copied; what does not fit is none of them.
        there = lacked.searchsorted(places.astype(lacked.dtype))
        there[there == len(lacked)] = 0
        found = lacked[there] != places
        return found
