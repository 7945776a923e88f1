"""A new segment, made of documents."""

from __future__ import annotations

from search_service.engine.base import Document
from search_service.engine.query import FACETS, STREAMS, TEXT_FIELDS
from search_service.engine.whoosh.arrays import ArrayWriter
from search_service.engine.whoosh.columns import ColumnsWriter
from search_service.engine.whoosh.inverter import FieldInverter
from search_service.engine.whoosh.segment import ARRAYS, STORED
from search_service.engine.whoosh.storage import IndexStorage
from search_service.engine.whoosh.stored import StoredWriter


class SegmentBuilder:
    """Takes documents, and writes the segment's files when it is told to."""

    def __init__(self, storage: IndexStorage, name: str) -> None:
        self._storage = storage
        self._name = name
        self._columns = ColumnsWriter()
        self._fields = {field: FieldInverter() for field in TEXT_FIELDS}
        self._stored = StoredWriter(storage.create(f"{name}{STORED}"))

    def __len__(self) -> int:
        """How many documents were added."""
        return len(self._columns)

    @property
    def bytes(self) -> int:
        """About how much memory writing the segment will take at most."""
        return sum(field.bytes for field in self._fields.values())

    def add(self, document: Document) -> int:
        """Add a document and give its number; ValueError, and nothing added, for a field that is not known."""
        check(document)
        doc = len(self._columns)
        self._stored.add(document.stored)
        self._columns.add(document)
        for field, streams in document.text.items():
            self._fields[field].add(doc, streams)
        return doc

    def finish(self) -> None:
        """Write the segment."""
        self._stored.close()
        with self._storage.create(f"{self._name}{ARRAYS}") as file:
            writer = ArrayWriter(file)
            self._columns.write(writer, {name: field.words(len(self)) for name, field in self._fields.items()})
            self._stored.write(writer)
            for name, field in self._fields.items():
                field.write(writer, f"{name}.", len(self), self._storage.path)
            writer.finish()


def check(document: Document) -> None:
    """ValueError for fields, streams and facets that the index does not have."""
    for kind, names, known in (
        ("text field", document.text, TEXT_FIELDS),
        ("facet", document.labels, FACETS),
        *(("stream", streams, STREAMS) for streams in document.text.values()),
    ):
        for name in names:
            if name not in known:
                raise ValueError(f"there is no {kind} '{name}'")
