"""From documents to posting lists: a number for each term, flat arrays of them, one stable sort.

Texts come in document order, so that the sort by term leaves each term's documents and
places in order.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_service.engine.base import Coded, Streams
from search_service.engine.query import STREAMS
from search_service.engine.whoosh.arrays import ArrayWriter
from search_service.engine.whoosh.lists import Ints, Occurrences
from search_service.engine.whoosh.runs import Flat, spread, starts_of
from search_service.engine.whoosh.textfield import EXACT, LEMMA, FieldWriter, StreamLists

BYTES_A_POSITION = 90
"""What a position takes at the worst moment, when its field is sorted."""
BYTES_A_ROW = 500
"""What the terms of a row take."""

_DIGIT = 16


class _Rows(dict[Sequence[str | None], int]):
    """Gives each new row of terms, one a stream, the next number; number 0 is an open position."""

    def __init__(self) -> None:
        super().__init__({_OPEN: 0})

    def __missing__(self, row: Sequence[str | None]) -> int:
        number = self[row] = len(self)
        return number


_OPEN = (None,) * len(STREAMS)


class FieldInverter:
    """Collects one text field; each document's text after those of the documents before it."""

    def __init__(self) -> None:
        self._rows = _Rows()
        self._codes = array("i")
        """The row of each position."""
        self._docs = array("i")
        self._sizes = array("i")
        self._table: Sequence[Sequence[str | None]] = ()
        self._given: list[Ints] = []
        """The rows of the last texts, as their table numbers them."""
        self._size = 0

    def add(self, doc: int, streams: Streams) -> None:
        """Add the streams of a document."""
        if isinstance(streams, Coded):
            if streams.table is not self._table:
                self._settle()
                self._table = streams.table
            self._given.append(streams.codes)
            size = len(streams.codes)
        else:
            self._settle()
            size = max(map(len, streams.values()), default=0)
            rows = zip(*(streams.get(stream, (None,) * size) for stream in STREAMS), strict=True)
            self._codes.extend(map(self._rows.__getitem__, rows))
        self._docs.append(doc)
        self._sizes.append(size)
        self._size += size

    def __len__(self) -> int:
        """Positions that are held, those left open included."""
        return self._size

    @property
    def bytes(self) -> int:
        """About how much memory writing the field will take at most."""
        return BYTES_A_POSITION * len(self) + BYTES_A_ROW * len(self._rows)

    def words(self, documents: int) -> NDArray[np.intp]:
        """How many positions of each document have a term in the exact stream."""
        self._settle()
        at = STREAMS.index(EXACT)
        held = np.fromiter((row[at] is not None for row in self._rows), np.bool_, len(self._rows))
        words = np.zeros(documents, np.intp)
        if self._codes:
            behind = starts_of(held[self._numbers()].view(np.uint8))[starts_of(np.array(self._sizes, np.intp))]
            words[np.array(self._docs, np.intp)] = np.diff(behind)
        return words

    def write(self, writer: ArrayWriter, prefix: str, documents: int, folder: Path) -> None:
        """Write the field; nothing is added afterwards. ``folder``: for temporary files."""
        self._settle()
        # In order of their code points, which is that of their bytes.
        texts: list[str] = sorted({term for row in self._rows for term in row if term is not None})
        ranks: dict[str | None, int] = {text: rank for rank, text in enumerate(texts)}
        ranks[None] = -1
        columns = [np.fromiter(map(ranks.__getitem__, column), np.int32) for column in zip(*self._rows, strict=True)]
        del ranks
        self._rows.clear()
        codes = self._numbers()
        terms = {stream: column[codes] for stream, column in zip(STREAMS, columns, strict=True)}
        held = {stream: its >= 0 for stream, its in terms.items()}
        held[EXACT], same = _apart(terms[EXACT], terms[LEMMA], len(texts))
        docs, places = self._places()
        lists = {}
        for stream in STREAMS:
            order = _order(terms[stream], held.pop(stream), len(texts))
            lists[stream] = _grouped(terms.pop(stream)[order], docs[order], places[order])
            if stream == LEMMA:
                same = same[order]
        field = FieldWriter(folder, documents)
        field.add(lists, same)
        field.write(writer, prefix, [text.encode() for text in texts])

    def _settle(self) -> None:
        """Number the last positions by rows of our own; their table may go."""
        if self._given:
            given = np.concatenate(self._given)
            used = np.zeros(len(self._table), np.bool_)
            used[given] = True
            theirs = np.flatnonzero(used)
            mine = np.zeros(len(used), np.int32)
            mine[theirs] = [self._rows[self._table[code]] for code in theirs.tolist()]
            self._codes.frombytes(mine[given].tobytes())
            self._given = []
        self._table = ()

    def _numbers(self) -> Ints:
        """The row of each position."""
        return np.frombuffer(self._codes, np.int32) if self._codes else np.empty(0, np.int32)

    def _places(self) -> tuple[Ints, Ints]:
        """Document and place of each position."""
        sizes = np.array(self._sizes, np.intp)
        starts = starts_of(sizes)
        held = np.flatnonzero(sizes)
        docs = spread(np.array(self._docs, np.int32)[held], sizes[held])
        places = np.arange(starts[-1], dtype=np.int32) - spread(starts[:-1][held].astype(np.int32), sizes[held])
        return docs, places


def _apart(exact: Ints, lemma: Ints, most: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which positions hold an exact term that somewhere has another lemma; which of the others have the same in both.

    ``exact``, ``lemma``: the term at each position, below ``most``; -1: none.
    """
    apart = np.zeros(most + 1, np.bool_)
    like = exact == lemma
    apart[exact[~like]] = True
    apart[-1] = False  # open positions are marked there
    held = apart[exact]
    return held, like & ~held


def _order(terms: Ints, held: NDArray[np.bool_], most: int) -> Flat:
    """The positions where a term is held, in order of the terms, which are below ``most``."""
    if held.all():
        return stable_order(terms, most)
    at = held.nonzero()[0]
    return at[stable_order(terms[at], most)]


def _grouped(terms: Ints, docs: Ints, places: Ints) -> StreamLists:
    """Terms in their order, and in that of document and place, as lists."""
    same_term = terms[1:] == terms[:-1]
    firsts = _firsts(same_term & (docs[1:] == docs[:-1]), len(terms))
    term_starts = _firsts(same_term, len(terms))
    sizes = np.diff(np.searchsorted(firsts, np.append(term_starts, len(terms))))
    counts = np.diff(firsts, append=len(terms)).astype(np.int32)
    return StreamLists(terms[term_starts].astype(np.intp), Occurrences(sizes, docs[firsts], counts, places))


def stable_order(numbers: Ints, most: int) -> Flat:
    """What sorts numbers below ``most``: two bytes at a time, for which numpy has a radix sort."""
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    if most > 1 << _DIGIT:
        order = order[np.argsort((numbers >> _DIGIT).astype(np.uint16)[order], kind="stable")]
    return order


def _firsts(like_before: NDArray[np.bool_], size: int) -> Flat:
    """Where something new begins: at the start, and wherever a row is not like the one before."""
    return np.flatnonzero(np.append(True, ~like_before)) if size else np.empty(0, np.intp)
