"""One generation: a folder with a Whoosh index, the analyser it was built with, and a manifest."""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from weakref import WeakValueDictionary

from search_service.durable import writing_to
from search_service.engine.base import GenerationInfo
from search_service.engine.whoosh import manifest, merging, pins, schema
from search_service.engine.whoosh.cache import ArrayCache
from search_service.engine.whoosh.codec import ArraySegment
from search_service.engine.whoosh.manifest import Manifest
from search_service.engine.whoosh.merge import Merge
from search_service.engine.whoosh.portion import WhooshPortion
from search_service.engine.whoosh.rows import FewRows
from search_service.engine.whoosh.searcher import WhooshSearcher
from search_service.engine.whoosh.segment import Segment
from search_service.engine.whoosh.storage import IndexStorage
from search_service.engine.whoosh.view import View
from search_service.engine.whoosh.writer import MEMORY, WhooshWriter, read_segments
from search_service.errors import ServiceError

ATTEMPTS = 5
DECODED = 6 << 20
"""Bytes of decoded lists, of all segments."""
MERGING = f"{schema.INDEX_NAME}.merge"
"""Folder of the merge that goes on beside the commits."""

log = logging.getLogger(__name__)


class WhooshGeneration:
    """A generation on disk; keeps open segments as long as some searcher uses them."""

    def __init__(self, number: int, folder: Path, seconds: float | None = None, memory: int = MEMORY) -> None:
        """``seconds``: how long a search may take; ``memory``: bytes that a writer may take."""
        self.number = number
        self.folder = folder
        self._seconds = seconds
        self._memory = memory
        self._merge: Merge | None = None
        self._crowded = False
        """Whether the disk had no room for a merge, which is told once."""
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()
        self._written: tuple[Segment, ...] = ()
        self._broken: dict[str, ServiceError] = {}
        self._analyser_checked = False
        self._decoded: ArrayCache[FewRows] = ArrayCache(DECODED)
        self._opening = Lock()
        self._read: tuple[tuple[int, ...], Manifest] | None = None
        self.damage: str | None = None
        """What is wrong with the newest commit, and whether the one before answers; None: nothing was found so far."""

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
            damage=self.damage,
        )

    def writer(self) -> WhooshWriter:
        """The one writer; raises ``indexer_busy``, ``folder_not_writable`` or ``index_damaged``."""
        self._check_analyser()
        writer = WhooshWriter(self.folder, self._segment, self._memory, self._merge)
        try:
            # Kept open between commits, so that what was checked of them once is not checked again.
            self._written = tuple(map(self._segment, writer.segments()))
        except BaseException:
            writer.cancel()
            raise
        return writer

    def portion(self, folder: Path, of: int) -> WhooshPortion:
        """What one of so many processes writes, for the writer to ``take``."""
        return WhooshPortion(folder, self._memory // of)

    def merge(self, seconds: float, *, segments: int | None = None) -> bool:
        """Merge segments for about so long, if some should be; True: there is more to do.

        ``segments``: how many are not too many. What is begun goes on in the next call, and commits may come between.
        The last step commits, so that it needs the writer's lock: raises ``indexer_busy``.
        """
        with writing_to(self.folder):
            if self._merge is None:
                self._merge = self._begin_merge(segments or merging.TARGET)
            if self._merge is None:
                return False
            try:
                until = monotonic() + seconds
                if self._merge.run(until) and self._merge.synced(until):
                    self._adopt(self._merge)
                    self._end_merge(self._merge)
            except ServiceError as error:
                if error.code != "indexer_busy":
                    self._end_merge(self._merge)
                raise
            except FileNotFoundError:
                # Another process has swept its files away, as after a crash.
                self._merge = None
            except BaseException:
                self._end_merge(self._merge)
                raise
        return True

    def searcher(self) -> WhooshSearcher:
        """Open the newest commit, or the one before where its files are damaged (see ``damage``).

        Raises ``index_damaged`` or ``index_incompatible``.
        """
        for _ in range(ATTEMPTS):
            newest = self.manifest()
            try:
                self._check_analyser()
                return WhooshSearcher(newest, self._view(newest, self.folder), self._seconds)
            except (FileNotFoundError, ServiceError) as error:
                # Two commits may have come since the manifest was read, and their sweep.
                if self.manifest() == newest:
                    self._give_up(newest, error)
        raise ServiceError("index_damaged", f"{self.folder}: the index changes faster than it can be opened.")

    def current_commit(self) -> str:
        """Name the newest commit."""
        return self.manifest().name

    def pin(self, seconds: float) -> str:
        """Keep the newest commit for at least so long, for every process; gives its name."""
        for _ in range(ATTEMPTS):
            newest = self.manifest()
            # Two commits may come meanwhile, and their sweep.
            with writing_to(self.folder), suppress(FileNotFoundError):
                pins.pin(self.folder, newest, seconds)
                return newest.name
        raise ServiceError("index_damaged", f"{self.folder}: the index changes faster than it can be pinned.")

    def pinned(self, commit: str) -> WhooshSearcher:
        """Open a commit that was pinned; raises ``cursor_expired`` when it is gone."""
        folder, known = pins.read(self.folder, commit)
        try:
            return WhooshSearcher(known, self._view(known, folder), self._seconds)
        except FileNotFoundError:
            raise ServiceError("cursor_expired", field="cursor") from None

    def manifest(self) -> Manifest:
        """The newest manifest; read again only when the file was replaced."""
        seen: tuple[int, ...]
        try:
            stat = (self.folder / manifest.FILE).stat()
            seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        except OSError:
            seen = ()
        read = self._read
        if read is None or read[0] != seen:
            read = self._read = (seen, self._newest())
        return read[1]

    def verify(self) -> None:
        """Read every file against its checksum; raises ``index_damaged``."""
        manifest.check_content(self.folder, manifest.read(self.folder).files)

    def _newest(self) -> Manifest:
        """The newest commit, or the one before it where that is known to be damaged and this is not."""
        self.damage = None
        try:
            newest = manifest.read(self.folder)
        except ServiceError as error:
            return self._before(error)
        broken = self._broken_in(newest)
        if broken is None:
            return newest
        try:
            return self._before(broken)
        except ServiceError:
            self.damage = str(broken)
            return newest

    def _broken_in(self, known: Manifest) -> ServiceError | None:
        """What was found damaged of a commit's segments."""
        return next((error for name, error in self._broken.items() if Segment.files_of(name)[0] in known.files), None)

    def _found(self, name: str, error: ServiceError) -> None:
        """A segment is damaged: who asks next is answered from a commit without it, if that is the one before."""
        if name not in self._broken:
            log.error("generation %d is damaged: %s %s", self.number, error, error.kind.hint)
        self._broken[name] = error
        self._read = None
        with suppress(ServiceError):  # who asks next is told
            self.manifest()

    def _check_analyser(self) -> None:
        """Compare the analyser's files with their checksums, once; raises ``index_damaged``."""
        if not self._analyser_checked:
            files = {name: entry for name, entry in self.manifest().files.items() if "/" in name}
            manifest.check_content(self.folder, files)
            self._analyser_checked = True

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
        if not before.complete or self._broken_in(before) is not None:
            # What a new generation holds before its first commit answers nothing.
            raise error
        self.damage = f"{error} The commit before it, {before.name}, answers instead."
        return before

    def _view(self, known: Manifest, folder: Path) -> View:
        manifest.check_sizes(folder, known.files)
        segments = read_segments(IndexStorage(folder), known)
        return View([(self._segment(each.segment_id(), folder), frozenset(each.deleted_docs())) for each in segments])

    def _segment(self, name: str, folder: Path | None = None) -> Segment:
        """An open segment is used again: commits change what is deleted in it, never its files."""
        with self._opening:
            opened = self._segments.get(name)
            if opened is None:
                report = partial(self._found, name)
                opened = self._segments[name] = Segment(folder or self.folder, name, self._decoded, report)
            return opened

    def _begin_merge(self, target: int) -> Merge | None:
        known = manifest.read(self.folder)
        segments = read_segments(IndexStorage(self.folder), known)
        chosen = merging.background(segments, target)
        if not chosen:
            return None
        chosen = [segment for segment in segments if segment in chosen]
        needed = sum(known.files[file].size for each in chosen for file in Segment.files_of(each.segment_id()))
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            # Others need what room is left; it is tried again when there is more.
            if not self._crowded:
                log.warning(
                    "generation %d stays in %d segments, which makes searches slower: merging some of them takes %d MB "
                    "of the disk, and %d MB are free; make room, and they are merged",
                    *(self.number, len(segments), needed >> 20, free >> 20),
                )
            self._crowded = True
            return None
        self._crowded = False
        folder = self.folder / MERGING
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        name = ArraySegment(schema.INDEX_NAME, 0).segment_id()
        return Merge(IndexStorage(folder), name, chosen, self._segment, folder)

    def _end_merge(self, merge: Merge) -> None:
        """Remove what is left of a merge: where the disk is full, others need the room."""
        self._merge = None
        shutil.rmtree(merge.folder, ignore_errors=True)

    def _adopt(self, merge: Merge) -> None:
        writer = WhooshWriter(self.folder, self._segment, self._memory, merge)
        try:
            if writer.adopt(merge):
                writer.commit(self.manifest().position)
        finally:
            writer.cancel()
