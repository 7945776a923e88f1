"""Where terms stand together: phrases and neighbourhoods.

Terms stand in a row where their spots, each less what the term is behind the first, are
the same.  The rarest term's are looked for in the next one's, what is left in the next
one's, and so on; of terms with many places only those of the documents that are left
are read.  Where all terms have many, the two rarest are looked at first, and if these
are in many documents, all of them are read, some documents at a time, whose places
then adjoin in a list.

A list that is part of another is handled as that one; which of the spots found are in the
part is looked up at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import Near, Phrase
from search_service.engine.whoosh.lists import REACH, Lists, Spots
from search_service.engine.whoosh.matches import Docs, Space, distinct, firsts
from search_service.engine.whoosh.rows import FewRows, Rows
from search_service.engine.whoosh.runs import Flat, nonzero, starts_of
from search_service.engine.whoosh.spots import Strip, less, together
from search_service.engine.whoosh.stretch import SINGLY, Stretch, between, found_at, found_singly, of_documents, whole
from search_service.engine.whoosh.view import Held, Part, View

PIECE = 1 << 18
"""About how many places are looked at in one step, so that they stay in the processor's cache."""
COMMON = 4
"""Where there are so many spots, one for each so many documents, the places of all these are read."""
_NONE = np.empty(0, np.intp)


class Occurrence(NamedTuple):
    """Where terms stand in a row: the document of each time, ascending, and of each term which place of its list."""

    docs: Docs
    places: tuple[Flat, ...]


class Row(NamedTuple):
    """Lists of one segment whose terms are to stand so far behind the first of them."""

    lists: Lists
    wholes: tuple[int, ...]
    offsets: tuple[int, ...]
    rows: tuple[Rows, ...]

    @property
    def order(self) -> list[int]:
        """The terms, the fewest places first."""
        return sorted(range(len(self.rows)), key=[rows.places for rows in self.rows].__getitem__)


