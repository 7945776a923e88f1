"""What is known of each article of a segment besides its words, as arrays."""

from __future__ import annotations

import pickle
import zlib
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import STORED_COLUMN, W3Codec, W3Segment

from search_service.engine.base import Label
from search_service.engine.query import TEXT_FIELDS
from search_service.engine.whoosh import schema
from search_service.engine.whoosh.postings import SegmentPostings
from search_service.engine.whoosh.storage import IndexStorage
from search_service.errors import ServiceError

NO_MONTH = -1
Number = TypeVar("Number", np.int32, np.int64)


class Labels(NamedTuple):
    """The labels of one facet: the i-th pair says that document ``docs[i]`` has ``labels[ordinals[i]]``."""

    labels: tuple[Label, ...]
    docs: NDArray[np.int32]
    """Ascending."""
    ordinals: NDArray[np.int32]


class Columns:
    """One segment's columns; built once, immutable but for what is filled in when first asked for."""

    def __init__(self, storage: IndexStorage, segment: W3Segment, postings: SegmentPostings) -> None:
        self._name = segment.segment_id()
        self._storage = storage
        self._segment = segment
        self._postings = postings
        self.size: int = segment.doc_count_all()
        self.version = self._numbers(schema.VERSION, np.int64)
        self.published = self._numbers(schema.PUBLISHED, np.int64)
        self.day = self._numbers(schema.DAY, np.int32)
        self.month = month_ordinals(self.day)
        self.words = {field: self._numbers(schema.words_column(field), np.int32) for field in TEXT_FIELDS}
        self._labels: dict[str, Labels] = {}
        self._ids: Any = self._reader(schema.ID, schema.ID_COLUMN)
        self._stored: Any = self._reader("_stored", STORED_COLUMN)

    def id(self, doc: int) -> str:
        """The article's id."""
        text: bytes = self._ids[doc]
        return text.decode()

    def stored(self, doc: int) -> bytes:
        """The article as shown."""
        try:
            article: bytes = self._stored[doc][schema.ARTICLE]
        except (zlib.error, pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError) as error:
            raise ServiceError("index_damaged", f"Segment {self._name}: a stored article cannot be read.") from error
        return article

    def numbers(self, doc: int) -> dict[str, int]:
        """All number columns of an article, by name."""
        columns: dict[str, NDArray[Any]] = {
            schema.VERSION: self.version,
            schema.PUBLISHED: self.published,
            schema.DAY: self.day,
            **{schema.words_column(field): words for field, words in self.words.items()},
        }
        return {name: int(column[doc]) for name, column in columns.items()}

    def labels(self, facet: str) -> Labels:
        """The labels of a facet."""
        known = self._labels.get(facet)
        if known is None:
            terms = list(self._postings.field(facet))
            sizes = [len(postings.docs) for _, postings in terms]
            docs = np.concatenate([np.empty(0, np.int32), *(postings.docs for _, postings in terms)])
            ordinals = np.repeat(np.arange(len(terms), dtype=np.int32), sizes)
            order = np.argsort(docs, kind="stable")
            labels = tuple(schema.read_label(text) for text, _ in terms)
            known = self._labels[facet] = Labels(labels, docs[order], ordinals[order])
        return known

    def _numbers(self, name: str, dtype: type[Number]) -> NDArray[Number]:
        """A number column; the library leaves out defaults at its end."""
        column = schema.COLUMNS[name]
        file = self._storage.open_file(W3Codec.column_filename(self._segment, name))
        data = file.get(0, file.size)
        stored = np.frombuffer(data, np.dtype(column._typecode).newbyteorder(">"))
        values: NDArray[Number] = np.full(self.size, column.default_value(), dtype)
        values[: len(stored)] = stored
        return values

    def _reader(self, name: str, column: Any) -> Any:
        file = self._storage.open_file(W3Codec.column_filename(self._segment, name))
        return column.reader(file, 0, file.size, self.size)


def month_ordinals(days: NDArray[np.int32]) -> NDArray[np.int32]:
    """Jalali days -> months counted from year 0, so that they are dense; undated: ``NO_MONTH``."""
    ordinals = days // 10000 * 12 + days // 100 % 100 - 1
    return np.where(days == schema.NO_DAY, NO_MONTH, ordinals).astype(np.int32)


def month_of(ordinal: int) -> int:
    """The Jalali month, such as 140206, of an ordinal."""
    year, month = divmod(ordinal, 12)
    return year * 100 + month + 1
