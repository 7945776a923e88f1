"""Where terms stand in the few articles of a page: what marks them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from search_service.engine.base import Positions
from search_service.engine.query import Prefix, Term
from search_service.engine.whoosh.runs import Flat
from search_service.engine.whoosh.segment import Segment
from search_service.engine.whoosh.stretch import of_documents
from search_service.engine.whoosh.view import Held, View


def positions(view: View, docs: Sequence[int | None], nodes: Collection[Term | Prefix]) -> list[Positions]:
    """For each document the positions of each node that it has, ascending."""
    rows = defaultdict(list)
    for row, doc in enumerate(docs):
        if doc is not None:
            part, number = view.located(doc)
            rows[part].append((number, row))
    pages = {part: _Page(part.segment, mine) for part, mine in rows.items()}
    found: list[dict[Term | Prefix, list[int]]] = [{} for _ in docs]
    for node in nodes:
        by_row: defaultdict[int, list[int]] = defaultdict(list)
        for held in _lists(view, node):
            if held.part in pages:
                for row, place in pages[held.part].places(node.field, held):
                    by_row[row].append(place)
        for row, places in by_row.items():
            found[row][node] = sorted(places) if isinstance(node, Prefix) else places
    return list(found)


def _lists(view: View, node: Term | Prefix) -> Iterable[Held]:
    terms = view.expansions(node) if isinstance(node, Prefix) else (node.text,)
    return (held for term in terms for held in view.lists(node.field, node.stream, term))


class _Stands(NamedTuple):
    """Where a term stands in the articles: rows and positions beside each other."""

    rows: list[int]
    places: list[int]
    at: Flat
    """Which places of its list these are."""


class _Page:
    """The articles of a page that are in one segment."""

    def __init__(self, segment: Segment, documents: list[tuple[int, int]]) -> None:
        """``documents``: their numbers in the segment, each with the row that it has on the page."""
        self._segment = segment
        self._docs, self._rows = np.array(sorted(documents)).T
        self._read: dict[tuple[str, int], _Stands] = {}

    def places(self, field: str, held: Held) -> Iterable[tuple[int, int]]:
        """The rows that have a term, and its positions there, ascending."""
        whole = self._read.get((field, held.whole))
        if whole is None:  # the exact list of a word is mostly its lemma's, or a part of it
            whole = self._read[field, held.whole] = self._stands(field, held.whole)
        stands = zip(whole.rows, whole.places, strict=True)
        if held.number == held.whole or not whole.rows:
            return stands
        lists = self._segment.fields[field].lists
        return compress(stands, lists.hold([held.number], [whole.at]).tolist())

    def _stands(self, field: str, number: int) -> _Stands:
        lists = self._segment.fields[field].lists
        stretch = of_documents(lists, number, self._segment.rows(field, number), self._docs)
        spots = stretch.spots
        docs, places = spots >> lists.place_bits, spots & ((1 << lists.place_bits) - 1)
        rows = self._docs.searchsorted(docs)
        rows[rows == len(self._docs)] = 0
        mine = (self._docs[rows] == docs).nonzero()[0]  # a stretch may have those between them, too
        return _Stands(self._rows[rows[mine]].tolist(), places[mine].tolist(), stretch.places(mine))
