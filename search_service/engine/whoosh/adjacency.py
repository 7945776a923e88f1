"""Where terms stand together: phrases and neighbourhoods, by marks on a strip.

First the documents that hold all terms are found.  Then some of them at a time are laid
one behind the other on a strip, far enough apart that nothing reaches from one into the
next; each place of a term is a number on it.  Places of one term are marked there, and
those of the next are looked up.

A list that is part of another is handled as that one, whose documents and places are
decoded anyway, and only those of its places count that are in the part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import Near, Phrase
from search_service.engine.whoosh.lists import Flat, Ints, Lists, spread, starts_of
from search_service.engine.whoosh.matches import FEW, Docs, Space, places
from search_service.engine.whoosh.view import Part, View

PIECE = 1 << 17
"""About how many places are looked at in one step, so that they stay in the processor's cache."""
DOCUMENTS = 1 << 12
"""Documents that are on the strip together, at most."""


class Piece(NamedTuple):
    """Some documents on a strip."""

    docs: Docs
    begins: Ints
    """Where the stretch of each document begins; a phrase may begin before its first place."""
    runs: list[Ints]
    """Of each term its places, ascending."""
    length: int


class Adjacency:
    """Looks for terms that stand together, for one request."""

    def __init__(self, view: View, check_deadline: Callable[[], None]) -> None:
        self._view = view
        self._check_deadline = check_deadline
        self._known: dict[object, Docs] = {}

    def phrase(self, phrase: Phrase, within: Space) -> tuple[Docs, NDArray[np.intp]]:
        """Documents with the terms in their places, None leaving one open, and how often."""
        placed = [(offset, term) for offset, term in enumerate(phrase.terms) if term is not None]
        found = [(np.empty(0, np.intp), np.empty(0, np.intp))]
        for part, numbers in self._held(phrase, [term for _, term in placed]):
            lists = part.segment.fields[phrase.field].lists
            wholes = [lists.whole(number) for number in numbers]
            # A phrase of parts stands only where that of their wholes does.
            key = (within, part.base, phrase.field, tuple(zip([at for at, _ in placed], wholes, strict=True)))
            mine = [np.empty(0, np.intp)]
            docs = self._known.get(key)
            for piece in self._pieces(part, phrase.field, numbers, within, len(phrase.terms), docs):
                starts = _starts(piece, [offset for offset, _ in placed])
                counts = np.bincount(_ranks(piece, starts), minlength=len(piece.docs))
                there = np.flatnonzero(counts)
                mine.append(piece.docs[there])
                found.append((piece.docs[there] + part.base, counts[there]))
            if wholes == numbers:
                self._known[key] = np.concatenate(mine)
        return np.concatenate([docs for docs, _ in found]), np.concatenate([counts for _, counts in found])

    def near(self, near: Near, within: Space) -> Docs:
        """Documents of which ``window`` consecutive positions hold all the terms."""
        found = [np.empty(0, np.intp)]
        for part, numbers in self._held(near, list(dict.fromkeys(near.terms))):
            for piece in self._pieces(part, near.field, numbers, within, near.window):
                there = np.unique(_ranks(piece, _together(piece, near.window)))
                found.append(piece.docs[there] + part.base)
        return np.concatenate(found)

    def _held(self, node: Phrase | Near, terms: Sequence[str]) -> Iterator[tuple[Part, list[int]]]:
        """The segments that have all terms, with the numbers of their lists."""
        held = [dict(self._view.lists(node.field, node.stream, term)) for term in terms]
        if not held:
            return
        for part in self._view.parts:
            if all(part in each for each in held):
                self._check_deadline()
                yield part, [each[part] for each in held]

    def _pieces(
        self,
        part: Part,
        field: str,
        numbers: Sequence[int],
        within: Space,
        reach: int,
        docs: Docs | None = None,
    ) -> Iterator[Piece]:
        """The documents of a segment in all lists that count, some at a time; ``docs``: only among these.

        ``reach``: how far from its place a term is marked, at most.
        """
        segment = part.segment
        lists = segment.fields[field].lists
        if docs is None and not within.whole:
            first, end = np.searchsorted(within.docs, (part.base, part.base + segment.size))
            docs = within.docs[first:end] - part.base
        wholes = [lists.whole(number) for number in numbers]
        rows: dict[int, Flat] = {}
        begins: dict[int, Ints] = {}
        for whole in sorted(set(wholes), key=lists.sizes.__getitem__):
            self._check_deadline()
            mine, begins[whole] = segment.rows(field, whole)
            if docs is None:
                docs, rows[whole] = mine.astype(np.intp), np.arange(len(mine))
                continue
            docs, here, kept = _both(docs, mine, segment.size)
            rows = {other: at[kept] for other, at in rows.items()}
            rows[whole] = here
        assert docs is not None
        starts = {whole: begins[whole][at].astype(np.intp) for whole, at in rows.items()}
        sizes = {whole: begins[whole][at + 1] - starts[whole] for whole, at in rows.items()}
        ends = np.cumsum(sum(sizes.values()))
        first = 0
        while first < len(docs):
            self._check_deadline()
            before = int(ends[first - 1]) if first else 0
            fit = int(np.searchsorted(ends, before + PIECE, side="right"))
            end = max(first + 1, min(fit, first + DOCUMENTS))
            chosen = slice(first, end)
            spans = {whole: (starts[whole][chosen], sizes[whole][chosen]) for whole in rows}
            yield _piece(lists, docs[chosen], numbers, spans, reach)
            first = end


