"""From a query tree to documents and scores, with arrays.

Each node becomes ``Matches``.  A ``Space`` hands down the documents that still count, so
that the parts of an ``All`` are asked rarest first and the later ones only of what the
earlier ones have left.  Deleted documents are matched too; the searcher drops them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from search_service.engine import bm25
from search_service.engine.explain import SECONDS_A_DAY
from search_service.engine.query import (
    COVERAGE,
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Everything,
    Filter,
    Keyword,
    Near,
    Node,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Recency,
    Term,
    Where,
)
from search_service.engine.whoosh.adjacency import holding_all, phrase_counts, stand_near
from search_service.engine.whoosh.matches import NOTHING, Matches, Space, places, unscored
from search_service.engine.whoosh.schema import stream_field
from search_service.engine.whoosh.view import Docs, Part, View
from search_service.errors import ServiceError


class Executor:
    """Evaluates the trees of one request."""

    def __init__(self, view: View, seconds: float | None = None) -> None:
        self._view = view
        self._seconds = seconds
        self._deadline = None if seconds is None else monotonic() + seconds

    def evaluate(self, query: Node) -> Matches:
        """What the query matches of all documents; raises ``search_timeout``."""
        return self._matches(query, Space(self._view.size))

    def _matches(self, node: Node, within: Space) -> Matches:
        self.check_deadline()
        match node:
            case Term():
                return self._term(node, within)
            case Phrase():
                return self._phrase(node, within)
            case Near():
                return self._near(node, within)
            case Prefix():
                return self._prefix(node, within)
            case All(nodes=nodes):
                return self._all(nodes, within)
            case Any(nodes=nodes):
                return within.covered(self._each(nodes, within), at_least=1)
            case AtLeast(count=count, nodes=nodes):
                return within.covered(self._each(nodes, within), at_least=count, each=COVERAGE)
            case BestOf(nodes=nodes):
                return within.best(self._each(nodes, within))
            case AndMaybe(node=inner, maybe=maybe):
                needed = self._matches(inner, within)
                return _added(needed, self._matches(maybe, within.narrowed(needed.docs)))
            case Not(node=inner):
                return within.without(self._matches(inner, within))
            case Boost(node=inner, factor=factor):
                docs, scores = self._matches(inner, within)
                return Matches(docs, scores * factor)
            case Recency(node=inner):
                docs, scores = self._matches(inner, within)
                return Matches(docs, scores * (1.0 + self._freshness(node, docs)))
            case Everything():
                return unscored(within.docs)
            case Nothing():
                return NOTHING
            case Where(filter=condition):
                return unscored(within.chosen(self.passing(condition)))
            case _:
                assert_never(node)

    def passing(self, condition: Filter) -> NDArray[np.bool_]:
        """Which documents a filter lets pass, as a mask over all."""
        view = self._view
        mask = np.zeros(view.size, np.bool_)
        if isinstance(condition, Keyword):
            labels = view.labels(condition.facet)
            wanted = np.array([key in condition.keys for key in labels.keys], np.bool_)
            mask[labels.docs[wanted[labels.ordinals]]] = True
        else:
            for first, last in condition.ranges:
                mask |= (view.day >= max(first, 1)) & (view.day <= last)
        return mask

    def check_deadline(self) -> None:
        """Raises ``search_timeout`` when the time is over."""
        if self._deadline is not None and monotonic() > self._deadline:
            raise ServiceError("search_timeout", f"The search took more than {self._seconds:g} seconds.")

    # leaves

    def _term(self, node: Term, within: Space) -> Matches:
        docs, weights = self._view.postings(node.field, node.stream, node.text)
        rarity = bm25.idf(self._view.size, len(docs)) if len(docs) else 0.0
        inside = within.inside(docs)
        docs, weights = docs[inside], weights[inside]
        return Matches(docs, self._bm25(node.field, docs, weights, rarity))

    def _phrase(self, node: Phrase, within: Space) -> Matches:
        terms = [term for term in node.terms if term is not None]
        rarity = sum(bm25.idf(self._view.size, self._view.frequency(node.field, node.stream, term)) for term in terms)
        found: list[Matches] = []
        for part, docs in self._holding_all(node, terms, within):
            counts = phrase_counts(node, part.segment.postings, docs)
            there = np.flatnonzero(counts)
            found.append(Matches(docs[there] + part.base, counts[there]))
        docs, counts = _concatenated(found)
        return Matches(docs, self._bm25(node.field, docs, counts, rarity))

    def _near(self, node: Near, within: Space) -> Matches:
        found = [
            docs[stand_near(node, part.segment.postings, docs)] + part.base
            for part, docs in self._holding_all(node, node.terms, within)
        ]
        docs = np.concatenate([np.empty(0, np.intp), *found])
        return Matches(docs, np.ones(len(docs)))

    def _prefix(self, node: Prefix, within: Space) -> Matches:
        terms = [Term(node.field, node.stream, text) for text in self._view.expansions(node)]
        held = np.zeros(self._view.size, np.bool_)
        for term in terms:
            self.check_deadline()
            held[self._view.postings(term.field, term.stream, term.text)[0]] = True
        docs = within.chosen(held)
        return Matches(docs, np.ones(len(docs)))

    # joints

    def _all(self, nodes: Sequence[Node], within: Space) -> Matches:
        """Rarest first; each next node is asked only of the documents that are left."""
        if not nodes:
            return self._matches(Everything(), within)
        first, *rest = sorted(nodes, key=self._cost)
        found = self._matches(first, within)
        for node in rest:
            if not len(found.docs):
                return NOTHING
            narrowed = self._matches(node, within.narrowed(found.docs))
            at, _ = places(found.docs, narrowed.docs)
            found = Matches(narrowed.docs, found.scores[at] + narrowed.scores)
        return found

    def _each(self, nodes: Sequence[Node], within: Space) -> list[Matches]:
        return [self._matches(node, within) for node in nodes]

    def _cost(self, node: Node) -> int:
        """About how many documents a node matches, at most."""
        match node:
            case Term():
                return self._view.frequency(node.field, node.stream, node.text)
            case Phrase() | Near():
                held = [self._view.frequency(node.field, node.stream, term) for term in node.terms if term is not None]
                return min(held, default=0)
            case All(nodes=nodes):
                return min(map(self._cost, nodes), default=self._view.size)
            case Any(nodes=nodes) | BestOf(nodes=nodes) | AtLeast(nodes=nodes):
                return min(self._view.size, sum(map(self._cost, nodes)))
            case AndMaybe(node=inner) | Boost(node=inner) | Recency(node=inner):
                return self._cost(inner)
            case Nothing():
                return 0
            case _:
                return self._view.size

    def _holding_all(self, node: Phrase | Near, terms: Sequence[str], within: Space) -> Iterator[tuple[Part, Docs]]:
        """Segment by segment, its documents that hold all the terms."""
        if not terms:
            return
        name = stream_field(node.field, node.stream)
        for part in self._view.parts:
            self.check_deadline()
            runs = [part.segment.postings.read(name, term).docs for term in terms]
            if within.size < self._view.size:
                start, end = np.searchsorted(within.docs, (part.base, part.base + part.segment.size))
                runs.append((within.docs[start:end] - part.base).astype(np.int32, copy=False))
            docs = holding_all(runs)
            if len(docs):
                yield part, docs

    # scores

    def _bm25(self, field: str, docs: Docs, occurrences: NDArray[np.float64], rarity: float) -> NDArray[np.float64]:
        return bm25.score(rarity, occurrences, self._view.norms(field)[docs])

    def _freshness(self, recency: Recency, docs: Docs) -> NDArray[np.float64]:
        """What being new adds, as a share of the score."""
        # Undated articles count as published so long ago that nothing is left.
        published = self._view.published[docs].astype(np.float64)
        days = np.maximum(0.0, (recency.now - published) / SECONDS_A_DAY)
        share: NDArray[np.float64] = recency.weight * np.exp2(-days / recency.half_life)
        return share


def _added(needed: Matches, bonus: Matches) -> Matches:
    scores = needed.scores.copy()
    at, _ = places(needed.docs, bonus.docs)
    scores[at] += bonus.scores
    return Matches(needed.docs, scores)


def _concatenated(parts: Sequence[Matches]) -> Matches:
    if not parts:
        return NOTHING
    return Matches(np.concatenate([part.docs for part in parts]), np.concatenate([part.scores for part in parts]))
