"""Writing articles: a batch becomes one new segment, and a commit makes it durable and visible."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC, FileIndex, LockError
from whoosh.writing import SegmentWriter

from search_service.engine.base import Document
from search_service.engine.query import FACETS, STREAMS, TEXT_FIELDS
from search_service.engine.whoosh import manifest, schema
from search_service.engine.whoosh.codec import WritingCodec
from search_service.engine.whoosh.inverter import Inverter
from search_service.engine.whoosh.lock import WriterLock
from search_service.engine.whoosh.merging import to_merge
from search_service.engine.whoosh.segment import Segment
from search_service.engine.whoosh.storage import IndexStorage, writing_to
from search_service.errors import ServiceError

TEMPORARY = f"{schema.INDEX_NAME}.tmp"
LOCKS = (f"{schema.INDEX_NAME}_WRITELOCK", "writer.lock")


class WhooshWriter:
    """The writer of the seam; ends with ``commit`` or ``cancel``, which give back the locks."""

    def __init__(self, folder: Path) -> None:
        """Take the locks and sweep away what a crash left; raises ``indexer_busy``, ``folder_not_writable``."""
        self._folder = folder
        self._writer: _SegmentWriter | None = None
        with writing_to(folder):
            self._lock = WriterLock(folder / "writer.lock", "writing to the index")
            try:
                self._manifest = manifest.read(folder)
                sweep(folder)
                self._writer = _SegmentWriter(IndexStorage(folder))
            except BaseException:
                self._lock.release()
                raise

    def upsert(self, document: Document) -> None:
        """Put the document in the place of the one with its id."""
        writer = self._open()
        with writing_to(self._folder):
            writer.remove(document.id)
            writer.put(document)

    def delete(self, id: str) -> None:
        """Remove the document; nothing happens when there is none."""
        self._open().remove(id)

    def commit(self, position: int) -> None:
        """Make all changes durable and visible together with the journal position.

        The order matters: new files, then Whoosh's table of contents, then the manifest,
        each on the disk before the next.  A crash before the last leaves the old commit.
        """
        writer = self._open()
        try:
            with writing_to(self._folder):
                writer.commit()
                self._record(writer, position)
        except BaseException:
            self.cancel()
            raise
        self._close()

    def cancel(self) -> None:
        """Forget all changes and give back every lock; nothing happens the second time."""
        if self._writer is not None:
            self._writer.abandon()
            self._close()

    def _open(self) -> _SegmentWriter:
        if self._writer is None:
            raise ValueError("the writer was committed or cancelled")
        return self._writer

    def _record(self, writer: _SegmentWriter, position: int) -> None:
        """Write the manifest of what Whoosh has committed."""
        names = [schema.toc_file(writer.generation)]
        for segment in writer.segments:
            names += segment.list_files(writer.storage)
        analyser = {name: entry for name, entry in self._manifest.files.items() if "/" in name}
        replace(
            self._manifest,
            complete=True,
            commit=self._manifest.commit + 1,
            toc=writer.generation,
            position=position,
            count=sum(segment.doc_count() for segment in writer.segments),
            files=analyser | manifest.describe(self._folder, names, self._manifest.files),
        ).write(self._folder)

    def _close(self) -> None:
        """Remove what no commit needs any more, and let the next writer in."""
        self._writer = None
        try:
            # The next writer sweeps again.
            with suppress(OSError, ServiceError):
                sweep(self._folder)
        finally:
            self._lock.release()


def sweep(folder: Path) -> None:
    """Remove the files that neither the newest commit nor the one before names; the caller holds the lock."""
    named = set(manifest.read(folder).files)
    if (folder / manifest.PREVIOUS).exists():
        try:
            named |= set(manifest.read(folder, manifest.PREVIOUS).files)
        except ServiceError:
            (folder / manifest.PREVIOUS).unlink()
    for path in folder.iterdir():
        if path.name in named or path.name in (manifest.FILE, manifest.PREVIOUS, *LOCKS):
            continue
        if path.name == TEMPORARY:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()


class _SegmentWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh carries no types
    """The library's writer with own inversion, merging, and a commit that deletes nothing."""

    is_closed: bool
    writelock: Any = None
    segments: list[W3Segment]

    def __init__(self, storage: IndexStorage) -> None:
        index = FileIndex(storage, indexname=schema.INDEX_NAME)
        try:
            super().__init__(index, codec=WritingCodec(), compound=False)
        except LockError:
            raise ServiceError("indexer_busy", f"{storage.path} is held by another user of Whoosh.") from None
        except BaseException:
            storage.abandon()
            # The library keeps the lock when it fails after taking it.
            if self.writelock is not None and self.writelock.fd is not None:
                self.writelock.release()
            raise
        self._inverter = Inverter(storage.path / TEMPORARY)
        self._readers: dict[str, Segment] = {}
        self._new: dict[str, int] = {}

    def put(self, document: Document) -> None:
        """Add a document to the new segment."""
        doc = self.docnum
        words: dict[str, int] = {}
        terms: list[tuple[str, Sequence[str | None]]] = [(schema.ID, [document.id])]
        for field, streams in document.text.items():
            if field not in TEXT_FIELDS:
                raise ValueError(f"there is no text field '{field}'")
            words[field] = sum(term is not None for term in streams.get("exact", ()))
            for stream, stream_terms in streams.items():
                if stream not in STREAMS:
                    raise ValueError(f"there is no stream '{stream}'")
                terms.append((schema.stream_field(field, stream), stream_terms))
        for facet, labels in document.labels.items():
            if facet not in FACETS:
                raise ValueError(f"there is no facet '{facet}'")
            by_key = {label.key: label for label in reversed(labels)}
            terms.append((facet, [schema.label_term(label) for label in by_key.values()]))
        numbers = {
            schema.VERSION: document.version,
            schema.PUBLISHED: schema.UNDATED if document.published is None else document.published,
            schema.DAY: schema.NO_DAY if document.day is None else document.day,
        }
        numbers |= {schema.words_column(field): words.get(field, 0) for field in TEXT_FIELDS}
        self._write(document.id, numbers, document.stored)
        for name, field_terms in terms:
            self._inverter.add(name, doc, field_terms)

    def remove(self, id: str) -> None:
        """Mark the document of this id as deleted, wherever it is."""
        added = self._new.pop(id, None)
        if added is not None:
            self.newsegment.delete_document(added)
        for segment in self.segments:
            for doc in self._reader(segment).find(id):
                segment.delete_document(doc)

    def abandon(self) -> None:
        """Give up, whatever state this is in, and free the library's lock."""
        self.storage.abandon()
        if not self.is_closed:
            self.writelock.release()
            self.is_closed = True

    # what the library's commit calls

    def _merge_segments(self, mergetype: Any, optimize: Any, merge: Any) -> list[W3Segment]:
        chosen = to_merge(self.segments)
        for segment in chosen:
            if segment.doc_count():
                self._absorb(segment)
        return [segment for segment in self.segments if segment not in chosen]

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        field: str | None = None
        for name, term, docs, counts, places in self._inverter.terms():
            if name != field:
                if field is not None:
                    self.fieldwriter.finish_field()
                self.fieldwriter.start_field(name, self.schema[name])
                field = name
            self.fieldwriter.add_term(term.encode(), docs, counts, places)
        if field is not None:
            self.fieldwriter.finish_field()
        self.fieldwriter.close()

    def _commit_toc(self, segments: list[W3Segment]) -> None:
        """Without the library's cleaning: the commit before must stay whole until the manifest is written."""
        self.segments = segments
        TOC(self.schema, segments, self.generation).write(self.storage, self.indexname)

    # how it is done

    def _write(self, id: str, numbers: dict[str, int], stored: bytes) -> None:
        """Write what is kept by document."""
        writer = self.perdocwriter
        writer.start_doc(self.docnum)
        for field in TEXT_FIELDS:
            # For the library's own scorers; one file less for each stream that goes without.
            name = schema.stream_field(field, "exact")
            writer.add_field(name, self.schema[name], None, numbers[schema.words_column(field)])
        for name, number in numbers.items():
            writer.add_column_value(name, schema.COLUMNS[name], number)
        writer.add_column_value(schema.ID, schema.ID_COLUMN, id.encode())
        writer.add_field(schema.ARTICLE, self.schema[schema.ARTICLE], stored, 0)
        writer.finish_doc()
        self._new[id] = self.docnum
        self._added = True
        self.docnum += 1

    def _reader(self, segment: W3Segment) -> Segment:
        name = segment.segment_id()
        if name not in self._readers:
            self._readers[name] = Segment(self.storage, segment)
        return self._readers[name]

    def _absorb(self, segment: W3Segment) -> None:
        """Copy the articles of a segment that are not deleted into the new one."""
        reader = self._reader(segment)
        new_numbers = np.full(segment.doc_count_all(), -1, np.int32)
        columns = reader.columns
        for doc in range(segment.doc_count_all()):
            if not segment.is_deleted(doc):
                new_numbers[doc] = self.docnum
                self._write(columns.id(doc), columns.numbers(doc), columns.stored(doc))
        for field, term, docs, places in reader.postings.everything():
            moved = new_numbers[docs]
            kept = moved >= 0
            self._inverter.add_postings(field, term, moved[kept], places[kept])
