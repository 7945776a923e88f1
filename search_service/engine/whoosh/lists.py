"""Posting lists as arrays: which documents hold a term, how often, and where.

The lists of a text field stand in *bands* by how dense they are: a band keeps the gaps
between documents in half a byte, one, two or four.  Occurrences take four bits; a place takes
its low byte and four bits more, which are left out when no place of the field needs
them.  What does not fit is marked by the highest code and stands in a sorted table of
escapes.  A list may also be *part* of another: a bit for each place of that one.
Everything decodes with a few operations on whole arrays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import FEW, Array, ArrayFile

BANDS = ((4, np.uint8), (64, np.uint8), (1 << 14, np.uint16), (1 << 32, np.uint32))
"""A list is of the first band of which it has one document in so many; the type of its gaps."""
REACH = 1 << 8
"""Whatever is less far behind a place is in the same document or in none."""
HALF = 15
"""The highest code of half a byte."""

Ints = NDArray[np.int32]
Flat = NDArray[np.intp]
Spots = NDArray[np.signedinteger[Any]]
"""Documents with a place of each, as one number (see ``rows``)."""

_NEAR = 4
"""A range is read whole for what is spread over it when that is no more than so many times less."""
_PAIRS = {
    0: np.array([low | high << 8 for high in range(16) for low in range(16)], "<u2"),
    8: np.array([low << 8 | high << 24 for high in range(16) for low in range(16)], "<u4"),
}
"""A byte as its two halves, the low one first; by how far they are shifted."""
_HALVES = np.array([0, 4], np.uint8)
_BIT = np.array([128 >> bit for bit in range(8)], np.uint8)


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
        self._starts = arrays[f"{prefix}starts"]
        self.place_starts = arrays[f"{prefix}places.starts"]
        """Before which of all places each list begins; one more at the end."""
        self._gaps = [_Coded(arrays, f"{prefix}gaps{band}", packed=band == 0) for band in range(len(BANDS))]
        self._counts = [_Coded(arrays, f"{prefix}counts{band}", packed=True) for band in range(len(BANDS))]
        self._low = arrays.by_block(f"{prefix}places.low")
        self._high = _Coded(arrays, f"{prefix}places.high", packed=True, shift=8)
        self._part_of = arrays[f"{prefix}parts.of"]
        self._part_starts = arrays[f"{prefix}parts.starts"]
        self._bits = arrays.by_block(f"{prefix}parts.bits")

    def postings(self, number: int) -> tuple[Ints, NDArray[np.integer[Any]]]:
        """The documents of a list, ascending, and how often the term stands in each."""
        if number >= len(self._starts):
            of = int(self._part_of[number - len(self._starts)])
            docs, _ = self.postings(of)
            mine = self.counts(number, of)
            there = mine.nonzero()[0]
            return docs[there], mine[there]
        band, start, end = self._extent(number)
        return self._decoded(band, start, end), self._counts[band].read(start, end)

    def counts(self, number: int, whole: int) -> NDArray[np.integer[Any]]:
        """How often a list's term stands in each document of the list that it is a part of, or that it is."""
        band, start, end = self._extent(whole)
        counts = self._counts[band].read(start, end)
        if number == whole:
            return counts
        _, bits = self._part(number)
        # Far quicker than ``np.add.reduceat``.
        held: Ints = bits.cumsum(dtype=np.int32)[counts.cumsum(dtype=np.intp) - 1]
        held[1:] -= held[:-1].copy()
        return held

    def places(self, number: int) -> NDArray[np.integer[Any]]:
        """The places of a list, document by document."""
        if number >= len(self._starts):
            number, bits = self._part(number)
            return self.places(number)[bits.view(np.bool_)]
        start, end = int(self.place_starts[number]), int(self.place_starts[number + 1])
        places: NDArray[np.integer[Any]] = self._low[start:end] | self._high.read(start, end)
        return places

    def whole(self, number: int) -> int:
        """The list that a list is a part of; itself, if it is none."""
        return number if number < len(self._starts) else int(self._part_of[number - len(self._starts)])

    @cached_property
    def most_place(self) -> int:
        """A number that no place of the field is above."""
        return max(255, self._high.most + 255)

    @cached_property
    def place_bits(self) -> int:
        """Bits of a spot that are the place's; no place and what is ``REACH`` behind it needs more."""
        return (self.most_place + REACH).bit_length()

    @cached_property
    def _spot_type(self) -> type[np.int32 | np.int64]:
        """What holds any spot."""
        return np.int32 if (self.segment_size + 1) << self.place_bits < 1 << 31 else np.int64

    def spots_of(self, docs: NDArray[np.signedinteger[Any]]) -> Spots:
        """The first spot that is possible in each document."""
        spots: Spots = docs.astype(self._spot_type)
        return spots << self.place_bits

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
        """Some of the places of all lists, as these follow each other."""
        low = self._low[at]
        return low if self._high.zero else low | self._high.at(at)

    def hold(self, numbers: Sequence[int], at: Sequence[Flat]) -> NDArray[np.bool_]:
        """For some places of the whole of each of some parts, as many of each, whether all are in their parts."""
        begins = [int(self._part_starts[number - len(self._starts)]) for number in numbers]
        places = at[0] if len(at) == 1 else np.concatenate(at)
        bytes_ = places >> 3
        for i, begin in enumerate(begins):
            bytes_[i * len(at[0]) : (i + 1) * len(at[0])] += begin
        held: NDArray[np.bool_] = (self._bits[bytes_] & _BIT[places & 7]) != 0
        return held if len(at) == 1 else held.reshape(len(at), -1).all(axis=0)

    def without_parts(self, numbers: Flat) -> Flat:
        """Lists, each once, without the parts of others among them."""
        numbers = np.unique(numbers)
        parts = numbers >= len(self._starts)
        if not parts.any():
            return numbers
        wholes = numbers[~parts]
        apart = numbers[parts]
        of = self._part_of[apart - len(self._starts)].astype(np.intp)
        if not len(wholes):
            return apart
        at = wholes.searchsorted(of)
        at[at == len(wholes)] = 0
        return np.concatenate((wholes, apart[wholes[at] != of]))

    def is_part(self, numbers: Array) -> NDArray[np.bool_]:
        """Which lists are parts of others."""
        return numbers >= len(self._starts)

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
            begins = self._part_starts[numbers[part] - len(self._starts)].astype(np.intp)
            sizes = (places[part] + 7) >> 3
            bits = np.unpackbits(self._bits[ranges(begins, sizes)])
            held[ranges(starts[part], places[part])] = bits[ranges(starts_of(sizes)[:-1] << 3, places[part])]
        return held

    def documents(self, numbers: Array) -> list[Ints]:
        """All documents of some lists, in no order, and some several times."""
        numbers = numbers.astype(np.intp)
        parts = self.is_part(numbers)
        wholes = numbers[~parts]
        sizes = self.sizes[wholes].astype(np.intp)
        found = [self._docs(band, wholes[mine], sizes[mine]) for band, mine in self._in_bands(wholes)]
        at = numbers[parts] - len(self._starts)
        if len(at):
            of = self._part_of[at].astype(np.intp)
            sizes, docs, counts = self._postings(of)
            places = self.place_starts[of + 1].astype(np.intp) - self.place_starts[of]
            held = (places + 7) >> 3
            bits = np.unpackbits(self._bits[ranges(self._part_starts[at].astype(np.intp), held)])
            bits = bits[ranges(starts_of(held)[:-1] << 3, places)]
            found.append(spread(docs, counts)[bits.view(np.bool_)])
        return found

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

    def _postings(self, numbers: Array) -> tuple[Flat, Ints, Ints]:
        """Of lists that are no parts, one after the other: sizes, documents and occurrences."""
        sizes = self.sizes[numbers].astype(np.intp)
        targets = starts_of(sizes)
        docs = np.empty(targets[-1], np.int32)
        counts = np.empty(targets[-1], np.int32)
        for band, mine in self._in_bands(numbers):
            target = ranges(targets[mine], sizes[mine])
            docs[target] = self._docs(band, numbers[mine], sizes[mine])
            counts[target] = self._counts[band].ranges(self._starts[numbers[mine]].astype(np.intp), sizes[mine])
        return sizes, docs, counts

    def _in_bands(self, numbers: Flat) -> Iterator[tuple[int, Flat]]:
        """The bands with indexes of those of the lists that are in them."""
        bands = bands_of(self.sizes[numbers], self.segment_size)
        for band in range(len(BANDS)):
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

    def _part(self, number: int) -> tuple[int, NDArray[np.uint8]]:
        """Of which list it is a part, and which places of that it has."""
        at = number - len(self._starts)
        of = int(self._part_of[at])
        places = int(self.place_starts[of + 1]) - int(self.place_starts[of])
        start, end = int(self._part_starts[at]), int(self._part_starts[at + 1])
        return of, np.unpackbits(self._bits[start:end], count=places)

    def _decoded(self, band: int, start: int, end: int) -> Ints:
        docs: Ints = self._gaps[band].read(start, end).cumsum(dtype=np.int32)
        return docs

    def _extent(self, number: int) -> tuple[int, int, int]:
        size, start = int(self.sizes[number]), int(self._starts[number])
        return next(i for i, (share, _) in enumerate(BANDS) if size * share >= self.segment_size), start, start + size


