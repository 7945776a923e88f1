"""The articles as shown, each compressed alone, in one file that is read by place."""

from __future__ import annotations

import os
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from search_service.engine.whoosh.arrays import BLOCK, Array, ArrayWriter, Sums, check_blocks
from search_service.engine.whoosh.lists import Flat, starts_of
from search_service.errors import ServiceError

LEVEL = 1
_PIECE = 1 << 22


class StoredWriter:
    """Writes articles one after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sums = Sums()
        self._sizes = array("q")

    def add(self, article: bytes) -> None:
        """Write an article."""
        self._put(zlib.compress(article, LEVEL))

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

    def __init__(self, path: Path, starts: Array, sums: Array) -> None:
        self._path = path
        self._starts = starts
        self._sums = sums
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __getitem__(self, doc: int) -> bytes:
        """An article; raises ``index_damaged``."""
        start, end = int(self._starts[doc]), int(self._starts[doc + 1])
        try:
            return zlib.decompress(os.pread(self._descriptor, end - start, start))
        except zlib.error as error:
            raise ServiceError("index_damaged", f"{self._path}: a stored article cannot be read.") from error

    def compressed(self, docs: Flat) -> Iterator[bytes]:
        """Articles, ascending, as they stand in the file."""
        for doc in docs.tolist():
            start = int(self._starts[doc])
            yield os.pread(self._descriptor, int(self._starts[doc + 1]) - start, start)

    @property
    def blocks(self) -> int:
        """How many blocks have a checksum."""
        return len(self._sums)

    def verify(self, first: int = 0, count: int | None = None) -> None:
        """Check some blocks, or all; raises ``index_damaged``."""
        end = self.blocks if count is None else min(first + count, self.blocks)
        for block in range(first, end):
            content = os.pread(self._descriptor, BLOCK, block * BLOCK)
            check_blocks(str(self._path), memoryview(content), [int(self._sums[block])], block)

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)
