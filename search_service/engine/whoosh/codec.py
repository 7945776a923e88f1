"""Whoosh's own file format, written a term at a time.

Only the writer knows these classes: what is pickled into the table of contents is the
library's segment with the library's codec, so that any Whoosh can read it.
"""

from __future__ import annotations

import pickle
import secrets
import struct
import zlib
from functools import lru_cache
from operator import sub
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3Segment
from whoosh.formats import Positions

BLOCK = 128
"""Postings in a block."""
WORTH_COMPRESSING = 200
"""Bytes of a block; smaller ones hardly shrink."""
PICKLE = 2
"""The protocol that the library writes."""

Ints = NDArray[np.int32]

_TERM_INFO = struct.Struct("!BfIBBfIIqi")
_BLOCK_SIZE = struct.Struct("!i")
_FIELD_NUMBER = struct.Struct("!H")
_positions = Positions()
_encode_one = lru_cache(maxsize=4096)(lambda at: _positions.encode([at]))


class WritingCodec(W3Codec):  # type: ignore[misc]  # Whoosh carries no types
    """Gives segments names that never repeat, and writes postings in bulk."""

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:
        """The library draws names from the global ``random``, which a program may seed or fork."""
        return W3Segment(W3Codec(), indexname, segid=secrets.token_hex(8))

    def field_writer(self, storage: Any, segment: W3Segment) -> BulkFieldWriter:
        """Write the terms of all fields."""
        return BulkFieldWriter(self, storage, segment)


class BulkFieldWriter(W3FieldWriter):  # type: ignore[misc]  # Whoosh carries no types
    """The term index and its posting lists, as ``W3FieldWriter`` would write them one posting at a time.

    Field lengths are left out of the statistics of terms and blocks, which serve only
    the library's own skipping.
    """

    def __init__(self, codec: WritingCodec, storage: Any, segment: W3Segment) -> None:
        super().__init__(codec, storage, segment)
        self._end = 0

    def add_term(self, text: bytes, docs: Ints, counts: Ints, places: Ints) -> None:
        """Write all postings of a term of the current field, in document order."""
        numbers, weights = docs.tolist(), counts.tolist()
        values = None if self._format.fixed_value_size() == 0 else _encoded(weights, places.tolist())
        pieces = [WHOOSH3_HEADER_MAGIC]
        for start in range(0, len(numbers), BLOCK):
            end = start + BLOCK
            block = _block(numbers[start:end], weights[start:end], values and values[start:end])
            pieces += (_BLOCK_SIZE.pack(len(block) if end < len(numbers) else -len(block)), block)
        data = b"".join(pieces)
        self._postfile.write(data)
        info = _TERM_INFO.pack(
            0, sum(weights), len(numbers), 0, 0, max(weights), numbers[0], numbers[-1], self._end, len(data)
        )
        self._end += len(data)
        self._tindex.add(_FIELD_NUMBER.pack(self._fieldid) + text, info)


def _encoded(counts: list[int], places: list[int]) -> list[bytes]:
    """Each document's positions as the library's ``Positions`` format has them; most terms stand once in a text."""
    if len(counts) == len(places):
        return list(map(_encode_one, places))
    values = []
    at = 0
    for count in counts:
        values.append(_encode_one(places[at]) if count == 1 else _positions.encode(places[at : at + count]))
        at += count
    return values


def _block(docs: list[int], weights: list[int], values: list[bytes] | None) -> bytes:
    """One block: what the library may skip by, then document gaps, weights and values, compressed."""
    gaps = tuple(map(sub, docs, (0, *docs)))
    data = pickle.dumps((gaps, _packed(weights), None if values is None else tuple(values)), PICKLE)
    level = 0
    if len(data) >= WORTH_COMPRESSING:
        level = 1
        data = zlib.compress(data, level)
    return pickle.dumps((len(docs), docs[-1], float(max(weights)), level, 0, 0), PICKLE) + data


def _packed(weights: list[int]) -> tuple[float, ...] | float | None:
    """A block's weights: one number when all are equal, None when that is 1."""
    most = max(weights)
    if most > min(weights):
        return tuple(map(float, weights))
    return None if most == 1 else float(most)