def _both(docs: Docs, mine: Ints, size: int) -> tuple[Docs, Flat, Flat]:
    """What is in both: itself, its indexes in ``mine``, and its indexes in ``docs``; ``size``: of the segment."""
    if len(docs) * FEW < len(mine) or len(mine) * FEW < len(docs):
        here, kept = places(mine, docs)
    else:
        there = np.zeros(size, np.bool_)
        there[docs] = True
        here = np.flatnonzero(there[mine])
        there[:] = False
        there[mine[here]] = True
        kept = np.flatnonzero(there[docs])
    return docs[kept], here, kept


def _piece(lists: Lists, docs: Docs, numbers: Sequence[int], spans: dict[int, tuple[Flat, Flat]], reach: int) -> Piece:
    """Lay documents on a strip; ``spans``: of each whole list where the places of each document are."""
    read: dict[int, NDArray[np.integer[Any]]] = {}
    last: Any = 0
    for whole, (starts, sizes) in spans.items():
        read[whole] = lists.places_at(whole, starts, sizes)
        last = np.maximum(last, read[whole][np.cumsum(sizes) - 1])
    ends = starts_of(last.astype(np.intp) + 1 + 2 * reach)
    begins = ends[:-1].astype(np.int32)
    on_strip = {}
    for whole, (_, sizes) in spans.items():
        on_strip[whole] = spread(begins + np.int32(reach), sizes)
        on_strip[whole] += read[whole].astype(np.int32)
    runs = []
    for number in numbers:
        whole = lists.whole(number)
        run = on_strip[whole]
        runs.append(run if whole == number else run[lists.bits_at(number, *spans[whole])])
    return Piece(docs, begins, runs, int(ends[-1]))


def _starts(piece: Piece, offsets: Sequence[int]) -> Ints:
    """Where the terms stand, each so far behind it."""
    first, *rest = sorted(zip(piece.runs, offsets, strict=True), key=lambda each: len(each[0]))
    starts: Ints = first[0] - np.int32(first[1])
    marks = np.zeros(piece.length if rest else 0, np.bool_)
    for run, offset in rest:
        marks[starts] = True
        mine: Ints = run - np.int32(offset)
        mine = mine[marks[mine]]
        marks[starts] = False
        starts = mine
    return starts


def _together(piece: Piece, window: int) -> Ints:
    """The least place of each group of all terms within the window; some others of the document, too."""
    first, *rest = sorted(piece.runs, key=len)
    marks = np.zeros(piece.length, np.bool_)
    for step in range(1 - window, window):
        marks[first + np.int32(step)] = True
    # What is out of reach of the rarest term is of no use.
    runs: list[Ints] = [first, *(run[marks[run]] for run in rest)]
    if len(runs) <= 2:
        return runs[-1]
    starts: Ints = np.concatenate(runs)
    for run in runs:
        marks[:] = False
        for step in range(window):
            marks[run - np.int32(step)] = True
        starts = starts[marks[starts]]
    return starts


def _ranks(piece: Piece, spots: Ints) -> Flat:
    """The documents of places on the strip, by their order there."""
    return np.searchsorted(piece.begins, spots, side="right") - 1
