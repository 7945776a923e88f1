"""The articles as shown, each compressed alone, in one file that is read by place."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np

from search_service.engine.whoosh import packing
from search_service.engine.whoosh.arrays import ArrayFile, ArrayWriter, Blocks, Report, Sums, unreported
from search_service.engine.whoosh.runs import Flat, starts_of
from search_service.errors import ServiceError

_PIECE = 1 << 22


class StoredWriter:
    """Writes articles one after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sums = Sums()
        self._sizes = array("q")

    def add(self, article: bytes) -> None:
        """Write an article."""
        self._put(packing.pack(article))

    def copy(self, articles: StoredArticles, kept: Flat) -> None:
        """Write some articles of another segment as they are."""
        for article in articles.compressed(kept):
            self._put(article)

    def write(self, writer: ArrayWriter) -> None:
        """Write where the articles are, and the checksums of the file's blocks."""
        writer.put("stored.starts", starts_of(np.array(self._sizes, np.intp)))
        writer.put("stored.sums", np.array(self._sums.all(), np.uint32))

    def close(self) -> None:
        """All articles are written."""
        self._file.close()

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._sums.feed(data)
        self._sizes.append(len(data))


class StoredArticles:
    """The file, for reading; several threads may."""

    def __init__(self, path: Path, arrays: ArrayFile, report: Report = unreported) -> None:
        """``arrays``: what ``StoredWriter.write`` has put there is read when the first article is."""
        self._path = path
        self._arrays = arrays
        self._report = report
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    @cached_property
    def _starts(self) -> memoryview:
        # One number of it is read in a third of the time that it takes from an array.
        return self._arrays["stored.starts"].data

    @cached_property
    def _blocks(self) -> Blocks:
        return Blocks(str(self._path), self._arrays["stored.sums"], self._between, self._report)

    def __getitem__(self, doc: int) -> bytes:
        """An article; raises ``index_damaged``."""
        try:
            # What is packed carries a checksum of its own.
            return packing.unpack(self._between(self._starts[doc], self._starts[doc + 1]))
        except packing.Damaged as error:
            damage = ServiceError("index_damaged", f"{self._path}: a stored article cannot be read.")
            self._report(damage)
            raise damage from error

    def compressed(self, docs: Flat) -> Iterator[bytes]:
        """Articles, ascending, as they stand in the file; raises ``index_damaged``."""
        for doc in docs.tolist():
            start, end = self._starts[doc], self._starts[doc + 1]
            self._blocks.check(start, end)
            yield self._between(start, end)

    def _between(self, start: int, end: int) -> bytes:
        return os.pread(self._descriptor, end - start, start)

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)
