"""One segment of the index, opened for reading; its deletions belong to a commit, not to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from search_service.engine.query import TEXT_FIELDS
from search_service.engine.whoosh.arrays import BLOCK, ArrayFile
from search_service.engine.whoosh.cache import ArrayCache
from search_service.engine.whoosh.columns import Columns
from search_service.engine.whoosh.lists import Ints, starts_of
from search_service.engine.whoosh.storage import MappedFile
from search_service.engine.whoosh.stored import StoredArticles
from search_service.engine.whoosh.textfield import TextField

ARRAYS, STORED = ".arrays", ".stored"
"""The files of a segment: all its arrays, and the compressed articles."""


class Segment:
    """Terms, postings, columns and articles; immutable, shared by all searchers whose commit has it."""

    def __init__(self, folder: Path, name: str, decoded: ArrayCache | None = None) -> None:
        """Opens without reading more than a directory; raises ``index_damaged`` or FileNotFoundError.

        ``decoded``: where decoded lists are kept.
        """
        self._decoded = decoded or ArrayCache(0)
        self.name = name
        self.arrays = ArrayFile(MappedFile(folder / f"{name}{ARRAYS}", f"{name}{ARRAYS}"))
        self.columns = Columns(self.arrays)
        self.stored = StoredArticles(
            folder / f"{name}{STORED}", self.arrays["stored.starts"], self.arrays["stored.sums"]
        )
        self.size = len(self.columns)
        """How many documents there are, the deleted included."""

    @cached_property
    def fields(self) -> dict[str, TextField]:
        """The text fields by name."""
        return {field: TextField(self.arrays, f"{field}.", self.size) for field in TEXT_FIELDS}

    def rows(self, field: str, number: int) -> tuple[Ints, Ints]:
        """The documents of a list, and before which of its places each begins; one more at the end."""
        key = (self.name, field, number)
        known = self._decoded.get(key)
        if known is None:
            docs, counts = self.fields[field].lists.postings(number)
            known = docs, starts_of(counts).astype(np.int32)
            self._decoded.put(key, known)
        return known[0], known[1]

    def find(self, id: str) -> list[int]:
        """The documents of an id; all but one of them are deleted, or all."""
        return self.columns.find(id)

    @staticmethod
    def files_of(name: str) -> list[str]:
        """The names of a segment's files."""
        return [f"{name}{ARRAYS}", f"{name}{STORED}"]

    def verify(self) -> Iterator[int]:
        """Check all blocks one after the other, so that a scrub may rest between them; raises ``index_damaged``.

        Yields the bytes checked.
        """
        for file in (self.arrays, self.stored):
            for block in range(file.blocks):
                file.verify(block, 1)
                yield BLOCK


def segments_in(folder: Path) -> list[str]:
    """The names of the segments whose files are in a folder."""
    return sorted(path.name.removesuffix(ARRAYS) for path in folder.glob(f"*{ARRAYS}"))
