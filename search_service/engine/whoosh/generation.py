"""One generation: a folder with a Whoosh index, the analyser it was built with, and a manifest."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC

from search_service.engine.base import GenerationInfo
from search_service.engine.whoosh import manifest, schema
from search_service.engine.whoosh.manifest import Manifest
from search_service.engine.whoosh.searcher import WhooshSearcher
from search_service.engine.whoosh.segment import Segment
from search_service.engine.whoosh.storage import IndexStorage
from search_service.engine.whoosh.view import View
from search_service.engine.whoosh.writer import WhooshWriter
from search_service.errors import ServiceError

ATTEMPTS = 5


class WhooshGeneration:
    """A generation on disk; keeps open segments as long as some searcher uses them."""

    def __init__(self, number: int, folder: Path, seconds: float | None = None) -> None:
        """``seconds``: how long a search may take."""
        self.number = number
        self.folder = folder
        self._seconds = seconds
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()
        self._opening = Lock()
        self._read: tuple[tuple[int, ...], Manifest] | None = None

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
        return WhooshWriter(self.folder)

    def searcher(self) -> WhooshSearcher:
        """Open the newest commit; raises ``index_damaged`` or ``index_incompatible``."""
        for _ in range(ATTEMPTS):
            newest = self.manifest()
            try:
                return WhooshSearcher(newest, self._view(newest), self._seconds)
            except (FileNotFoundError, ServiceError):
                # Two commits may have come since the manifest was read, and their sweep.
                if self.manifest() == newest:
                    raise
        raise ServiceError("index_damaged", f"{self.folder}: the index changes faster than it can be opened.")

    def current_commit(self) -> str:
        """Name the newest commit."""
        return self.manifest().name

    def manifest(self) -> Manifest:
        """The newest manifest; read again only when the file was replaced."""
        path = self.folder / manifest.FILE
        try:
            stat = path.stat()
        except OSError:
            return manifest.read(self.folder)
        seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if self._read is None or self._read[0] != seen:
            self._read = (seen, manifest.read(self.folder))
        return self._read[1]

    def verify(self) -> None:
        """Read every file against its checksum; raises ``index_damaged``."""
        manifest.check_content(self.folder, self.manifest().files)

    def _view(self, newest: Manifest) -> View:
        storage = IndexStorage(self.folder)
        table = schema.toc_file(newest.toc)
        manifest.check_sizes(self.folder, newest.files)
        manifest.check_content(self.folder, {table: newest.files[table]})
        segments: list[W3Segment] = TOC.read(
            storage, schema.INDEX_NAME, gen=newest.toc, schema=schema.schema()
        ).segments
        with self._opening:
            return View([(self._segment(storage, each), frozenset(each.deleted_docs())) for each in segments])

    def _segment(self, storage: IndexStorage, segment: W3Segment) -> Segment:
        """An open segment is used again: commits change what is deleted in it, never its files."""
        name = segment.segment_id()
        opened = self._segments.get(name)
        if opened is None:
            opened = self._segments[name] = Segment(storage, segment)
        return opened
