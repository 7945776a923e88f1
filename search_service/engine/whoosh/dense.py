"""Lists that many documents are in: where any document's places begin is told by the file, without decoding.

They are kept in one of two forms, by how many places they have (see ``halves`` and ``offsets``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import ArrayFile, ArrayWriter
from search_service.engine.whoosh.halves import HalfList, HalvesWriter, half_lists
from search_service.engine.whoosh.offsets import BLOCK, WIDTHS, OffsetList, OffsetsWriter, offset_lists
from search_service.engine.whoosh.runs import Flat

SHARE = 8
"""A list is dense of which one document in so many is, ..."""
LEAST = 1 << 12
"""... if the segment has so many documents: small ones are read whole."""
OFTEN = 0.5
"""A list has offsets if it has so many places for each document of the segment: they take more room."""

Dense = HalfList | OffsetList


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
        self._documents = documents
        self._halves = HalvesWriter(folder)
        self._offsets = [OffsetsWriter(folder, width) for width in WIDTHS]

    def add(self, number: int, docs: NDArray[np.integer[Any]], counts: NDArray[np.integer[Any]]) -> None:
        """Add a list by its number: its documents, and how often the term stands in each."""
        blocks = np.zeros((-(-self._documents // BLOCK), BLOCK), np.int64)
        blocks.reshape(-1)[docs] = counts
        places = blocks.sum(axis=1)
        fitting = [offsets for offsets in self._offsets if np.max(places) <= offsets.most]
        if fitting and places.sum() >= OFTEN * self._documents:
            fitting[0].add(number, blocks)
        else:
            self._halves.add(number, blocks)

    def write(self, writer: ArrayWriter, prefix: str) -> None:
        """Write all arrays; nothing is added afterwards."""
        self._halves.write(writer, prefix)
        for offsets in self._offsets:
            offsets.write(writer, prefix)


class DenseLists:
    """The dense lists of a text field of a segment."""

    def __init__(self, arrays: ArrayFile, prefix: str, documents: int) -> None:
        self._lists: dict[int, Dense] = {
            **half_lists(arrays, prefix, documents),
            **offset_lists(arrays, prefix, documents),
        }
        self._numbers = np.array(sorted(self._lists), np.intp)

    def get(self, number: int) -> Dense | None:
        """The list of a number, if it is dense."""
        return self._lists.get(number)

    def among(self, numbers: Flat) -> Flat:
        """Indexes of those of some lists that are dense."""
        if not len(self._numbers):
            return np.empty(0, np.intp)
        at = self._numbers.searchsorted(numbers)
        at[at == len(self._numbers)] = 0
        there: Flat = (self._numbers[at] == numbers).nonzero()[0]
        return there