class _Coded:
    """Such numbers, read again."""

    def __init__(self, arrays: ArrayFile, name: str, packed: bool = False, shift: int = 0) -> None:
        """``packed``: two in a byte; these may be asked for ``shift`` bits to the left."""
        self._codes = arrays.by_block(name)
        self._packed = packed
        self._shift = shift
        self._type = (np.uint16 if shift else np.uint8) if packed else self._codes.dtype
        self._most = HALF if packed else np.iinfo(self._codes.dtype).max
        self._escapes = f"{name}.at" in arrays
        self.zero = packed and not len(self._codes)
        """Whether all numbers are."""
        if self._escapes:
            self._at = arrays[f"{name}.at"]
            self._values = arrays[f"{name}.values"]

    @property
    def most(self) -> int:
        """What no number is above."""
        most = 0 if self.zero else int(self._values.max()) if self._escapes else int(self._most)
        return most << self._shift

    def read(self, start: int, end: int) -> NDArray[np.integer[Any]]:
        """A range of the numbers."""
        codes: NDArray[np.integer[Any]]
        if self._packed:
            if self.zero:
                return np.zeros(end - start, self._type)
            pairs = _PAIRS[self._shift][self._codes[start >> 1 : (end + 1) >> 1]].view(self._type)
            codes = pairs[start & 1 : (start & 1) + end - start]
        else:
            codes = self._codes[start:end]
        if self._escapes:
            first = bisect_left(self._at.data, start)
            last = bisect_left(self._at.data, end, lo=first)
            if first < last:
                codes = codes.astype(np.int64)
                codes[self._at[first:last].astype(np.int64) - start] = self._large(slice(first, last))
        return codes

    def ranges(self, starts: Flat, sizes: Flat) -> NDArray[np.integer[Any]]:
        """The numbers of several ranges, one range after the other."""
        if _adjoining(starts, sizes):
            return self.read(int(starts[0]), int(starts[-1] + sizes[-1]))
        at = ranges(starts, sizes)
        if not len(at):
            return np.empty(0, self._type)
        first, end = int(np.min(starts)), int(np.max(starts + sizes))
        return self.read(first, end)[at - first] if end - first < _NEAR * len(at) else self._pick(at)

    def at(self, at: Flat) -> NDArray[np.integer[Any]]:
        """Numbers by their indexes; mostly ascending."""
        if len(at) > FEW:
            first, end = int(np.min(at)), int(np.max(at)) + 1
            if end - first < _NEAR * len(at):
                found: NDArray[np.integer[Any]] = self.read(first, end)[at - first]
                return found
        return self._pick(at)

    def _pick(self, at: Flat) -> NDArray[np.integer[Any]]:
        """Numbers by index."""
        if self._packed:
            if self.zero:
                return np.zeros(len(at), self._type)
            codes = (self._codes[at >> 1] >> _HALVES[at & 1]) & HALF
            found = codes.astype(self._type)
            if self._shift:
                found <<= self._shift
        else:
            found = codes = self._codes[at]
        if self._escapes:
            large = (codes == self._most).nonzero()[0]
            if len(large):
                found = found.astype(np.int64)
                # Of the type that the sorted ones have: else they would all be copied.
                found[large] = self._large(self._at.searchsorted(at[large].astype(self._at.dtype)))
        picked: NDArray[np.integer[Any]] = found
        return picked

    def _large(self, which: slice | Flat) -> NDArray[np.int64]:
        return cast("NDArray[np.int64]", self._values[which].astype(np.int64) << self._shift)


