"""Files of an index: created once, synced in order, read through memory maps.

A map is shared by all threads and processes and has no read position, so what reads
through ``MappedFile.get`` needs no lock.
"""

from __future__ import annotations

import mmap
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile

from search_service.durable import sync

END = 1 << 16
"""Bytes at the end of a file that are read when it is opened."""


class MappedFile(BufferFile):  # type: ignore[misc]  # Whoosh carries no types
    """A whole file as a memory map; the library's ``BufferFile`` would copy it."""

    def __init__(self, path: Path, name: str) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # An empty file cannot be mapped; an anonymous byte stands for it and is never read.
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else mmap.mmap(-1, 1)
            # A look through the map may have the kernel read megabytes around it.
            self.end = os.pread(file.fileno(), END, max(0, size - END))
            """The last bytes, read without the map."""
        self._buf = self.file = self.map
        self._name = self.name = name
        self.size = size
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    def close(self) -> None:
        """The map goes with its last reference, so that another thread may still read."""
        self.is_closed = True


class IndexStorage(FileStorage):  # type: ignore[misc]  # Whoosh carries no types
    """The library's storage of one folder, with exclusive creation and syncing added."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.path = folder
        self._unsynced: set[str] = set()
        self._created: list[BinaryIO | StructFile] = []

    def create(self, name: str) -> BinaryIO:
        """Create a file that must not exist: a repeated name would truncate one that is being read."""
        descriptor = os.open(self.path / name, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o644)
        file = os.fdopen(descriptor, "wb")
        self._unsynced.add(name)
        self._created.append(file)
        return file

    def create_file(self, name: str, **options: Any) -> StructFile:
        """The same for the library."""
        file = super().create_file(name, excl=True, **options)
        self._unsynced.add(name)
        self._created.append(file)
        return file

    def open_file(self, name: str, **_: Any) -> MappedFile:
        """Map a file."""
        return MappedFile(self.path / name, name)

    def adopt(self, path: Path, synced: bool = False) -> None:
        """Take in a file of another folder."""
        path.rename(self.path / path.name)
        if not synced:
            self._unsynced.add(path.name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename durably: the library renames only to make a table of contents visible."""
        self.sync()
        super().rename_file(oldname, newname, safe=safe)
        sync(self.path)

    def abandon(self) -> None:
        """Close what a failure left open; the files themselves are swept away later."""
        for file in self._created:
            # Closing flushes, and the disk may be full.
            with suppress(OSError):
                if not (file.is_closed if isinstance(file, StructFile) else file.closed):
                    file.close()

    def sync(self) -> None:
        """Put all new files, and the folder's entries of them, on the disk."""
        for name in sorted(self._unsynced):
            if (self.path / name).exists():
                sync(self.path / name)
        sync(self.path)
        self._unsynced.clear()


def checksum(path: Path) -> int:
    """CRC-32 of a file's content."""
    crc = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            crc = zlib.crc32(piece, crc)
    return crc
