"""From a query tree to documents and scores, with arrays.

Each node becomes ``Matches``.  A ``Space`` hands down the documents that still count, so
that the parts of an ``All`` are asked rarest first and the later ones only of what the
earlier ones have left.  Alternatives are written on a ``Board``, where a node's place
says how scores join, so that no list of documents is merged with another.  Deleted
documents are matched too; the searcher drops them.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from search_service.engine.whoosh.adjacency import Adjacency
from search_service.engine.whoosh.board import Board
from search_service.engine.whoosh.matches import NOTHING, Docs, Matches, Space, places, unscored
from search_service.engine.whoosh.view import View
from search_service.errors import ServiceError


class Executor:
    """Evaluates the trees of one request."""

    def __init__(self, view: View, seconds: float | None = None) -> None:
        self._view = view
        self._seconds = seconds
        self._deadline = None if seconds is None else monotonic() + seconds
        self._adjacency = Adjacency(view, self.check_deadline)

    def evaluate(self, query: Node) -> Matches:
        """What the query matches of all documents; raises ``search_timeout``."""
        return self._matches(query, Space(self._view.size))

    def _matches(self, node: Node, within: Space) -> Matches:
        self.check_deadline()
        match node:
            case Term():
                return self._term(node, 1.0, within)
            case Phrase():
                return self._phrase(node, within)
            case Near():
                return self._near(node, within)
            case Prefix():
                return self._prefix(node, within)
            case All(nodes=nodes):
                return self._all(nodes, within)
            case Any(nodes=nodes):
                sure = [positive(each) for each in nodes]
                return self._on_board(node, within) if all(sure) else self._counted(nodes, sure, 1, 0.0, within)
            case AtLeast(count=count, nodes=nodes):
                return self._counted(nodes, [positive(each) for each in nodes], count, COVERAGE, within)
            case BestOf(nodes=nodes):
                return self._on_board(node, within) if positive(node) else self._best(nodes, within)
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
        if isinstance(condition, Keyword):
            return view.labels(condition.facet).having(condition.keys)
        mask = np.zeros(view.size, np.bool_)
        for first, last in condition.ranges:
            mask |= (view.day >= max(first, 1)) & (view.day <= last)
        return mask

    def check_deadline(self) -> None:
        """Raises ``search_timeout`` when the time is over."""
        if self._deadline is not None and monotonic() > self._deadline:
            raise ServiceError("search_timeout", f"The search took more than {self._seconds:g} seconds.")

    # leaves

    def _term(self, node: Term, factor: float, within: Space) -> Matches:
        if not self._view.lists(node.field, node.stream, node.text):
            return NOTHING
        docs, shares = self._view.postings(node.field, node.stream, node.text)
        weight = bm25.idf(self._view.size, len(docs)) * factor
        inside = within.inside(docs)
        if inside is not None:
            docs, shares = docs[inside], shares[inside]
        return Matches(docs.astype(np.intp), shares * np.float64(weight))

    def _phrase(self, node: Phrase, within: Space) -> Matches:
        terms = [term for term in node.terms if term is not None]
        rarity = sum(bm25.idf(self._view.size, self._view.frequency(node.field, node.stream, term)) for term in terms)
        docs, counts = self._adjacency.phrase(node, within)
        norms = self._view.norms(node.field)[docs]
        return Matches(docs, bm25.score(rarity, counts.astype(np.float64), norms.astype(np.float64)))

    def _near(self, node: Near, within: Space) -> Matches:
        docs = self._adjacency.near(node, within)
        return Matches(docs, np.ones(len(docs)))

    def _prefix(self, node: Prefix, within: Space) -> Matches:
        held = np.zeros(self._view.size, np.bool_)
        for docs in self._view.beginning(node, self.check_deadline):
            held[docs] = True
        docs = within.chosen(held)
        return Matches(docs, np.ones(len(docs)))

    # alternatives

    def _on_board(self, node: Node, within: Space) -> Matches:
        board = self._view.boards.take()
        self._write(node, 1.0, within, board)
        found = board.matches()
        self._view.boards.give(board)
        return found

    def _write(self, node: Node, factor: float, within: Space, board: Board) -> None:
        """Write what a positive node matches, its scores times the factor, on an empty board."""
        match node:
            case Boost(node=inner, factor=more):
                self._write(inner, factor * more, within, board)
            case BestOf(nodes=nodes) | Any(nodes=nodes):
                join = np.maximum if isinstance(node, BestOf) else np.add
                for each in nodes:
                    self.check_deadline()
                    if not board.touched:
                        self._write(each, factor, within, board)
                    elif isinstance(_unboosted(each)[0], BestOf | Any):
                        other = self._view.boards.take()
                        self._write(each, factor, within, other)
                        board.move(other, join)
                        self._view.boards.give(other)
                    else:
                        self._put(each, factor, within, board, join)
            case _:
                self._put(node, factor, within, board, np.add)

    def _put(self, node: Node, factor: float, within: Space, board: Board, join: np.ufunc) -> None:
        """Join what a node matches to what is on the board."""
        node, factor = _unboosted(node, factor)
        if isinstance(node, Term):
            docs, scores = self._term(node, factor, within)
        else:
            docs, scores = self._matches(node, within)
            scores = scores if factor == 1.0 else scores * factor
        if len(docs):
            board.put(docs, scores, join)

    def _counted(
        self, nodes: Sequence[Node], sure: Sequence[bool], at_least: int, each: float, within: Space
    ) -> Matches:
        """What enough of the nodes match: the sum of the scores, and ``each`` for each of them.

        ``sure``: which of the nodes are positive.
        """
        if at_least == 1 and all(sure):
            return self._summed(nodes, each, within)
        times = np.zeros(self._view.size, np.int16)
        total = self._view.boards.take()
        for node in (node for node, positively in zip(nodes, sure, strict=True) if positively):
            board = self._view.boards.take()
            self._write(node, 1.0, within, board)
            board.count(times)
            total.move(board, np.add)
            self._view.boards.give(board)
        for node in (node for node, positively in zip(nodes, sure, strict=True) if not positively):
            docs, more = self._matches(node, within)
            times[docs] += 1
            if len(docs):
                total.put(docs, more, np.add)
        docs = within.docs if at_least <= 0 else np.flatnonzero(times >= at_least)
        scores = total.scores[docs]
        self._view.boards.give(total)
        return Matches(docs, scores + each * times[docs] if each else scores)

    def _summed(self, nodes: Sequence[Node], each: float, within: Space) -> Matches:
        """What any of some positive nodes matches: the sum of the scores, and ``each`` for each of them."""
        total = self._view.boards.take()
        for node in nodes:
            board = self._view.boards.take()
            self._write(node, 1.0, within, board)
            docs, scores = board.matches()
            self._view.boards.give(board)
            if len(docs):
                total.put(docs, scores + each, np.add)
        found = total.matches()
        self._view.boards.give(total)
        return found

    def _best(self, nodes: Sequence[Node], within: Space) -> Matches:
        """What some node matches: the highest score, which may be 0 or less."""
        scores = np.full(self._view.size, -np.inf)
        for node in nodes:
            docs, more = self._matches(node, within)
            scores[docs] = np.maximum(scores[docs], more)
        docs = np.flatnonzero(scores > -np.inf)
        return Matches(docs, scores[docs])

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
            if len(narrowed.docs) == len(found.docs):
                found = Matches(found.docs, found.scores + narrowed.scores)
            else:
                at, _ = places(found.docs, narrowed.docs)
                found = Matches(narrowed.docs, found.scores[at] + narrowed.scores)
        return found

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

    # scores

    def _freshness(self, recency: Recency, docs: Docs) -> NDArray[np.float64]:
        """What being new adds, as a share of the score."""
        # Undated articles count as published so long ago that nothing is left.
        published = self._view.published[docs].astype(np.float64)
        days = np.maximum(0.0, (recency.now - published) / SECONDS_A_DAY)
        share: NDArray[np.float64] = recency.weight * np.exp2(-days / recency.half_life)
        return share


def positive(node: Node) -> bool:
    """Whether whatever the node matches scores above 0, as a board needs it."""
    match node:
        case Term() | Phrase() | Near() | Prefix() | Nothing():
            return True
        case Boost(node=inner, factor=factor):
            return factor > 0 and positive(inner)
        case BestOf(nodes=nodes) | Any(nodes=nodes):
            return all(map(positive, nodes))
        case All(nodes=nodes):
            return bool(nodes) and all(map(positive, nodes))
        case AtLeast(count=count):
            return count > 0
        case AndMaybe(node=inner, maybe=maybe):
            return positive(inner) and positive(maybe)
        case Recency(node=inner, weight=weight):
            return weight >= 0 and positive(inner)
        case _:
            return False


def _unboosted(node: Node, factor: float = 1.0) -> tuple[Node, float]:
    """The node below boosts, and all their factors."""
    while isinstance(node, Boost):
        factor *= node.factor
        node = node.node
    return node, factor


def _added(needed: Matches, bonus: Matches) -> Matches:
    if not len(bonus.docs):
        return needed
    scores = needed.scores.copy()
    at, _ = places(needed.docs, bonus.docs)
    scores[at] += bonus.scores
    return Matches(needed.docs, scores)