def starts_of(sizes: NDArray[np.integer[Any]]) -> Flat:
    """Where pieces of these sizes begin when they stand one after the other, and where the last ends."""
    starts = np.zeros(len(sizes) + 1, np.intp)
    np.cumsum(sizes, out=starts[1:])
    return starts


def ranges(starts: Flat, sizes: Flat) -> Flat:
    """The numbers of several ranges, one range after the other."""
    held = sizes.nonzero()[0]
    if len(held) < len(sizes):
        starts, sizes = starts[held], sizes[held]
    if not len(sizes):
        return np.empty(0, np.intp)
    steps = np.ones(int(sizes.sum()), np.intp)
    steps[0] = starts[0]
    steps[sizes.cumsum()[:-1]] = starts[1:] - starts[:-1] - sizes[:-1] + 1
    numbers: Flat = steps.cumsum(out=steps)
    return numbers


def spread(numbers: Spots, sizes: NDArray[np.integer[Any]]) -> Spots:
    """Each number as often as its size says, at least once: ``np.repeat`` in a fifth of its time."""
    steps = np.zeros(int(sizes.sum()), numbers.dtype)
    if len(steps):
        steps[0] = numbers[0]
        steps[sizes.cumsum()[:-1]] = numbers[1:] - numbers[:-1]
    spread_out: Spots = steps.cumsum(dtype=numbers.dtype, out=steps)
    return spread_out


def _adjoining(starts: Flat, sizes: Flat) -> bool:
    """Whether ranges follow each other without a gap, so that they are one."""
    return len(starts) > 0 and bool((starts[1:] == starts[:-1] + sizes[:-1]).all())


def bands_of(sizes: NDArray[np.integer[Any]], documents: int) -> Flat:
    """The band of each list; ``documents``: how many the segment has."""
    wide = sizes.astype(np.int64)
    limits = -(-documents // np.array([share for share, _ in reversed(BANDS[:-1])]))
    bands: Flat = len(BANDS) - 1 - limits.searchsorted(wide, side="right")
    return bands
