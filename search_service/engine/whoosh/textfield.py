"""One text field of a segment: its terms by stream, and their posting lists.

Where the exact stream has a term the lemma stream mostly has the same: a word is its own
lemma more often than not.  So an exact list is kept as a part of the lemma's list of the
same text wherever it is one, a bit a place, and as the same list when all bits are set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import STREAMS
from search_service.engine.whoosh.arrays import ArrayFile, ArrayWriter
from search_service.engine.whoosh.lists import Lists, Occurrences
from search_service.engine.whoosh.listswriter import ListsWriter
from search_service.engine.whoosh.runs import Flat, ranges, starts_of
from search_service.engine.whoosh.terms import StreamTerms, read_texts, write_texts

EXACT, LEMMA = "exact", "lemma"
_NONE = np.empty(0, np.intp)


class StreamLists(NamedTuple):
    """Some terms of a stream, by the number of their text, ascending, and the lists beside them."""

    numbers: Flat
    lists: Occurrences


class FieldWriter:
    """Takes the terms of a field in the order of their texts, some at a time."""

    def __init__(self, folder: Path, documents: int) -> None:
        """``folder``: for temporary files; ``documents``: how many the segment has."""
        self._lists = ListsWriter(folder, documents)
        self._numbers: dict[str, list[Flat]] = {stream: [] for stream in STREAMS}
        self._of_term: dict[str, list[Flat]] = {stream: [] for stream in STREAMS}

    def add(self, streams: Mapping[str, StreamLists], same: NDArray[np.bool_]) -> None:
        """Put in the terms of a range of texts.

        ``same``: beside the places of the lemma stream, where the exact stream has the
        same term; the exact lists given are those of which that does not tell all.
        """
        for stream, (numbers, lists) in streams.items():
            of_term = self._lists.add(lists)
            if stream == LEMMA:
                self._add_parts(numbers, lists, of_term, same)
            self._enter(stream, numbers, of_term)

    def renumber(self, numbers: Flat) -> None:
        """Give each text another number."""
        self._numbers = {stream: [numbers[piece] for piece in pieces] for stream, pieces in self._numbers.items()}

    def write(self, writer: ArrayWriter, prefix: str, texts: Sequence[bytes]) -> None:
        """Write all arrays."""
        for _ in self.writing(writer, prefix, texts):
            pass

    def writing(self, writer: ArrayWriter, prefix: str, texts: Sequence[bytes]) -> Iterator[None]:
        """The same in steps."""
        write_texts(writer, f"{prefix}texts", texts)
        yield
        for stream in STREAMS:
            numbers = np.concatenate([_NONE, *self._numbers[stream]])
            of_term = np.concatenate([_NONE, *self._of_term[stream]])
            order = np.argsort(numbers, kind="stable")
            writer.put(f"{prefix}{stream}.terms", numbers[order])
            writer.put(f"{prefix}{stream}.lists", self._lists.final(of_term[order]))
            yield
        yield from self._lists.writing(writer, prefix)

    def _add_parts(self, numbers: Flat, lists: Occurrences, of_term: Flat, same: NDArray[np.bool_]) -> None:
        """The exact lists that are parts of these."""
        if not same.any():
            return
        starts = starts_of(lists.counts)
        postings = np.add.reduceat(same, starts[:-1], dtype=np.intp)
        firsts = starts_of(lists.sizes)
        held = np.add.reduceat(postings, firsts[:-1])
        places = starts[firsts[1:]] - starts[firsts[:-1]]
        whole = np.flatnonzero(held == places)
        self._enter(EXACT, numbers[whole], of_term[whole])
        part = np.flatnonzero((held > 0) & (held < places))
        sizes = np.add.reduceat(postings > 0, firsts[:-1], dtype=np.intp)[part]
        bits = same[ranges(starts[firsts[part]], places[part])]
        self._enter(EXACT, numbers[part], self._lists.add_parts(of_term[part], sizes, places[part], bits))

    def _enter(self, stream: str, numbers: Flat, of_term: Flat) -> None:
        self._numbers[stream].append(numbers)
        self._of_term[stream].append(of_term)


class TextField:
    """One text field, for reading."""

    def __init__(self, arrays: ArrayFile, prefix: str, documents: int) -> None:
        self.texts = read_texts(arrays, f"{prefix}texts")
        self.lists = Lists(arrays, prefix, documents)
        self.streams = {
            stream: StreamTerms(
                self.texts, arrays[f"{prefix}{stream}.terms"], arrays[f"{prefix}{stream}.lists"], self.lists.sizes
            )
            for stream in STREAMS
        }
