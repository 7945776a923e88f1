"""What lets the library open the index and search it: its classes for a segment, over our arrays.

The table of contents pickles ``ArraySegment`` by the path of this module, which
therefore cannot move.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from whoosh.codec import base
from whoosh.columns import ColumnReader
from whoosh.formats import Positions
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from search_service.engine.query import FACETS, STREAMS, TEXT_FIELDS
from search_service.engine.whoosh import schema
from search_service.engine.whoosh.columns import NUMBERS
from search_service.engine.whoosh.segment import Segment
from search_service.engine.whoosh.terms import StreamTerms
from search_service.engine.whoosh.textfield import TextField

_positions = Positions()


class ArraySegment(base.Segment):  # type: ignore[misc]  # Whoosh carries no types
    """A segment in the library's table of contents: its name, its size, and what is deleted of it."""

    def __init__(self, indexname: str, size: int, name: str | None = None) -> None:
        """``name``: of one that has files already."""
        self.indexname = indexname
        # The library draws names from the global ``random``, which a program may seed or fork.
        self.segid = secrets.token_hex(8) if name is None else name.removeprefix(f"{indexname}_")
        self.compound = False
        self._size = size
        self._deleted: set[int] = set()

    def codec(self) -> ArrayCodec:
        """What reads it."""
        return ArrayCodec()

    def set_doc_count(self, size: int) -> None:
        """Say how many documents there are."""
        self._size = size

    def doc_count_all(self) -> int:
        """Articles, the deleted included."""
        return self._size

    def deleted_count(self) -> int:
        """Articles that are deleted."""
        return len(self._deleted)

    def deleted_docs(self) -> set[int]:
        """Their numbers."""
        return self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or as not."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self._deleted


class ArrayCodec(base.Codec):  # type: ignore[misc]  # Whoosh carries no types
    """Reads for the library; written is by ``writer.py`` alone."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> TermsReader:
        """Terms and postings."""
        return TermsReader(_open(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> DocumentReader:
        """Columns, lengths and stored articles."""
        return DocumentReader(_open(storage, segment), segment)


def _open(storage: Any, segment: ArraySegment) -> Segment:
    return Segment(Path(storage.folder), segment.segment_id())


class _Postings(NamedTuple):
    docs: list[int]
    counts: list[int]
    values: Sequence[bytes] | None


class _StreamField:
    """A stream as a field of the library's."""

    def __init__(self, field: TextField, terms: StreamTerms, words: Any) -> None:
        self._lists = field.lists
        self._terms = terms
        self.words = words

    @cached_property
    def texts(self) -> list[bytes]:
        return [text for text, _ in self._terms.items()]

    def find(self, text: bytes) -> int:
        return self._terms.place(text)

    def postings(self, at: int) -> _Postings:
        number = int(self._terms.lists[at])
        docs, counts = self._lists.postings(number)
        return _Postings(docs.tolist(), counts.tolist(), _Values(counts, self._lists.places(number)))


class _KeyField:
    """Labels of a facet, or ids, as a field of the library's: texts with documents."""

    words = None

    def __init__(self, texts: Sequence[bytes], docs: Any, ordinals: Any) -> None:
        self._given = texts
        self._docs = docs
        self._ordinals = ordinals

    @cached_property
    def texts(self) -> list[bytes]:
        return sorted(set(self._given))

    def find(self, text: bytes) -> int:
        at = bisect_left(self.texts, text)
        return at if at < len(self.texts) and self.texts[at] == text else -1

    def postings(self, at: int) -> _Postings:
        wanted = [i for i, text in enumerate(self._given) if text == self.texts[at]]
        docs = self._docs[np.isin(self._ordinals, wanted)].tolist()
        return _Postings(docs, [1] * len(docs), None)


class _Values(Sequence[bytes]):
    """The library's encoding of positions, made for what is looked at."""

    def __init__(self, counts: Any, places: Any) -> None:
        self._ends = np.cumsum(counts)
        self._counts = counts
        self._places = places

    def __len__(self) -> int:
        return len(self._counts)

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]  # slices are not needed
        end = int(self._ends[index])
        encoded: bytes = _positions.encode(self._places[end - int(self._counts[index]) : end].tolist())
        return encoded


class _Matcher(ListMatcher):  # type: ignore[misc]  # Whoosh carries no types
    """One block for all postings; the library's own would look for the greatest weight each time."""

    def block_max_weight(self) -> float:
        return float(self._terminfo.max_weight())


class TermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh carries no types
    """The terms of all fields and their postings."""

    def __init__(self, segment: Segment) -> None:
        self._fields: dict[str, _StreamField | _KeyField] = {}
        columns = segment.columns
        for name in FACETS:
            labels = columns.labels(name)
            texts = [schema.label_term(label).encode() for label in labels.labels]
            self._fields[name] = _KeyField(texts, labels.docs, labels.ordinals)
        everything = np.arange(segment.size)
        self._fields[schema.ID] = _KeyField(columns.ids, everything, everything)
        for name in TEXT_FIELDS:
            field = segment.fields[name]
            for stream in STREAMS:
                words = columns.numbers[schema.words_column(name)]
                terms = field.streams[stream]
                self._fields[schema.stream_field(name, stream)] = _StreamField(field, terms, words)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field = self._fields.get(term[0])
        return field is not None and field.find(term[1]) >= 0

    def indexed_field_names(self) -> list[str]:
        """Fields that have terms."""
        return sorted(self._fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms, by field and text."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """All terms from one on."""
        for name in self.indexed_field_names():
            if name >= fieldname:
                texts = self._fields[name].texts
                start = bisect_left(texts, prefix) if name == fieldname else 0
                for at in range(start, len(texts)):
                    yield name, texts[at]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """All terms with what is known of them."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """All terms from one on, with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """What is known of a term; KeyError: it is not there."""
        return self._read(fieldname, text)[1]

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often a term stands there."""
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many documents a term stands."""
        return int(self.term_info(fieldname, text).doc_frequency())

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """The postings of a term."""
        postings, info = self._read(fieldname, text)
        return _Matcher(
            *postings[:1],
            weights=[float(count) for count in postings.counts],
            values=postings.values,
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=info,
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        """Walks over the terms of a field."""
        return _Cursor(self._fields[fieldname].texts, fieldobj)

    def _read(self, fieldname: str, text: bytes) -> tuple[_Postings, TermInfo]:
        field = self._fields[fieldname]
        at = field.find(text)
        if at < 0:
            raise KeyError((fieldname, text))
        postings = field.postings(at)
        lengths = [1] if field.words is None else field.words[postings.docs].tolist()
        info = TermInfo(
            weight=float(sum(postings.counts)),
            df=len(postings.docs),
            minlength=min(lengths),
            maxlength=max(lengths),
            maxweight=float(max(postings.counts)),
            minid=postings.docs[0],
            maxid=postings.docs[-1],
        )
        return postings, info


class _Cursor(base.FieldCursor):  # type: ignore[misc]  # Whoosh carries no types
    """Walks over sorted texts."""

    def __init__(self, texts: list[bytes], field: Any) -> None:
        self._texts = texts
        self._field = field
        self._at = 0

    def is_valid(self) -> bool:
        return self._at < len(self._texts)

    def first(self) -> Any:
        self._at = 0
        return self.term()

    def find(self, term: bytes | str) -> Any:
        self._at = bisect_left(self._texts, term if isinstance(term, bytes) else self._field.to_bytes(term))
        return self.term()

    def next(self) -> Any:
        self._at += 1
        return self.term()

    def text(self) -> Any:
        return self.term()

    def term(self) -> Any:
        return self._field.from_bytes(self._texts[self._at]) if self.is_valid() else None


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]  # Whoosh carries no types
    """What is kept by document."""

    def __init__(self, segment: Segment, known: ArraySegment) -> None:
        self._segment = segment
        self._known = known
        self.doc_count = known.doc_count
        self.doc_count_all = known.doc_count_all
        self.has_deletions = known.has_deletions
        self.is_deleted = known.is_deleted
        self.deleted_docs = known.deleted_docs

    def supports_columns(self) -> bool:
        """It does."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether a field has a column."""
        return fieldname in (schema.ID, *NUMBERS)

    def list_columns(self) -> list[str]:
        """The fields that have a column."""
        return [schema.ID, *NUMBERS]

    def column_reader(self, fieldname: str, column: Any) -> _Column:
        """The column of a field."""
        columns = self._segment.columns
        return _Column(columns.ids if fieldname == schema.ID else columns.numbers[fieldname].tolist())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Words in a field of a document: exact, where the library rounds."""
        words = self._words(fieldname)
        return default if words is None else int(words[docnum])

    def field_length(self, fieldname: str) -> int:
        """Words in a field of all documents."""
        words = self._words(fieldname)
        return 0 if words is None else int(words.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """The fewest words in a field."""
        words = self._words(fieldname)
        return 0 if words is None or not len(words) else int(words.min())

    def max_field_length(self, fieldname: str) -> int:
        """The most words in a field."""
        words = self._words(fieldname)
        return 0 if words is None or not len(words) else int(words.max())

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        """The article as shown."""
        return {schema.ARTICLE: self._segment.stored[docnum]}

    def _words(self, fieldname: str) -> Any:
        field, _, stream = fieldname.rpartition("_")
        return self._segment.columns.numbers[schema.words_column(field)] if stream in STREAMS else None


class _Column(ColumnReader):  # type: ignore[misc]  # Whoosh carries no types
    """A column that is a sequence already."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def sort_key(self, docnum: int) -> Any:
        """A document's place among others."""
        return self._values[docnum]

    def load(self) -> Sequence[Any]:
        """The whole column."""
        return self._values
