"""The leaves of a search: the postings of one term in one segment, as arrays.

The only place that reads Whoosh's term index and posting blocks.  Everything is read
through memory maps and what is decoded never changes, so all of it is safe for threads;
the cache alone has a lock.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3Segment, W3TermInfo
from whoosh.formats import Positions as PositionsFormat

from search_service.engine.whoosh.storage import IndexStorage
from search_service.errors import ServiceError

CACHE_BYTES = 32 << 20
"""Of decoded postings, for each segment."""
_MAGIC = b"W3Bl"
_INT = struct.Struct("!i")
_decode_positions = PositionsFormat().decode_positions

Ints = NDArray[np.int32]


class Postings(NamedTuple):
    """Where a term stands: documents of the segment, ascending, and how often in each."""

    docs: Ints
    weights: NDArray[np.float32]


class Places(NamedTuple):
    """The positions beside ``Postings``: those of its i-th document are ``places[starts[i]:starts[i + 1]]``."""

    starts: NDArray[np.intp]
    places: Ints


class Lexicon(NamedTuple):
    """The terms of one field, in order of their text, and in how many documents each stands."""

    terms: list[str]
    frequencies: Ints

    def range(self, prefix: str) -> slice:
        """Where the terms with this beginning are."""
        start = bisect_left(self.terms, prefix)
        # The greatest character ends the range: no text that begins with the prefix sorts after it.
        return slice(start, bisect_left(self.terms, prefix + "\U0010ffff", lo=start))


_NONE = Postings(np.empty(0, np.int32), np.empty(0, np.float32))
_NOWHERE = Places(np.zeros(1, np.intp), np.empty(0, np.int32))


class SegmentPostings:
    """The postings of one segment."""

    def __init__(self, storage: IndexStorage, segment: W3Segment, cache_bytes: int = CACHE_BYTES) -> None:
        self._name = segment.segment_id()
        with self._decoding():
            self._index = W3Codec().terms_reader(storage, segment)
            self._blocks = segment.open_file(storage, W3Codec.POSTS_EXT)
        self._cache = _Cache(cache_bytes)
        self._lexicons: dict[str, Lexicon] = {}

    def read(self, field: str, term: str) -> Postings:
        """Postings of a term; empty ones when the segment does not have it."""
        cached = self._cache.get((field, term, Postings), Postings)
        if cached is None:
            info = self._info(field, term)
            if info is None:
                return _NONE
            with self._decoding():
                cached = _joined(list(self._decoded(info)))
            self._cache.put((field, term, Postings), cached, cached.docs.nbytes + cached.weights.nbytes)
        return cached

    def places(self, field: str, term: str) -> Places:
        """Positions of a term, document by document as in ``read``."""
        cached = self._cache.get((field, term, Places), Places)
        if cached is None:
            info = self._info(field, term)
            if info is None:
                return _NOWHERE
            with self._decoding():
                cached = _places(list(self._decoded(info)))
            self._cache.put((field, term, Places), cached, cached.starts.nbytes + cached.places.nbytes)
        return cached

    def frequency(self, field: str, term: str) -> int:
        """In how many documents the term stands, deleted ones included."""
        info = self._info(field, term)
        return int(info.doc_frequency()) if info is not None else 0

    def lexicon(self, field: str) -> Lexicon:
        """All terms of a field; read once, when first asked for."""
        known = self._lexicons.get(field)
        if known is None:
            terms: list[str] = []
            frequencies: list[int] = []
            for text, info in self._terms(field):
                terms.append(text)
                frequencies.append(info.doc_frequency())
            known = self._lexicons[field] = Lexicon(terms, np.array(frequencies, np.int32))
        return known

    def field(self, name: str) -> Iterator[tuple[str, Postings]]:
        """All terms of a field with their postings, past the cache."""
        for text, info in self._terms(name):
            with self._decoding():
                postings = _joined(list(self._decoded(info)))
            yield text, postings

    def everything(self) -> Iterator[tuple[str, str, Ints, Ints]]:
        """Field, term, documents and positions of all occurrences that the segment holds; for merging."""
        for name in sorted(self._index.indexed_field_names()):
            for text, info in self._terms(name):
                with self._decoding():
                    blocks = list(self._decoded(info))
                    docs = _joined(blocks).docs
                    if blocks[0][2] is None:
                        yield name, text, docs, np.zeros(len(docs), np.int32)
                    else:
                        starts, places = _places(blocks)
                        yield name, text, np.repeat(docs, np.diff(starts)), places

    def _info(self, field: str, term: str) -> W3TermInfo | None:
        with self._decoding():
            key = (field, term.encode())
            return self._index.term_info(*key) if key in self._index else None

    def _terms(self, field: str) -> Iterator[tuple[str, W3TermInfo]]:
        if field not in self._index.indexed_field_names():
            return
        with self._decoding():
            for (name, text), info in self._index.items_from(field, b""):
                if name != field:
                    break
                yield text.decode(), info

    def _decoded(self, info: W3TermInfo) -> Iterator[tuple[Any, Any, Any]]:
        """Blocks of document numbers, weights and encoded values, as the library packs them."""
        # An extent's length is of no use: the library reads it as a tuple.
        at, _ = info.extent()
        if self._blocks.get(at, len(_MAGIC)) != _MAGIC:
            raise ValueError("no posting block where the term index says")
        at += len(_MAGIC)
        last = False
        while not last:
            (size,) = _INT.unpack(self._blocks.get(at, _INT.size))
            last = size < 0
            block = BytesIO(self._blocks.get(at + _INT.size, abs(size)))
            at += _INT.size + abs(size)
            count, _, _, compressed, _, _ = pickle.load(block)
            packed = block.read()
            deltas, weights, values = pickle.loads(zlib.decompress(packed) if compressed else packed)
            docs = np.cumsum(deltas, dtype=np.int32)
            if len(docs) != count:
                raise ValueError("a posting block is cut short")
            yield docs, weights, values

    def _decoding(self) -> _Decoding:
        return _Decoding(self._name)


class _Decoding:
    """Turns what a damaged file makes the library raise into ``index_damaged``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, ServiceError | FileNotFoundError | MemoryError):
            raise ServiceError("index_damaged", f"Segment {self._name} cannot be read: {error}.") from error


