"""Writing articles: a batch becomes new segments, and a commit makes it durable and visible."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from whoosh.index import TOC

from search_service.durable import writing_to
from search_service.engine.base import Document
from search_service.engine.whoosh import manifest, merging, pins, schema
from search_service.engine.whoosh.build import SegmentBuilder, check
from search_service.engine.whoosh.codec import ArraySegment
from search_service.engine.whoosh.lock import WriterLock
from search_service.engine.whoosh.manifest import FileEntry, Manifest
from search_service.engine.whoosh.merge import Merge
from search_service.engine.whoosh.segment import Segment, segments_in
from search_service.engine.whoosh.storage import IndexStorage
from search_service.errors import ServiceError

TEMPORARY = f"{schema.INDEX_NAME}.tmp"
"""Folder of what a writer has not committed."""
LIBRARY_LOCK = f"{schema.INDEX_NAME}_WRITELOCK"
LOCKS = (LIBRARY_LOCK, "writer.lock")
MEMORY = 512 << 20
"""Bytes that may be taken by what is not yet in a file."""

Opening = Callable[[str], Segment]
"""Opens a segment of the index by its name, or has it open."""


class WhooshWriter:
    """The writer of the seam; ends with ``commit`` or ``cancel``, which give back the locks."""

    def __init__(self, folder: Path, opening: Opening, memory: int = MEMORY, merge: Merge | None = None) -> None:
        """Take the locks and sweep away what a crash left; raises ``indexer_busy``, ``folder_not_writable``.

        From ``memory`` bytes on what was added is written as a segment of its own.
        ``merge``: one that goes on beside this writer; its segments are left to it.
        """
        self._folder = folder
        self._opening = opening
        self._memory = memory
        self._merge = merge
        self._closed = False
        self._held: dict[str, Segment] = {}
        self._known: dict[str, FileEntry] = {}
        self._storage = IndexStorage(folder)
        self._temporary = IndexStorage(folder / TEMPORARY)
        with writing_to(folder):
            self._lock = WriterLock(folder / "writer.lock", "writing to the index")
            try:
                self._manifest = manifest.read(folder)
                sweep(folder, merge)
                self._library_lock = self._storage.lock(LIBRARY_LOCK)
                if not self._library_lock.acquire():
                    raise ServiceError("indexer_busy", f"{folder} is held by another user of Whoosh.")
            except BaseException:
                self._lock.release()
                raise
            try:
                self._segments = read_segments(self._storage, self._manifest)
                self._temporary.path.mkdir()
            except BaseException:
                self.cancel()
                raise
        self._builder: SegmentBuilder | None = None
        self._built: dict[str, ArraySegment] = {}
        self._new: dict[str, tuple[ArraySegment, int]] = {}

    def segments(self) -> list[str]:
        """Names of the segments that the last commit has."""
        return [segment.segment_id() for segment in self._segments]

    def upsert(self, document: Document) -> None:
        """Put the document in the place of the one with its id; the writer ends when it cannot be written."""
        self._check_open()
        check(document)
        with self._failing():
            self.delete(document.id)
            if self._builder is None:
                self._current = ArraySegment(schema.INDEX_NAME, 0)
                self._builder = SegmentBuilder(self._temporary, self._current.segment_id())
            self._new[document.id] = self._current, self._builder.add(document)
            if self._builder.bytes >= self._memory:
                self._flush()

    def delete(self, id: str) -> None:
        """Remove the document; nothing happens when there is none."""
        self._check_open()
        segment, doc = self._new.pop(id, (None, -1))
        if segment is not None:
            segment.delete_document(doc)
        for segment in self._segments:
            for doc in self._read(segment.segment_id()).find(id):
                segment.delete_document(doc)

    def take(self, folder: Path) -> None:
        """Take in what portions have put into a folder on the same file system.

        Their articles replace those of the same ids.
        """
        self._check_open()
        with self._failing():
            for name in segments_in(folder):
                opened = Segment(folder, name)
                segment = ArraySegment(schema.INDEX_NAME, opened.size, name)
                for id in self._replaced(opened):
                    self.delete(id)
                self._new.update((id.decode(), (segment, doc)) for doc, id in enumerate(opened.columns.ids))
                for file in Segment.files_of(name):
                    (folder / file).rename(self._temporary.path / file)
                self._built[name] = segment

    def _replaced(self, taken: Segment) -> list[str]:
        """Ids of a segment that may be here already."""
        ids = [id.decode() for id in taken.columns.ids]
        hashes = taken.columns.hashes()
        known = np.zeros(len(ids), np.bool_)
        for segment in self._segments:
            known |= np.isin(hashes, self._read(segment.segment_id()).columns.hashes())
        return [id for id, before in zip(ids, known.tolist(), strict=True) if before or id in self._new]

    def commit(self, position: int) -> None:
        """Make all changes durable and visible together with the journal position.

        The order matters: new files, then Whoosh's table of contents, then the manifest,
        each on the disk before the next.  A crash before the last leaves the old commit.
        """
        self._check_open()
        with self._failing():
            self._flush()
            segments = self._merged()
            toc = self._manifest.toc + 1
            TOC(schema.schema(), segments, toc).write(self._storage, schema.INDEX_NAME)
            self._record(segments, toc, position)
        self._close()

    def adopt(self, merge: Merge) -> bool:
        """Put the segment of a finished merge in the place of those that it was made of.

        What was deleted in them meanwhile is deleted in it.  False: they are not there any more, or its files are not.
        """
        self._check_open()
        mine = {segment.segment_id(): segment for segment in self._segments}
        files = [merge.folder / file for file in Segment.files_of(merge.name)]
        if not mine.keys() >= merge.names or not all(file.exists() for file in files):
            return False
        segment = ArraySegment(schema.INDEX_NAME, merge.size, merge.name)
        for name in merge.names:
            for doc in merge.moved(name, mine[name].deleted_docs()):
                segment.delete_document(doc)
        with self._failing():
            for file in files:
                self._storage.adopt(file, synced=True)
        self._known |= merge.entries
        left = [segment for segment in self._segments if segment.segment_id() not in merge.names]
        self._segments = [segment, *left] if segment.doc_count() else left
        return True

    def cancel(self) -> None:
        """Forget all changes and give back every lock; nothing happens the second time."""
        if not self._closed:
            self._storage.abandon()
            self._temporary.abandon()
            self._close()

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("the writer was committed or cancelled")

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """A failure to write ends the writer: what it has is not whole."""
        try:
            with writing_to(self._folder):
                yield
        except BaseException:
            self.cancel()
            raise

    def _flush(self) -> None:
        """Write what is in memory as a segment."""
        if self._builder is not None:
            builder, self._builder = self._builder, None
            self._current.set_doc_count(len(builder))
            builder.finish()
            if self._current.doc_count():
                self._built[self._current.segment_id()] = self._current

    def _merged(self) -> list[ArraySegment]:
        """The segments of the commit, few enough and with all files in their place."""
        busy = self._merge.names if self._merge is not None else frozenset()
        free = [segment for segment in self._segments if segment.segment_id() not in busy]
        held = [segment for segment in self._segments if segment.segment_id() in busy and segment.doc_count()]
        built = list(self._built.values())
        chosen = merging.with_commit(free, sum(segment.doc_count() for segment in built))
        kept = held + [segment for segment in free if segment not in chosen]
        chosen = [segment for segment in free if segment in chosen and segment.doc_count()]
        if chosen:
            return [*kept, self._join(chosen + built)]
        for name in self._built:
            for file in Segment.files_of(name):
                self._storage.adopt(self._temporary.path / file)
        return [*kept, *built]

    def _join(self, segments: list[ArraySegment]) -> ArraySegment:
        """One segment of several, at once; they are small."""
        joined = ArraySegment(schema.INDEX_NAME, 0)
        merge = Merge(self._storage, joined.segment_id(), segments, self._read, self._temporary.path)
        merge.run()
        joined.set_doc_count(merge.size)
        return joined

    def _read(self, name: str) -> Segment:
        if name not in self._held:
            built = name in self._built
            self._held[name] = Segment(self._temporary.path, name) if built else self._opening(name)
        return self._held[name]

    def _record(self, segments: list[ArraySegment], toc: int, position: int) -> None:
        """Write the manifest of what Whoosh has committed."""
        names = [schema.toc_file(toc)]
        for segment in segments:
            names += Segment.files_of(segment.segment_id())
        analyser = {name: entry for name, entry in self._manifest.files.items() if "/" in name}
        replace(
            self._manifest,
            complete=True,
            commit=self._manifest.commit + 1,
            toc=toc,
            position=position,
            count=sum(segment.doc_count() for segment in segments),
            files=analyser | manifest.describe(self._folder, names, self._manifest.files | self._known),
        ).write(self._folder)

    def _close(self) -> None:
        """Remove what no commit needs any more, and let the next writer in."""
        self._closed = True
        self._builder = None
        try:
            # The next writer sweeps again.
            with suppress(OSError, ServiceError):
                sweep(self._folder, self._merge)
        finally:
            self._library_lock.release()
            self._lock.release()


def read_segments(storage: IndexStorage, known: Manifest) -> list[ArraySegment]:
    """The segments of a commit, from its table of contents, checked before it is unpickled."""
    table = schema.toc_file(known.toc)
    manifest.check_content(storage.path, {table: known.files[table]})
    segments: list[ArraySegment] = TOC.read(storage, schema.INDEX_NAME, gen=known.toc, schema=schema.schema()).segments
    for segment in segments:
        if not isinstance(segment, ArraySegment):
            raise ServiceError("index_incompatible", f"{storage.path / table} names segments of another codec.")
    return segments


def sweep(folder: Path, merge: Merge | None = None) -> None:
    """Remove the files that neither the newest commit nor the one before names; the caller holds the lock."""
    pins.sweep(folder)
    named = set(manifest.read(folder).files)
    if (folder / manifest.PREVIOUS).exists():
        try:
            named |= set(manifest.read(folder, manifest.PREVIOUS).files)
        except ServiceError:
            (folder / manifest.PREVIOUS).unlink()
    for path in folder.iterdir():
        if path.name in named or path.name in (manifest.FILE, manifest.PREVIOUS, *LOCKS):
            continue
        if path.is_file():
            path.unlink()
        elif path.name.startswith(schema.INDEX_NAME) and (merge is None or path != merge.folder):
            shutil.rmtree(path)