class Adjacency:
    """Looks for terms that stand together, for one request."""

    def __init__(self, view: View, check_deadline: Callable[[], None]) -> None:
        self._view = view
        self._check_deadline = check_deadline
        self._known: dict[object, Occurrence] = {}
        self._strip = Strip()

    def phrases(
        self, phrase: Phrase, alike: Sequence[Sequence[Sequence[Held]]], within: Space
    ) -> tuple[Docs, list[NDArray[np.intp]]]:
        """Documents with the terms in their places, None leaving one open, and how often.

        ``alike``: the lists of the terms of this phrase; then those of others, which are the same or
        parts of them, of which it is told how often they stand in these documents.
        """
        placed = [offset for offset, term in enumerate(phrase.terms) if term is not None]
        offsets = tuple([offset - placed[0] for offset in placed])
        found = []
        for part, held in self._held(alike[0]):
            docs, at = self._in_a_row(part, phrase.field, tuple([each.whole for each in held]), offsets, within)
            if not len(docs):
                continue
            lists = part.segment.fields[phrase.field].lists
            numbers, wholes = [each.number for each in held], [each.whole for each in held]
            if numbers != wholes:
                there = _hold(lists, numbers, wholes, at)
                docs, at = docs[there], tuple([places[there] for places in at])
            if len(docs):
                of_others = [_hold(lists, _numbers(part, other), numbers, at) for other in alike[1:]]
                docs, counts = _counted(docs + part.base if part.base else docs, of_others)
                inside = within.inside(docs)
                found.append((docs, counts) if inside is None else (docs[inside], [each[inside] for each in counts]))
        if len(found) == 1:
            return found[0]
        if not found:
            return _NONE, [_NONE for _ in alike]
        counts = [np.concatenate([counts[i] for _, counts in found]) for i in range(len(alike))]
        return np.concatenate([docs for docs, _ in found]), counts

    def near(self, near: Near, within: Space) -> Docs:
        """Documents of which ``window`` consecutive positions hold all the terms."""
        found = [_NONE]
        lists_of = [self._view.lists(near.field, near.stream, term) for term in dict.fromkeys(near.terms)]
        for part, held in self._held(lists_of):
            row = self._row(part, near.field, tuple(each.whole for each in held), (0,) * len(held))
            docs = None if within.whole else within.part(part.base, part.segment.size)
            bits = row.lists.place_bits
            rarest, *others = row.order
            for stretch in self._pieces(row, rarest, docs):
                stretches = [(rarest, stretch)]
                for i in others:
                    # Only documents that have all terms so far.
                    docs_of = distinct((stretches[-1][1].spots >> bits).astype(np.intp))
                    stretches.append((i, of_documents(row.lists, row.wholes[i], row.rows[i], docs_of)))
                runs = [_held_spots(row.lists, held[i], each) for i, each in stretches]
                near_by = together(_apart(runs, bits, near.window), near.window)
                found.append(within.those(np.unique(near_by >> _bits(bits, near.window)).astype(np.intp) + part.base))
        return np.concatenate(found)

    def _held(self, lists_of: Sequence[Sequence[Held]]) -> Iterator[tuple[Part, list[Held]]]:
        """The segments that have all terms, with their lists."""
        for first in lists_of[0] if lists_of else ():
            part = first.part
            held = [each for of_term in lists_of for each in of_term if each.part is part]
            if len(held) == len(lists_of):
                self._check_deadline()
                yield part, held

    def _in_a_row(
        self, part: Part, field: str, wholes: tuple[int, ...], offsets: tuple[int, ...], within: Space
    ) -> Occurrence:
        """Each time that the terms of lists stand so far behind the first of them."""
        key = (within, part.base, field, offsets, wholes)
        known = self._known.get(key)
        if known is None:
            docs = None if within.whole else within.part(part.base, part.segment.size)
            known = self._known[key] = self._occurrences(self._row(part, field, wholes, offsets), docs)
        return known

    def _row(self, part: Part, field: str, wholes: tuple[int, ...], offsets: tuple[int, ...]) -> Row:
        segment = part.segment
        return Row(segment.fields[field].lists, wholes, offsets, tuple([segment.rows(field, each) for each in wholes]))

    def _occurrences(self, row: Row, docs: Docs | None) -> Occurrence:
        """``docs``: those that count."""
        rarest, *others = row.order
        several = []
        for stretch in self._pieces(row, rarest, docs):
            spots, at = self._fitting(row, rarest, stretch)
            places = {rarest: at}
            for i in others:
                if not len(spots):
                    break
                here, there = self._met(row, i, less(spots, -row.offsets[i]))
                spots = spots[here]
                places = {each: at[here] for each, at in places.items()}
                places[i] = there
            if len(spots):
                docs_of = (spots >> row.lists.place_bits).astype(np.intp)
                several.append(Occurrence(docs_of, tuple([places[i] for i in range(len(row.rows))])))
        return _joined(several, len(row.rows))

    def _fitting(self, row: Row, i: int, stretch: Stretch) -> tuple[Spots, Flat]:
        """Where the row would begin with a term there, if it fits into the document, and the places of the term."""
        offset, reach = row.offsets[i], row.offsets[-1]
        spots = less(stretch.spots, offset)
        if reach < REACH:
            # What begins before its document meets nothing there, but before the first is no document.
            none = int(stretch.spots.searchsorted(spots.dtype.type(offset))) if offset else 0
            return spots[none:], stretch.all_places()[none:]
        stride = 1 << row.lists.place_bits
        places = stretch.spots & (stride - 1)
        fitting = ((places >= offset) & (places + (reach - offset) < stride)).nonzero()[0]
        return spots[fitting], stretch.places(fitting)

    def _pieces(self, row: Row, i: int, docs: Docs | None) -> Iterator[Stretch]:
        """Where a term stands, in all documents or in some; of many places, some documents at a time."""
        lists, number, rows = row.lists, row.wholes[i], row.rows[i]
        if isinstance(rows, FewRows):
            yield whole(rows) if docs is None else of_documents(lists, number, rows, docs)
            return
        # Of the terms after the second only what is left is read.
        steps = 1 + sum(sorted([each.places for each in row.rows])[:2]) // PIECE
        for step in range(steps):
            self._check_deadline()
            first, end = (lists.segment_size * each // steps for each in (step, step + 1))
            if docs is None:
                yield between(lists, number, rows, first, end)
            else:
                some = docs[slice(*docs.searchsorted((first, end)).tolist())]
                yield of_documents(lists, number, rows, some)

    def _met(self, row: Row, i: int, wanted: Spots) -> tuple[Flat, Flat]:
        """Which of the spots a term has, and which of its places these are."""
        lists, number, rows = row.lists, row.wholes[i], row.rows[i]
        if isinstance(rows, FewRows):
            return self._strip.both(wanted, rows.spots)
        first, end = int(wanted[0]) >> lists.place_bits, (int(wanted[-1]) >> lists.place_bits) + 1
        if len(wanted) * COMMON > end - first and rows.places * (end - first) <= PIECE * lists.segment_size:
            stretch = between(lists, number, rows, first, end)
            here, there = self._strip.both(wanted, stretch.spots)
            return here, stretch.places(there)
        if len(wanted) <= SINGLY:
            return found_singly(lists, number, rows, wanted)
        begins, sizes = rows.extents((wanted >> lists.place_bits).astype(np.intp))
        there = nonzero(sizes)
        if not len(there):
            return _NONE, _NONE
        if len(there) < len(wanted):
            wanted, begins, sizes = wanted[there], begins[there], sizes[there]
        behind = sizes.cumsum()
        if behind[-1] <= PIECE:
            here, places = found_at(lists, number, wanted, begins, behind)
            return there[here], places
        pieces = behind // PIECE
        cuts = [0, *((pieces[1:] > pieces[:-1]).nonzero()[0] + 1).tolist(), len(wanted)]
        found, several = [], []
        for first, end in pairwise(cuts):
            self._check_deadline()
            here, places = found_at(lists, number, wanted[first:end], begins[first:end], sizes[first:end].cumsum())
            found.append(there[here + first])
            several.append(places)
        return np.concatenate(found), np.concatenate(several)


def _held_spots(lists: Lists, held: Held, stretch: Stretch) -> Spots:
    """Those of a list's spots that are in the part of it which is asked for."""
    if held.number == held.whole:
        return stretch.spots
    spots: Spots = stretch.spots[lists.hold([held.number], [stretch.all_places()])]
    return spots


def _bits(bits: int, window: int) -> int:
    """Bits of a place, wide enough that a window does not reach the next document."""
    return bits if window < REACH else bits + window.bit_length()


def _apart(runs: Sequence[Spots], bits: int, window: int) -> Sequence[Spots]:
    """The runs so that a window does not reach the next document, and that numbers may be less than 0."""
    wide = _bits(bits, window)
    if wide == bits:
        return [run.astype(np.int64) if run.dtype.kind == "u" else run for run in runs]
    return [((run.astype(np.int64) >> bits) << wide) | (run & ((1 << bits) - 1)) for run in runs]


def _numbers(part: Part, lists_of: Sequence[Sequence[Held]]) -> list[int]:
    """The lists that some terms have in a segment."""
    return [held.number for of_term in lists_of for held in of_term if held.part is part]


def _hold(lists: Lists, numbers: Sequence[int], among: Sequence[int], at: Sequence[Flat]) -> NDArray[np.bool_]:
    """For each time that terms stand somewhere, whether it is in other lists, which are theirs or parts of these.

    ``among``: the terms' lists; ``at``: the places; ``numbers``: the others, fewer if one is not there.
    """
    if len(numbers) < len(among):
        return np.zeros(len(at[0]), np.bool_)
    parts = [i for i, number in enumerate(numbers) if number != among[i]]
    if not parts:
        return np.ones(len(at[0]), np.bool_)
    return lists.hold([numbers[i] for i in parts], [at[i] for i in parts])


def _counted(docs: Docs, chosen: Sequence[NDArray[np.bool_]]) -> tuple[Docs, list[NDArray[np.intp]]]:
    """The documents, each once; how often each stands there, and how often where something was chosen."""
    at = firsts(docs)
    if len(at) == len(docs):
        return docs, [np.ones(len(docs), np.intp), *(each.astype(np.intp) for each in chosen)]
    bounds = np.append(at, len(docs))
    counts = [bounds[1:] - at]
    for each in chosen:
        behind = starts_of(each.view(np.uint8))[bounds]
        counts.append(behind[1:] - behind[:-1])
    return docs[at], counts


def _joined(found: Sequence[Occurrence], terms: int) -> Occurrence:
    if not found:
        return Occurrence(_NONE, (_NONE,) * terms)
    if len(found) == 1:
        return found[0]
    docs = np.concatenate([each.docs for each in found])
    return Occurrence(docs, tuple([np.concatenate([each.places[i] for each in found]) for i in range(terms)]))
