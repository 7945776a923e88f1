"""From documents to posting lists: a number for each term, flat arrays of them, one stable sort.

Texts come in document order, so that the sort by term leaves each term's documents and
places in order.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.base import Streams
from search_service.engine.query import STREAMS
from search_service.engine.whoosh.arrays import ArrayWriter
from search_service.engine.whoosh.lists import Flat, Ints, Occurrences, starts_of
from search_service.engine.whoosh.textfield import EXACT, LEMMA, FieldWriter, StreamLists

_DIGIT = 16


class _Numbers(dict[str | None, int]):
    """Gives each new term the next number; ``None``, an open position, has number 0."""

    def __init__(self) -> None:
        super().__init__({None: 0})

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _Stream:
    """One stream of all documents so far: numbers of terms, and how many positions each document has."""

    def __init__(self) -> None:
        self.numbers = array("i")
        self.docs = array("i")
        self.sizes = array("i")


class FieldInverter:
    """Collects one text field; each document's text after those of the documents before it."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._streams = {stream: _Stream() for stream in STREAMS}

    def add(self, doc: int, streams: Streams) -> None:
        """Add the streams of a document."""
        number = self._numbers.__getitem__
        for name, terms in streams.items():
            stream = self._streams[name]
            stream.numbers.extend(map(number, terms))
            stream.docs.append(doc)
            stream.sizes.append(len(terms))

    def __len__(self) -> int:
        """Positions that are held, those left open included."""
        return sum(len(stream.numbers) for stream in self._streams.values())

    def write(self, writer: ArrayWriter, prefix: str, documents: int, folder: Path) -> None:
        """Write the field; nothing is added afterwards. ``folder``: for temporary files."""
        # In order of their code points, which is that of their bytes.
        texts: list[str] = sorted(term for term in self._numbers if term is not None)
        ranks = np.empty(len(texts) + 1, np.int32)
        ranks[0] = -1
        ranks[np.fromiter(map(self._numbers.__getitem__, texts), np.intp, len(texts))] = np.arange(len(texts))
        found = {name: _placed(stream, ranks) for name, stream in self._streams.items()}
        self._streams.clear()
        found[EXACT], found[LEMMA], same = _split(found[EXACT], found[LEMMA], len(ranks))
        lists = {}
        for name in STREAMS:
            stream = found.pop(name)
            lists[name], order = grouped(_kept(stream, stream.terms >= 0), len(ranks))
            if name == LEMMA:
                same = same[order]
        field = FieldWriter(folder, documents)
        field.add(lists, same)
        field.write(writer, prefix, [text.encode() for text in texts])


class _Placed(NamedTuple):
    """The terms of a stream as they stand: the rank of each, its document and place."""

    terms: Ints
    docs: Ints
    places: Ints


def _placed(stream: _Stream, ranks: Ints) -> _Placed:
    """A stream with its documents and places; -1 is the rank of an open position."""
    sizes = np.array(stream.sizes, np.intp)
    terms = ranks[np.frombuffer(stream.numbers, np.int32)] if stream.numbers else np.empty(0, np.int32)
    docs = np.repeat(np.array(stream.docs, np.int32), sizes)
    places = (np.arange(len(terms)) - np.repeat(starts_of(sizes)[:-1], sizes)).astype(np.int32)
    return _Placed(terms, docs, places)


def _kept(placed: _Placed, chosen: NDArray[np.bool_]) -> _Placed:
    at = np.flatnonzero(chosen)
    return _Placed(placed.terms[at], placed.docs[at], placed.places[at])


def _split(exact: _Placed, lemma: _Placed, most: int) -> tuple[_Placed, _Placed, NDArray[np.bool_]]:
    """The exact stream without the terms that are all told by the third: at which lemmas the exact term is the same."""
    if not (np.array_equal(exact.docs, lemma.docs) and np.array_equal(exact.places, lemma.places)):
        held = lemma.terms >= 0
        return _kept(exact, exact.terms >= 0), _kept(lemma, held), np.zeros(np.count_nonzero(held), np.bool_)
    apart = np.zeros(most, np.bool_)
    # Open positions mark the last one, which is no term's.
    apart[exact.terms[np.flatnonzero(exact.terms != lemma.terms)]] = True
    apart[-1] = False
    same = (exact.terms == lemma.terms) & ~apart[exact.terms]
    held = lemma.terms >= 0
    return _kept(exact, apart[exact.terms]), _kept(lemma, held), same[np.flatnonzero(held)]


def grouped(placed: _Placed, most: int) -> tuple[StreamLists, Flat]:
    """Terms below ``most``, in order of document and place, as lists in order of the terms; and that order."""
    order = stable_order(placed.terms, most)
    terms, docs, places = (column[order] for column in placed)
    same_term = terms[1:] == terms[:-1]
    firsts = _firsts(same_term & (docs[1:] == docs[:-1]), len(terms))
    term_starts = _firsts(same_term, len(terms))
    sizes = np.diff(np.searchsorted(firsts, np.append(term_starts, len(terms))))
    counts = np.diff(firsts, append=len(terms)).astype(np.int32)
    lists = Occurrences(sizes, docs[firsts], counts, places)
    return StreamLists(terms[term_starts].astype(np.intp), lists), order


def stable_order(numbers: Ints, most: int) -> Flat:
    """What sorts numbers below ``most``: two bytes at a time, for which numpy has a radix sort."""
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    if most > 1 << _DIGIT:
        order = order[np.argsort((numbers >> _DIGIT).astype(np.uint16)[order], kind="stable")]
    return order


def _firsts(like_before: NDArray[np.bool_], size: int) -> Flat:
    """Where something new begins: at the start, and wherever a row is not like the one before."""
    return np.flatnonzero(np.append(True, ~like_before)) if size else np.empty(0, np.intp)
