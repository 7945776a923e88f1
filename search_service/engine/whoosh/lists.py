"""Posting lists as arrays: which documents hold a term, how often, and where.

A list that many documents are in is *dense* (see ``dense``).  The others stand in *bands*
by how many documents they have: a band keeps the gaps between these in half a byte, one,
two or four; how often a term occurs takes half a byte.  A place takes its low byte and half
a byte more, which is left out when no place of the field needs it.  What does not fit is
marked by the highest code and stands in a sorted table of escapes (see ``codes``).  A
list may also be *part* of another (see ``parts``).  Everything decodes with a few
operations on whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import Array, ArrayFile
from search_service.engine.whoosh.codes import Codes
from search_service.engine.whoosh.dense import DenseLists
from search_service.engine.whoosh.matches import distinct
from search_service.engine.whoosh.parts import Parts
from search_service.engine.whoosh.runs import Flat, nonzero, ranges, spread, starts_of

BANDS = ((4, np.uint8), (64, np.uint8), (1 << 14, np.uint16), (1 << 32, np.uint32))
"""A list is of the first band of which it has one document in so many; the type of its gaps."""
DENSE = -1
"""In the place of a band: a dense list."""
SMALL = 1 << 12
"""Of a segment of fewer documents, all lists are decoded at once for prefixes: in them calls take the time."""
_WORDS = "<u8"
"""Eight low bytes of places."""
REACH = 1 << 8
"""Whatever is less far behind a place is in the same document or in none."""

Ints = NDArray[np.int32]
Spots = NDArray[Any]
"""Documents with a place of each, as one number (see ``rows``)."""


class Occurrences(NamedTuple):
    """Several lists, one after the other: how many documents each has, then of each document
    how often the term stands in it, and of each occurrence its place."""

    sizes: Flat
    docs: Ints
    counts: Ints
    places: Ints


class Lists:
    """The lists of one text field of a segment, by number."""

    def __init__(self, arrays: ArrayFile, prefix: str, documents: int) -> None:
        self.segment_size = documents
        """How many the segment has."""
        self.sizes = arrays[f"{prefix}sizes"]
        """How many documents each list has."""
        self.dense = DenseLists(arrays, prefix, documents)
        self._starts = arrays[f"{prefix}starts"]
        self._wholes = len(self._starts)
        self.place_starts = arrays[f"{prefix}places.starts"]
        """Before which of all places each list begins; one more at the end."""
        self._gaps = [Codes(arrays, f"{prefix}gaps{band}", packed=band == 0) for band in range(len(BANDS))]
        self._counts = [Codes(arrays, f"{prefix}counts{band}", packed=True) for band in range(len(BANDS))]
        self._low = arrays.by_block(f"{prefix}places.low")
        self._low_words = arrays.by_block(f"{prefix}places.low", _WORDS)
        self._high = Codes(arrays, f"{prefix}places.high", packed=True, high=True)
        self._parts = Parts(arrays, prefix)

    # one list

    def postings(self, number: int) -> tuple[Ints, NDArray[np.integer[Any]]]:
        """The documents of a list, ascending, and how often the term stands in each."""
        whole = self.whole(number)
        if self.dense.get(whole) is not None:
            beside = self.beside(number)
            there = nonzero(beside)
            return there.astype(np.int32), beside[there]
        band, start, end = self._extent(whole)
        docs: Ints = self._gaps[band].read(start, end).cumsum(dtype=np.int32)
        if number == whole:
            return docs, self._counts[band].read(start, end)
        mine = self.counts(number, whole)
        there = nonzero(mine)
        return docs[there], mine[there]

    def counts(self, number: int, whole: int) -> NDArray[np.integer[Any]]:
        """How often a list's term stands in each document of the list that it is a part of, or that it is."""
        dense = self.dense.get(whole)
        if dense is not None:
            beside = dense.counts()
            there = nonzero(beside)
            counts = beside[there]
        else:
            band, start, end = self._extent(whole)
            counts = self._counts[band].read(start, end)
        return counts if number == whole else self._of_part(number, counts)

    def beside(self, number: int) -> NDArray[np.integer[Any]]:
        """How often a list's term stands in each document of the segment."""
        whole = self.whole(number)
        dense = self.dense.get(whole)
        if dense is not None:
            counts = dense.counts()
            return counts if number == whole else self._of_part(number, counts)
        docs, times = self.postings(number)
        beside = np.zeros(self.segment_size, times.dtype)
        beside[docs.astype(np.intp)] = times
        return beside

    def _of_part(self, number: int, counts: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
        """How many places a part has in documents of which it is given how many the whole list has."""
        at = number - self._wholes
        lacked = self._parts.lacked(at)
        behind = counts.cumsum(dtype=np.int32)
        if lacked is not None:
            docs = behind.searchsorted(lacked.astype(np.int32), side="right")
            left: NDArray[np.integer[Any]] = counts - np.bincount(docs, minlength=len(counts)).astype(counts.dtype)
            return left
        bits = self._parts.held(at, int(behind[-1]))
        # Far quicker than ``np.add.reduceat``.
        held: Ints = bits.cumsum(dtype=np.int32)[behind - 1]
        held[: behind.searchsorted(1)] = 0
        held[1:] -= held[:-1].copy()
        return held

    def places(self, number: int) -> NDArray[np.integer[Any]]:
        """The places of a list, document by document."""
        whole = self.whole(number)
        places = self.places_between(whole, 0, self.occurrences(whole))
        return places if number == whole else places[self._parts.held(number - self._wholes, len(places))]

    def whole(self, number: int) -> int:
        """The list that a list is a part of; itself, if it is none."""
        return number if number < self._wholes else int(self._parts.of[number - self._wholes])

    def _extent(self, number: int) -> tuple[int, int, int]:
        """Band, start and end of a list that is neither dense nor a part."""
        size, start = int(self.sizes[number]), int(self._starts[number])
        band = 0
        while size * BANDS[band][0] < self.segment_size:
            band += 1
        return band, start, start + size

    # places

    @cached_property
    def most_place(self) -> int:
        """A number that no place of the field is above."""
        return max(255, self._high.most + 255)

    @cached_property
    def place_bits(self) -> int:
        """Bits of a spot that are the place's; no place and what is ``REACH`` behind it needs more."""
        return (self.most_place + REACH).bit_length()

    @cached_property
    def _spot_type(self) -> type[np.int32 | np.uint32 | np.int64]:
        """What holds any spot."""
        bits = ((self.segment_size + 1) << self.place_bits).bit_length()
        return np.int32 if bits < 32 else np.uint32 if bits == 32 else np.int64

    def spots_of(self, docs: NDArray[np.signedinteger[Any]]) -> Spots:
        """The first spot that is possible in each document."""
        spots: Spots = docs.astype(self._spot_type)
        spots <<= self._spot_type(self.place_bits)
        return spots

    def occurrences(self, number: int) -> int:
        """How many places a whole list has."""
        return int(self.place_starts[number + 1]) - int(self.place_starts[number])

    def places_between(self, number: int, first: int, end: int) -> NDArray[np.integer[Any]]:
        """Some of the places of a whole list that follow each other."""
        begin = int(self.place_starts[number])
        low = self._low[begin + first : begin + end]
        return low if self._high.zero else low | self._high.read(begin + first, begin + end)

    def first_place(self, number: int) -> int:
        """Before which of all places a whole list begins."""
        return int(self.place_starts[number])

    def places_at(self, at: Flat) -> NDArray[np.integer[Any]]:
        """Some of the places of all lists, as these follow each other, by ascending indexes."""
        low = self._low.spanning(at)
        return low if self._high.zero else low | self._high.at(at)

    def place_of(self, place: int, first: int, end: int) -> int:
        """Where among the places of all lists, in a range of those of one document, a place is; -1: nowhere."""
        low, byte = self._low[first:end].tobytes(), place & 255
        at = low.find(byte)
        while at >= 0:
            if self._high.item(first + at) == place - byte:
                return first + at
            at = low.find(byte, at + 1)
        return -1

    def low_bytes_at(self, at: Flat) -> NDArray[np.uint8]:
        """The same without what is above a byte; none is before the first of them or behind the last."""
        return self._low.spanning(at)

    def low_words_at(self, at: Flat) -> NDArray[np.uint64]:
        """The same of eight places at once, the first in the lowest byte, by the indexes of such words."""
        return self._low_words.spanning(at)

    def hold(self, numbers: Sequence[int], at: Sequence[Flat]) -> NDArray[np.bool_]:
        """For some places of the whole of each of some parts, as many of each, whether all are in their parts."""
        (number, *others), (places, *further) = numbers, at
        held = self._parts.have(number - self._wholes, places)
        for number, places in zip(others, further, strict=True):
            held &= self._parts.have(number - self._wholes, places)
        return held

    # several lists

    def is_part(self, numbers: Array) -> NDArray[np.bool_]:
        """Which lists are parts of others."""
        return numbers >= self._wholes

    def _without_parts(self, numbers: Flat) -> tuple[Flat, Flat]:
        """Of some lists, each once: those that are no parts, and the parts, by their number, of none of these."""
        numbers = distinct(np.sort(numbers))
        split = numbers.searchsorted(self._wholes)
        wholes, parts = numbers[:split], numbers[split:] - self._wholes
        if len(wholes) and len(parts):
            of = self._parts.of[parts].astype(np.intp)
            at = wholes.searchsorted(of)
            at[at == len(wholes)] = 0
            parts = parts[wholes[at] != of]
        return wholes, parts

    def bits(self, numbers: Flat, lists: Occurrences) -> NDArray[np.bool_]:
        """For each place of some lists whether it is in a part of its list; ``numbers``: the parts, -1: none has it.

        A list is a part of itself.
        """
        starts = starts_of(lists.counts)[starts_of(lists.sizes)]
        places = np.diff(starts)
        held = np.zeros(starts[-1], np.bool_)
        own = np.flatnonzero((numbers >= 0) & ~self.is_part(numbers))
        held[ranges(starts[own], places[own])] = True
        part = np.flatnonzero(self.is_part(numbers))
        if len(part):
            of_parts = self._parts.all_held(numbers[part] - self._wholes, places[part])
            held[ranges(starts[part], places[part])] = of_parts
        return held

    def documents(self, numbers: Array) -> list[Ints]:
        """All documents of some lists, in no order, and some several times."""
        numbers = numbers.astype(np.intp)
        if self.segment_size < SMALL:
            starts, docs = self._decoded
            begins = starts[numbers]
            return [docs[ranges(begins, starts[numbers + 1] - begins)]]
        wholes, parts = self._without_parts(numbers)
        sizes = self.sizes[wholes].astype(np.intp)
        found = []
        for band, mine in self._in_bands(wholes, sizes):
            if band == DENSE:
                found += [self.postings(number)[0] for number in wholes[mine].tolist()]
            else:
                found.append(self._docs(band, wholes[mine], sizes[mine]))
        if len(parts):
            found.append(self._of_parts(parts)[1])
        return found

    @cached_property
    def _decoded(self) -> tuple[Flat, Ints]:
        """The documents of all lists, one list after the other, and where each begins; of parts some several times."""
        sizes, docs, _ = self._postings(np.arange(self._wholes))
        of_parts, more = self._of_parts(np.arange(len(self._parts)))
        docs = np.concatenate((docs, more)).astype(np.int16)
        return starts_of(np.concatenate((sizes, of_parts))), docs

    def _of_parts(self, parts: Flat) -> tuple[Flat, Ints]:
        """How many places each of some parts has, and the document of each place."""
        of = self._parts.of[parts].astype(np.intp)
        places = self.place_starts[of + 1].astype(np.intp) - self.place_starts[of]
        held = self._parts.all_held(parts, places)
        _, docs, counts = self._postings(of)
        return np.diff(starts_of(held.view(np.uint8))[starts_of(places)]), spread(docs, counts)[held]

    def several(self, numbers: Array) -> Occurrences:
        """Some lists; quick when few are parts of others."""
        if self.is_part(numbers).any():
            single = [self._single(number) for number in numbers.tolist()]
            return Occurrences(*map(np.concatenate, zip(*single, strict=True)))
        # Wide enough for the number behind the last one.
        numbers = numbers.astype(np.intp)
        sizes, docs, counts = self._postings(numbers)
        begins = self.place_starts[numbers].astype(np.intp)
        held = self.place_starts[numbers + 1].astype(np.intp) - begins
        places = (self._low[ranges(begins, held)] | self._high.ranges(begins, held)).astype(np.int32)
        return Occurrences(sizes, docs, counts, places)

    def _postings(self, numbers: Flat) -> tuple[Flat, Ints, Ints]:
        """Of lists that are no parts, one after the other: sizes, documents and occurrences."""
        sizes = self.sizes[numbers].astype(np.intp)
        targets = starts_of(sizes)
        docs = np.empty(targets[-1], np.int32)
        counts = np.empty(targets[-1], np.int32)
        for band, mine in self._in_bands(numbers, sizes):
            if band == DENSE:
                for i in mine.tolist():
                    its = slice(targets[i], targets[i + 1])
                    docs[its], counts[its] = self.postings(int(numbers[i]))
            else:
                target = ranges(targets[mine], sizes[mine])
                docs[target] = self._docs(band, numbers[mine], sizes[mine])
                counts[target] = self._counts[band].ranges(self._starts[numbers[mine]].astype(np.intp), sizes[mine])
        return sizes, docs, counts

    def _in_bands(self, numbers: Flat, sizes: Flat) -> Iterator[tuple[int, Flat]]:
        """The bands, and ``DENSE``, with indexes of those of the lists, of so many documents, that are in them."""
        bands = bands_of(sizes, self.segment_size)
        bands[self.dense.among(numbers)] = DENSE
        for band in range(DENSE, len(BANDS)):
            mine = (bands == band).nonzero()[0]
            if len(mine):
                yield band, mine

    def _docs(self, band: int, numbers: Flat, sizes: Flat) -> Ints:
        """The documents of some lists of a band, one list after the other."""
        gaps = self._gaps[band].ranges(self._starts[numbers].astype(np.intp), sizes)
        # Sums may pass the end of the type and come back when what was before is taken off.
        docs: Ints = gaps.cumsum(dtype=np.int32)
        if len(sizes) > 1:
            docs[sizes[0] :] -= spread(docs[sizes.cumsum()[:-1] - 1], sizes[1:])
        return docs

    def _single(self, number: int) -> Occurrences:
        docs, counts = self.postings(number)
        places = self.places(number).astype(np.int32)
        return Occurrences(np.array([len(docs)], np.intp), docs, counts.astype(np.int32), places)


def bands_of(sizes: NDArray[np.integer[Any]], documents: int) -> Flat:
    """The band of each list; ``documents``: how many the segment has."""
    wide = sizes.astype(np.int64, copy=False)
    limits = -(-documents // np.array([share for share, _ in reversed(BANDS[:-1])]))
    bands: Flat = len(BANDS) - 1 - limits.searchsorted(wide, side="right")
    return bands
