"""The generations of one index folder, and which of them is live."""

from __future__ import annotations

import re
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from threading import Lock

from whoosh.index import TOC

from search_service.durable import sync, write_atomically, writing_to
from search_service.engine.base import GenerationInfo
from search_service.engine.whoosh import manifest, schema
from search_service.engine.whoosh.generation import WhooshGeneration
from search_service.engine.whoosh.lock import WriterLock
from search_service.engine.whoosh.manifest import Manifest
from search_service.engine.whoosh.storage import IndexStorage
from search_service.engine.whoosh.writer import MEMORY
from search_service.errors import ServiceError

_NUMBER = re.compile(r"\d{6,}")
_LINE = re.compile(r"(\d+)(?: ([0-9a-f]{8}))?\n")
"""A number and its CRC-32; earlier versions wrote the number alone."""


class WhooshEngine:
    """Keeps ``generations/000042/`` and ``CURRENT``, which names the live one, in a folder."""

    name = manifest.ENGINE

    def __init__(self, folder: Path, *, seconds: float | None = None, memory: int = MEMORY) -> None:
        """``seconds``: how long a search may take before it raises ``search_timeout``; None: for ever.

        ``memory``: bytes that a writer may take for what is not yet in a file.
        """
        self._folder = folder
        self._generations = folder / "generations"
        self._current = folder / "CURRENT"
        self._last = self._generations / "LAST"
        self._seconds = seconds
        self._memory = memory
        self._opened: dict[int, WhooshGeneration] = {}
        self._opening = Lock()

    def generations(self) -> list[GenerationInfo]:
        """All of them, oldest first; one whose manifest cannot be read is listed as not complete.

        None is live when ``CURRENT`` cannot be read, so that a new one can be built.
        """
        live = self._live_if_known()
        return [replace(self._info(number), live=number == live) for number in self._numbers()]

    def live(self) -> WhooshGeneration | None:
        """The generation that CURRENT names; raises ``index_damaged`` when it is not there."""
        number = self._live_number()
        if number is None:
            return None
        if not self._path(number).is_dir():
            raise ServiceError("index_damaged", f"{self._current} names generation {number}, which is missing.")
        return self._open(number)

    def open(self, number: int) -> WhooshGeneration:
        """A generation by number; raises ``generation_unknown``."""
        if not self._path(number).is_dir():
            raise ServiceError("generation_unknown", f"There is no generation {number} in {self._generations}.")
        return self._open(number)

    def create(self, analyser: str, files: Mapping[str, bytes]) -> WhooshGeneration:
        """Begin the next generation; numbers are never given twice. Raises ``folder_not_writable``."""
        with writing_to(self._folder):
            self._generations.mkdir(parents=True, exist_ok=True)
            self._clear_dropped()
            number = max([self._last_number(), *self._numbers()]) + 1
            write_atomically(self._last, _line(number))
            folder = self._path(number)
            folder.mkdir()
            try:
                self._begin(number, analyser, files)
            except BaseException:
                # Nobody else has it; where the disk is full, others need the room.
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return self._open(number)

    def publish(self, number: int) -> None:
        """Make the generation the live one, atomically; raises if its manifest cannot be read."""
        self.open(number).manifest()
        with writing_to(self._folder):
            write_atomically(self._current, _line(number))

    def drop(self, number: int) -> None:
        """Remove a generation that is not live; raises ``generation_live``, ``indexer_busy``."""
        folder = self.open(number).folder
        if number == self._live_if_known():
            raise ServiceError("generation_live", f"Generation {number} is live.")
        with writing_to(self._folder):
            lock = WriterLock(folder / "writer.lock", "dropping it")
            try:
                # Gone at once for everyone; searchers that have it open keep their maps.
                folder.rename(self._generations / f".{folder.name}.dropped")
                sync(self._generations)
            finally:
                lock.release()
            self._opened.pop(number, None)
            self._clear_dropped()

    def _begin(self, number: int, analyser: str, files: Mapping[str, bytes]) -> None:
        """Write an empty generation into its folder, durably."""
        folder = self._path(number)
        kept = _write_analyser(folder, files)
        storage = IndexStorage(folder)
        TOC(schema.schema(), [], 0).write(storage, schema.INDEX_NAME)
        table = schema.toc_file(0)
        Manifest(
            generation=number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            analyser=analyser,
            files=manifest.describe(folder, [*kept, table], {}),
        ).write(folder)
        sync(self._generations)
        sync(self._folder)

    def _open(self, number: int) -> WhooshGeneration:
        """One object a generation, so that searchers share its open segments."""
        with self._opening:
            if number not in self._opened:
                self._opened[number] = WhooshGeneration(number, self._path(number), self._seconds, self._memory)
            return self._opened[number]

    def _info(self, number: int) -> GenerationInfo:
        try:
            return self._open(number).info()
        except ServiceError as error:
            return GenerationInfo(number, False, 0, 0, "", "", self.name, complete=False, damage=str(error))

    def _path(self, number: int) -> Path:
        return self._generations / f"{number:06}"

    def _numbers(self) -> list[int]:
        if not self._generations.is_dir():
            return []
        return sorted(int(path.name) for path in self._generations.iterdir() if _NUMBER.fullmatch(path.name))

    def _live_number(self) -> int | None:
        return _number(self._current)

    def _live_if_known(self) -> int | None:
        try:
            return self._live_number()
        except ServiceError:
            return None

    def _last_number(self) -> int:
        try:
            return _number(self._last) or 0
        except ServiceError:
            return 0

    def _clear_dropped(self) -> None:
        for path in self._generations.glob(".*.dropped"):
            shutil.rmtree(path, ignore_errors=True)


def _number(path: Path) -> int | None:
    """The number that a file holds; None: there is no file. Raises ``index_damaged``."""
    try:
        line = _LINE.fullmatch(path.read_bytes().decode(errors="replace"))
    except FileNotFoundError:
        return None
    if line is None or line[2] not in (None, _sum(line[1])):
        raise ServiceError("index_damaged", f"{path} does not hold a generation's number with its checksum.")
    return int(line[1])


def _line(number: int) -> bytes:
    digits = f"{number:06}"
    return f"{digits} {_sum(digits)}\n".encode()


def _sum(digits: str) -> str:
    return f"{zlib.crc32(digits.encode()):08x}"


def _write_analyser(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Keep the analyser's files; gives their names relative to the generation's folder."""
    names = []
    for name, content in files.items():
        relative = PurePosixPath("analyser") / name
        if ".." in relative.parts or relative.is_absolute():
            raise ValueError(f"the analyser's file {name!r} lies outside its folder")
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sync(path)
        sync(path.parent)
        names.append(str(relative))
    return names
