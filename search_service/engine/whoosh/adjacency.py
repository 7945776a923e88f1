"""Where terms stand together: phrases and neighbourhoods, by comparing sorted numbers.

A place of a term is a number, its *spot*: ``document * stride + place``, with a stride so
wide that nothing reaches from one document into the next.  Terms stand together where
their spots, each less what the term is behind the first, are the same.

Where some term is rare, the documents that hold all terms are found first, and only
their places are read.  Where all terms are common, documents are taken as they come, some
at a time, whose places of a term then adjoin in its list.

A list that is part of another is handled as that one, whose documents and places are
decoded anyway; which of the spots found are in the part is looked up at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import Near, Phrase
from search_service.engine.whoosh.lists import Flat, Ints, Lists
from search_service.engine.whoosh.matches import FEW, Docs, Space, places
from search_service.engine.whoosh.view import Held, Part, View

PIECE = 1 << 17
"""About how many places are looked at in one step, so that they stay in the processor's cache."""
COMMON = 4
"""Terms that all stand in one document of so many, at least, are read without looking for documents first."""
MARKED = 1 << 8
"""From so many spots on, marking them on a strip and looking there beats looking them up by halving."""
STRIP = 22
"""Bits of the number of bytes of the longest strip."""
SPARSE = 8
"""A strip has so many bytes for each mark."""
_GOLDEN = 0x9E3779B97F4A7C15
"""2 ** 64 over the golden ratio: multiples of it are spread evenly."""

Spots = NDArray[np.signedinteger[Any]]
Rows = slice | Flat
"""Which documents of a list."""


class Stretch(NamedTuple):
    """Where a term stands in some documents."""

    spots: Spots
    """Ascending."""
    first: int
    at: Flat | None
    """Which places of the list these are; None: all from ``first`` on."""

    def places(self, chosen: Flat) -> Flat:
        """Which places of the list some of the spots are."""
        return chosen + self.first if self.at is None else self.at[chosen]


class Occurrence(NamedTuple):
    """Where terms stand in a row: the document of each time, ascending, and of each term which place of its list."""

    docs: Docs
    places: tuple[Flat, ...]


