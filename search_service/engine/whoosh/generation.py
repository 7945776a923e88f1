"""One generation: a folder with a Whoosh index, the analyser it was built with, and a manifest."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Lock
from time import monotonic
from weakref import WeakValueDictionary

from search_service.engine.base import GenerationInfo
from search_service.engine.whoosh import manifest, merging, schema
from search_service.engine.whoosh.cache import ArrayCache
from search_service.engine.whoosh.codec import ArraySegment
from search_service.engine.whoosh.manifest import Manifest
from search_service.engine.whoosh.merge import Merge
from search_service.engine.whoosh.searcher import WhooshSearcher
from search_service.engine.whoosh.segment import Segment
from search_service.engine.whoosh.storage import IndexStorage, writing_to
from search_service.engine.whoosh.view import View
from search_service.engine.whoosh.writer import MEMORY, WhooshWriter, read_segments
from search_service.errors import ServiceError

ATTEMPTS = 5
DECODED = 16 << 20
"""Bytes of decoded lists, of all segments."""
MERGING = f"{schema.INDEX_NAME}.merge"
"""Folder of the merge that goes on beside the commits."""


class WhooshGeneration:
    """A generation on disk; keeps open segments as long as some searcher uses them."""

    def __init__(self, number: int, folder: Path, seconds: float | None = None, memory: int = MEMORY) -> None:
        """``seconds``: how long a search may take; ``memory``: bytes that a writer may take."""
        self.number = number
        self.folder = folder
        self._seconds = seconds
        self._memory = memory
        self._merge: Merge | None = None
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()
        self._decoded = ArrayCache(DECODED)
        self._opening = Lock()
        self._read: tuple[tuple[int, ...], Manifest] | None = None
        self.damage: str | None = None
        """Why the newest commit cannot be opened, so that the one before answers; None: none was found so far."""

    def info(self) -> GenerationInfo:
        """Read the manifest; only the engine knows whether the generation is live."""
        known = self.manifest()
        return GenerationInfo(
            number=self.number,
            live=False,
            position=known.position,
            count=known.count,
            created=known.created,
            analyser=known.analyser,
            engine=known.engine,
            complete=known.complete,
        )

    def writer(self) -> WhooshWriter:
        """The one writer; raises ``indexer_busy`` or ``folder_not_writable``."""
        return WhooshWriter(self.folder, self._segment, self._memory, self._merge)

    def merge(self, seconds: float) -> bool:
        """Merge segments for about so long, if some should be; True: there is more to do.

        What is begun goes on in the next call, and commits may come between.  The last
        step commits, so that it needs the writer's lock: raises ``indexer_busy``.
        """
        with writing_to(self.folder):
            if self._merge is None:
                self._merge = self._begin_merge()
            if self._merge is None:
                return False
            try:
                if self._merge.run(monotonic() + seconds):
                    self._merge.sync()
                    self._adopt(self._merge)
                    shutil.rmtree(self._merge.folder, ignore_errors=True)
                    self._merge = None
            except ServiceError as error:
                if error.code != "indexer_busy":
                    self._merge = None
                raise
            except FileNotFoundError:
                # Another process has swept its files away, as after a crash.
                self._merge = None
            except BaseException:
                self._merge = None
                raise
        return True

    def searcher(self) -> WhooshSearcher:
        """Open the newest commit, or the one before where its files are damaged (see ``damage``).

        Raises ``index_damaged`` or ``index_incompatible``.
        """
        for _ in range(ATTEMPTS):
            newest = self.manifest()
            try:
                return WhooshSearcher(newest, self._view(newest), self._seconds)
            except (FileNotFoundError, ServiceError) as error:
                # Two commits may have come since the manifest was read, and their sweep.
                if self.manifest() == newest:
                    self._give_up(newest, error)
        raise ServiceError("index_damaged", f"{self.folder}: the index changes faster than it can be opened.")

    def current_commit(self) -> str:
        """Name the newest commit."""
        return self.manifest().name

    def manifest(self) -> Manifest:
        """The newest manifest; read again only when the file was replaced."""
        seen: tuple[int, ...]
        try:
            stat = (self.folder / manifest.FILE).stat()
            seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        except OSError:
            seen = ()
        if self._read is None or self._read[0] != seen:
            try:
                self._read = (seen, manifest.read(self.folder))
                self.damage = None
            except ServiceError as error:
                self._read = (seen, self._before(error))
        return self._read[1]

    def verify(self) -> None:
        """Read every file against its checksum; raises ``index_damaged``."""
        manifest.check_content(self.folder, manifest.read(self.folder).files)

    def _give_up(self, newest: Manifest, error: FileNotFoundError | ServiceError) -> None:
        """Let the commit before be the newest until another is made; raises the error when that is no better."""
        before = self._before(error)
        if self._read is None or before == newest:
            raise error
        self._read = (self._read[0], before)

    def _before(self, error: FileNotFoundError | ServiceError) -> Manifest:
        """The commit before the newest, which cannot be opened; raises the error when there is none."""
        if isinstance(error, ServiceError) and error.code != "index_damaged":
            raise error
        try:
            before = manifest.read(self.folder, manifest.PREVIOUS)
        except ServiceError:
            raise error from None
        if not before.complete:
            # What a new generation holds before its first commit answers nothing.
            raise error
        self.damage = f"{error} The commit before it, {before.name}, answers instead."
        return before

    def _view(self, newest: Manifest) -> View:
        manifest.check_sizes(self.folder, newest.files)
        segments = read_segments(IndexStorage(self.folder), newest)
        return View([(self._segment(each.segment_id()), frozenset(each.deleted_docs())) for each in segments])

    def _segment(self, name: str) -> Segment:
        """An open segment is used again: commits change what is deleted in it, never its files."""
        with self._opening:
            opened = self._segments.get(name)
            if opened is None:
                opened = self._segments[name] = Segment(self.folder, name, self._decoded)
            return opened

    def _begin_merge(self) -> Merge | None:
        storage = IndexStorage(self.folder)
        segments = read_segments(storage, manifest.read(self.folder))
        chosen = merging.background(segments)
        if not chosen:
            return None
        chosen = [segment for segment in segments if segment in chosen]
        folder = self.folder / MERGING
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        name = ArraySegment(schema.INDEX_NAME, 0).segment_id()
        return Merge(IndexStorage(folder), name, chosen, self._segment, folder)

    def _adopt(self, merge: Merge) -> None:
        writer = WhooshWriter(self.folder, self._segment, self._memory, merge)
        try:
            if writer.adopt(merge):
                writer.commit(self.manifest().position)
        finally:
            writer.cancel()
