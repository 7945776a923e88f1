"""One segment of the index, opened for reading; its deletions belong to a commit, not to it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import TEXT_FIELDS
from search_service.engine.whoosh import schema
from search_service.engine.whoosh.arrays import ArrayFile, Report, smallest, unreported
from search_service.engine.whoosh.cache import ArrayCache
from search_service.engine.whoosh.columns import Columns
from search_service.engine.whoosh.labels import LabelSets
from search_service.engine.whoosh.rows import FewRows, ManyRows, Rows, rows_of
from search_service.engine.whoosh.storage import MappedFile
from search_service.engine.whoosh.stored import StoredArticles
from search_service.engine.whoosh.textfield import TextField

ARRAYS, STORED = ".arrays", ".stored"
"""The files of a segment: all its arrays, and the compressed articles."""


class Months(NamedTuple):
    """The Jalali months of documents: 0 for an undated one, else its ordinal less ``first``."""

    cells: NDArray[np.integer[Any]]
    first: int


class Segment:
    """Terms, postings, columns and articles; immutable, shared by all searchers whose commit has it."""

    def __init__(
        self, folder: Path, name: str, decoded: ArrayCache[FewRows] | None = None, report: Report = unreported
    ) -> None:
        """Opens without reading more than a directory; raises ``index_damaged`` or FileNotFoundError.

        ``decoded``: where decoded lists are kept. ``report``: told when what is read later is damaged.
        """
        self._decoded = decoded or ArrayCache(0)
        self._many: dict[tuple[str, int], ManyRows] = {}
        self._labels: dict[str, LabelSets] = {}
        self.name = name
        self.arrays = ArrayFile(MappedFile(folder / f"{name}{ARRAYS}", str(folder / f"{name}{ARRAYS}")), report)
        self.columns = Columns(self.arrays)
        self.stored = StoredArticles(folder / f"{name}{STORED}", self.arrays, report)
        self.size = len(self.columns)
        """How many documents there are, the deleted included."""

    @cached_property
    def fields(self) -> dict[str, TextField]:
        """The text fields by name."""
        return {field: TextField(self.arrays, f"{field}.", self.size) for field in TEXT_FIELDS}

    @cached_property
    def words(self) -> dict[str, int]:
        """How many words each text field has in all documents."""
        columns = {field: self.columns.numbers[schema.words_column(field)] for field in TEXT_FIELDS}
        return {field: int(column.sum(dtype=np.int64)) for field, column in columns.items()}

    def labels(self, facet: str) -> LabelSets:
        """The labels of a facet."""
        known = self._labels.get(facet)
        if known is None:
            known = self._labels[facet] = LabelSets(self.columns.labels(facet), self.size)
        return known

    @cached_property
    def months(self) -> Months:
        """The Jalali months."""
        day = self.columns.numbers[schema.DAY].astype(np.int32)
        dated = day != schema.NO_DAY
        ordinals = day // 10000 * 12 + day // 100 % 100 - 1
        first = int(np.min(ordinals[dated])) - 1 if dated.any() else 0
        return Months(smallest(np.where(dated, ordinals - first, 0)), first)

    def rows(self, field: str, number: int) -> Rows:
        """A list that is part of no other, decoded if need be."""
        many = self._many.get((field, number))
        if many is not None:
            return many
        key = (self.name, field, number)
        few = self._decoded.get(key)
        if few is not None:
            return few
        rows = rows_of(self.fields[field].lists, number)
        if isinstance(rows, FewRows):
            self._decoded.put(key, rows)
        else:
            self._many[field, number] = rows
        return rows

    def find(self, id: str) -> list[int]:
        """The documents of an id; all but one of them are deleted, or all."""
        return self.columns.find(id)

    @staticmethod
    def files_of(name: str) -> list[str]:
        """The names of a segment's files."""
        return [f"{name}{ARRAYS}", f"{name}{STORED}"]


def segments_in(folder: Path) -> list[str]:
    """The names of the segments whose files are in a folder."""
    return sorted(path.name.removesuffix(ARRAYS) for path in folder.glob(f"*{ARRAYS}"))