class Adjacency:
    """Looks for terms that stand together, for one request."""

    def __init__(self, view: View, check_deadline: Callable[[], None]) -> None:
        self._view = view
        self._check_deadline = check_deadline
        self._known: dict[object, Occurrence] = {}
        self._strip = np.empty(0, np.bool_)

    def phrase(self, phrase: Phrase, within: Space) -> tuple[Docs, NDArray[np.intp]]:
        """Documents with the terms in their places, None leaving one open, and how often."""
        placed = [(offset, term) for offset, term in enumerate(phrase.terms) if term is not None]
        offsets = [offset - placed[0][0] for offset, _ in placed]
        found = []
        for part, held in self._held(phrase, [term for _, term in placed]):
            lists = part.segment.fields[phrase.field].lists
            docs, at = self._in_a_row(part, phrase.field, [each.whole for each in held], offsets, within)
            kept = [
                lists.holds(each.number, mine)
                for each, mine in zip(held, at, strict=True)
                if each.number != each.whole and len(mine)
            ]
            for mine in kept[1:]:
                kept[0] &= mine
            if kept:
                docs = docs[kept[0]]
            docs = within.those(docs + part.base)
            if len(docs):
                new = np.empty(len(docs), np.bool_)
                new[0] = True
                np.not_equal(docs[1:], docs[:-1], out=new[1:])
                firsts = new.nonzero()[0]
                counts = np.full(len(firsts), len(docs))
                counts[:-1] = firsts[1:]
                counts -= firsts
                found.append((docs[firsts], counts))
        if len(found) == 1:
            return found[0]
        if not found:
            return np.empty(0, np.intp), np.empty(0, np.intp)
        return np.concatenate([docs for docs, _ in found]), np.concatenate([counts for _, counts in found])

    def near(self, near: Near, within: Space) -> Docs:
        """Documents of which ``window`` consecutive positions hold all the terms."""
        found = [np.empty(0, np.intp)]
        for part, held in self._held(near, list(dict.fromkeys(near.terms))):
            lists = part.segment.fields[near.field].lists
            wholes = [each.whole for each in held]
            stride = _stride(lists, near.window)
            for stretches in self._stretches(part, near.field, wholes, within, stride):
                runs = []
                for each, stretch in zip(held, stretches, strict=True):
                    spots = stretch.spots
                    if each.number != each.whole:
                        spots = spots[lists.holds(each.number, stretch.places(np.arange(len(spots))))]
                    runs.append(spots)
                docs = _together(runs, near.window) // stride
                found.append(within.those(np.unique(docs).astype(np.intp) + part.base))
        return np.concatenate(found)

    def _held(self, node: Phrase | Near, terms: Sequence[str]) -> Iterator[tuple[Part, list[Held]]]:
        """The segments that have all terms, with their lists."""
        lists = [self._view.lists(node.field, node.stream, term) for term in terms]
        if not lists or not all(lists):
            return
        for part in self._view.parts:
            held = [each for of_term in lists for each in of_term if each.part is part]
            if len(held) == len(terms):
                self._check_deadline()
                yield part, held

    def _in_a_row(
        self, part: Part, field: str, wholes: Sequence[int], offsets: Sequence[int], within: Space
    ) -> Occurrence:
        """Each time that the terms of lists stand so far behind the first of them."""
        lists = part.segment.fields[field].lists
        key = (within, part.base, field, *offsets, *wholes)
        known = self._known.get(key)
        if known is None:
            found = []
            stride = _stride(lists, offsets[-1])
            order = sorted(range(len(wholes)), key=lambda i: int(lists.sizes[wholes[i]]))
            for stretches in self._stretches(part, field, wholes, within, stride):
                spots = _less(stretches[order[0]].spots, offsets[order[0]])
                at = {order[0]: np.arange(len(spots))}
                for i in order[1:]:
                    here, there = self._both(spots, _less(stretches[i].spots, offsets[i]))
                    spots = spots[here]
                    at = {other: mine[here] for other, mine in at.items()}
                    at[i] = there
                if len(spots):
                    docs = (spots // stride).astype(np.intp)
                    found.append(Occurrence(docs, tuple(s.places(at[i]) for i, s in enumerate(stretches))))
            known = self._known[key] = _joined(found, len(wholes))
        return known

    def _stretches(
        self, part: Part, field: str, wholes: Sequence[int], within: Space, stride: int
    ) -> Iterator[list[Stretch]]:
        """Where the terms of the lists stand, some documents at a time; those without one of them may be left out."""
        segment = part.segment
        lists = segment.fields[field].lists
        distinct = sorted(set(wholes), key=lists.sizes.__getitem__)
        rows = {whole: segment.rows(field, whole) for whole in distinct}
        least = len(rows[distinct[0]][0])
        dtype = np.int32 if segment.size * stride < 1 << 31 else np.int64
        chosen: Iterator[dict[int, Rows]]
        if min(least, within.size) * COMMON > segment.size:
            chosen = self._adjoining(rows, segment.size)
        else:
            docs = None if within.whole else within.part(part.base, segment.size)
            chosen = self._sparse(rows, docs, segment.size)
        for some in chosen:
            self._check_deadline()
            read = {whole: _stretch(lists, whole, *rows[whole], mine, stride, dtype) for whole, mine in some.items()}
            yield [read[whole] for whole in wholes]

    def _adjoining(self, rows: dict[int, tuple[Ints, Ints]], size: int) -> Iterator[dict[int, Rows]]:
        """All documents of each list, in pieces."""
        steps = 1 + sum(int(begins[-1]) for _, begins in rows.values()) // PIECE
        bounds = np.linspace(0, size, steps + 1).astype(np.int32)
        cuts = {whole: docs.searchsorted(bounds).tolist() for whole, (docs, _) in rows.items()}
        for at in range(steps):
            some: dict[int, Rows] = {whole: slice(mine[at], mine[at + 1]) for whole, mine in cuts.items()}
            if all(mine.start < mine.stop for mine in some.values() if isinstance(mine, slice)):
                yield some

    def _sparse(self, rows: dict[int, tuple[Ints, Ints]], docs: Docs | None, size: int) -> Iterator[dict[int, Rows]]:
        """The documents that are in all lists, and among ``docs``, in pieces."""
        found: dict[int, Flat] = {}
        for whole, (mine, _) in rows.items():
            if docs is None:
                docs, found[whole] = mine.astype(np.intp), np.arange(len(mine))
                continue
            docs, here, kept = _in_both(docs, mine, size)
            if len(kept) < max(map(len, found.values()), default=0):
                found = {other: at[kept] for other, at in found.items()}
            found[whole] = here
        assert docs is not None
        if not len(docs):
            return
        places = np.zeros(len(docs), np.int64)
        for whole, at in found.items():
            begins = rows[whole][1]
            places += begins[at + 1] - begins[at]
        ends = places.cumsum()
        if ends[-1] <= PIECE:
            yield {**found}
            return
        cuts = np.searchsorted(ends, np.arange(PIECE, int(ends[-1]) + PIECE, PIECE)).tolist()
        first = 0
        for cut in cuts:
            end = max(first + 1, min(cut + 1, len(docs)))
            yield {whole: at[first:end] for whole, at in found.items()}
            first = end
            if first == len(docs):
                return

    def _both(self, spots: Spots, others: Spots) -> tuple[Flat, Flat]:
        """Where the numbers that are in both stand in each."""
        if len(spots) > len(others):
            there, here = self._both(others, spots)
            return here, there
        if not len(spots):
            return np.empty(0, np.intp), np.empty(0, np.intp)
        if len(spots) < MARKED:
            at = others.searchsorted(spots)
            at[at == len(others)] = 0
            here = (others[at] == spots).nonzero()[0]
            return here, at[here]
        bits = min(STRIP, (SPARSE * len(spots)).bit_length())
        if len(self._strip) < 1 << bits:
            self._strip = np.zeros(1 << bits, np.bool_)
        marked = _scattered(spots, bits)
        self._strip[marked] = True
        there = self._strip[_scattered(others, bits)].nonzero()[0]
        self._strip[marked] = False
        some = others[there]
        at = spots.searchsorted(some)
        at[at == len(spots)] = 0
        # Some had the mark of another.
        kept = (spots[at] == some).nonzero()[0]
        return at[kept], there[kept]


def _scattered(spots: Spots, bits: int) -> Flat:
    """A number of so many bits for each, which few others have."""
    size = spots.dtype.itemsize * 8
    unsigned = np.dtype(f"u{spots.dtype.itemsize}").type
    mixed = spots.view(unsigned) * unsigned(_GOLDEN >> (64 - size))
    mixed >>= unsigned(size - bits)
    numbers: Flat = mixed.astype(np.intp)
    return numbers


def _stride(lists: Lists, reach: int) -> int:
    """A power of two, beyond any place and whatever reaches from it."""
    return 1 << (lists.most_place + reach + 1).bit_length()


def _less(spots: Spots, offset: int) -> Spots:
    moved: Spots = spots - spots.dtype.type(offset) if offset else spots
    return moved


def _stretch(
    lists: Lists, whole: int, docs: Ints, begins: Ints, rows: Rows, stride: int, dtype: type[np.signedinteger[Any]]
) -> Stretch:
    """Read the places of some documents of a list."""
    numbers = docs[rows].astype(dtype) * dtype(stride)
    at = None
    if isinstance(rows, slice):
        bounds = begins[rows.start : rows.stop + 1]
        first, end = int(bounds[0]), int(bounds[-1])
        starts = (bounds[:-1] - first).astype(np.intp)
        places = lists.places_between(whole, first, end)
    else:
        from_places = begins[rows].astype(np.intp)
        sizes = begins[rows + 1] - from_places
        ends = sizes.cumsum()
        starts = ends - sizes
        first, end = 0, int(ends[-1])
        at = from_places
        if end > len(sizes):
            steps = np.ones(end, np.intp)
            steps[starts] = from_places
            steps[starts[1:]] -= from_places[:-1] + sizes[:-1] - 1
            at = steps.cumsum(out=steps)
        places = lists.places_at(whole, at)
    if len(places) > len(numbers):
        # Each document as often as it has places: far quicker than ``np.repeat``.
        spread = np.zeros(len(places), dtype)
        spread[starts] = numbers
        spread[starts[1:]] -= numbers[:-1]
        numbers = spread.cumsum(dtype=dtype, out=spread)
    numbers += places.astype(dtype, copy=False)
    return Stretch(numbers, first, at)


def _together(runs: Sequence[Spots], window: int) -> Spots:
    """The least spot of each group of all terms within the window, ascending; some others of the document, too."""
    first, *rest = sorted(runs, key=len)
    if not len(first) or not rest:
        return first
    if len(rest) == 1:
        return first[_reached(first, rest[0], 1 - window, window)]
    # What is out of reach of the rarest term is of no use.
    runs = [first, *(run[_reached(run, first, 1 - window, window)] for run in rest)]
    starts = np.sort(np.concatenate(runs), kind="stable")
    for run in runs:
        if len(run):
            starts = starts[_reached(starts, run, 0, window)]
    return starts if all(map(len, runs)) else starts[:0]


def _reached(spots: Spots, others: Spots, least: int, end: int) -> NDArray[np.bool_]:
    """Of which of the spots there is one of the others from ``least`` on and before ``end`` behind it."""
    if len(spots) < MARKED:
        return _near_enough(spots, others, least, end)
    # Stretches so long that what is in reach lies in one or two of them.
    long = (end - least - 1).bit_length()
    bits = min(STRIP, (SPARSE * len(others)).bit_length())
    strip = np.zeros(1 << bits, np.bool_)
    strip[_scattered(others >> long, bits)] = True
    there = strip[_scattered(_less(spots, -least) >> long, bits)]
    there |= strip[_scattered(_less(spots, 1 - end) >> long, bits)]
    some = there.nonzero()[0]
    there[some] = _near_enough(spots[some], others, least, end)
    return there


def _near_enough(spots: Spots, others: Spots, least: int, end: int) -> NDArray[np.bool_]:
    at = others.searchsorted(_less(spots, -least))
    at[at == len(others)] -= 1
    behind = others[at] - spots
    there: NDArray[np.bool_] = (behind >= least) & (behind < end)
    return there


def _in_both(docs: Docs, mine: Ints, size: int) -> tuple[Docs, Flat, Flat]:
    """What is in both: itself, its indexes in ``mine``, and its indexes in ``docs``; ``size``: of the segment."""
    if len(docs) * FEW < len(mine) or len(mine) * FEW < len(docs):
        here, kept = places(mine, docs)
    else:
        there = np.zeros(size, np.bool_)
        there[docs] = True
        here = there[mine].nonzero()[0]
        there[:] = False
        there[mine[here]] = True
        kept = there[docs].nonzero()[0]
    return docs[kept], here, kept


def _joined(found: Sequence[Occurrence], terms: int) -> Occurrence:
    if len(found) == 1:
        return found[0]
    none = np.empty(0, np.intp)
    docs = np.concatenate([none, *(each.docs for each in found)])
    return Occurrence(docs, tuple(np.concatenate([none, *(each.places[i] for each in found)]) for i in range(terms)))
