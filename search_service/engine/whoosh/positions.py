"""Where terms stand in the few articles of a page: what marks them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from search_service.engine.base import Positions
from search_service.engine.query import Prefix, Term
from search_service.engine.whoosh.stretch import Stretch, of_documents
from search_service.engine.whoosh.view import Held, View


def positions(view: View, docs: Sequence[int | None], nodes: Collection[Term | Prefix]) -> list[Positions]:
    """For each document the positions of each node that it has, ascending."""
    found: list[dict[Term | Prefix, list[int]]] = [{} for _ in docs]
    rows = defaultdict(list)
    for row, doc in enumerate(docs):
        if doc is not None:
            part, number = view.located(doc)
            rows[part].append((number, row))
    wanted = {part: sorted(mine) for part, mine in rows.items()}
    read: dict[tuple[int, str, int], Stretch] = {}
    for node in nodes:
        for held in _lists(view, node):
            if held.part in wanted:
                for row, places in _in_documents(held, node.field, wanted[held.part], read):
                    found[row].setdefault(node, []).extend(places)
    for its in found:
        for node in its:
            if isinstance(node, Prefix):
                its[node].sort()
    return list(found)


def _lists(view: View, node: Term | Prefix) -> Iterable[Held]:
    terms = view.expansions(node) if isinstance(node, Prefix) else (node.text,)
    return (held for term in terms for held in view.lists(node.field, node.stream, term))


def _in_documents(
    held: Held, field: str, documents: Sequence[tuple[int, int]], read: dict[tuple[int, str, int], Stretch]
) -> Iterable[tuple[int, list[int]]]:
    """The positions of a list in documents of its segment, each given with a number that comes back."""
    lists = held.part.segment.fields[field].lists
    wanted = np.array([doc for doc, _ in documents])
    key = (held.part.base, field, held.whole)
    stretch = read.get(key)
    if stretch is None:  # the exact list of a word is mostly its lemma's, or a part of it
        rows = held.part.segment.rows(field, held.whole)
        stretch = read[key] = of_documents(lists, held.whole, rows, wanted)
    spots = stretch.spots
    if not len(spots):
        return
    if held.number != held.whole:
        spots = spots[lists.hold([held.number], [stretch.all_places()])]
    docs, places = spots >> lists.place_bits, spots & ((1 << lists.place_bits) - 1)
    firsts, ends = docs.searchsorted(wanted).tolist(), docs.searchsorted(wanted, side="right").tolist()
    for (_, number), first, end in zip(documents, firsts, ends, strict=True):
        if first < end:
            yield number, places[first:end].tolist()