Kept = TypeVar("Kept")


class _Cache:
    """What was used last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._entries: OrderedDict[object, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object, kind: type[Kept]) -> Kept | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            value = entry[0]
            assert isinstance(value, kind)
            return value

    def put(self, key: object, value: object, size: int) -> None:
        with self._lock:
            if key in self._entries or size > self._limit:
                return
            self._entries[key] = (value, size)
            self._held += size
            while self._held > self._limit:
                _, (_, freed) = self._entries.popitem(last=False)
                self._held -= freed


def _weights(weights: Any, count: int) -> NDArray[np.float32]:
    """None stands for ones, a number for a block of it."""
    if weights is None or isinstance(weights, float):
        return np.full(count, 1.0 if weights is None else weights, np.float32)
    return np.array(weights, np.float32)


def _joined(blocks: list[tuple[Any, Any, Any]]) -> Postings:
    if len(blocks) == 1:
        docs, weights, _ = blocks[0]
        return Postings(docs, _weights(weights, len(docs)))
    docs = np.concatenate([docs for docs, _, _ in blocks])
    return Postings(docs, np.concatenate([_weights(weights, len(docs)) for docs, weights, _ in blocks]))


def _places(blocks: list[tuple[Any, Any, Any]]) -> Places:
    lists = [_decode_positions(value) for _, _, values in blocks for value in values]
    starts = np.zeros(len(lists) + 1, np.intp)
    np.cumsum([len(places) for places in lists], out=starts[1:])
    return Places(starts, np.fromiter(chain.from_iterable(lists), np.int32, count=int(starts[-1])))
