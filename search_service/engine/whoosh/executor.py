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
from search_service.engine.whoosh.plan import (
    Group,
    Leaf,
    PhraseLeaf,
    PhraseRow,
    Plan,
    Row,
    TermLeaf,
    Unsure,
    planned,
)
from search_service.engine.whoosh.view import View
from search_service.errors import ServiceError

COMMON = 8
"""Terms that one document in so many has are counted beside all documents: that beats looking documents up."""


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
            case Term() | Phrase() | BestOf() | Any():
                return self._alternatives(node, within)
            case Near():
                return self._near(node, within)
            case Prefix():
                return self._prefix(node, within)
            case All(nodes=nodes):
                return self._all(nodes, within)
            case AtLeast(count=count, nodes=nodes):
                return self._counted(nodes, count, COVERAGE, within)
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
                if within.whole:
                    return unscored(self.passing(condition).nonzero()[0])
                return unscored(within.docs[self.passing(condition, within.docs)])
            case _:
                assert_never(node)

    def passing(self, condition: Filter, docs: Docs | None = None) -> NDArray[np.bool_]:
        """Which of the documents a filter lets pass; without ``docs``, which of all."""
        view = self._view
        if isinstance(condition, Keyword):
            return view.labels(condition.facet).having(condition.keys, docs)
        days = view.day if docs is None else view.day[docs]
        mask = np.zeros(len(days), np.bool_)
        for first, last in condition.ranges:
            mask |= (days >= max(first, 1)) & (days <= last)
        return mask

    def check_deadline(self) -> None:
        """Raises ``search_timeout`` when the time is over."""
        if self._deadline is not None and monotonic() > self._deadline:
            raise ServiceError("search_timeout", f"The search took more than {self._seconds:g} seconds.")

    # leaves

    def _phrases(self, plan: PhraseLeaf | PhraseRow, within: Space) -> Matches:
        join, leaves = (plan.join, plan.phrases) if isinstance(plan, PhraseRow) else (np.add, [plan])
        phrase = leaves[0].phrase
        docs, counts = self._adjacency.phrases(phrase, [leaf.lists for leaf in leaves], within)
        if not len(docs):
            return NOTHING
        norms = self._view.norms(phrase.field)[docs]
        first, *others = (bm25.shares(mine, norms) * leaf.weight for leaf, mine in zip(leaves, counts, strict=True))
        for scores in others:
            join(first, scores, out=first)
        return Matches(docs, first)

    def _near(self, node: Near, within: Space) -> Matches:
        docs = self._adjacency.near(node, within)
        return Matches(docs, np.ones(len(docs)))

    def _prefix(self, node: Prefix, within: Space) -> Matches:
        held = np.zeros(self._view.size, np.bool_)
        for docs in self._view.beginning([node], self.check_deadline):
            held[docs] = True
        docs = within.chosen(held)
        return Matches(docs, np.ones(len(docs)))

    # alternatives

    def _alternatives(self, node: Term | Phrase | BestOf | Any, within: Space) -> Matches:
        plan = planned(node, self._view)
        if plan is None:
            return NOTHING
        if not isinstance(plan, Unsure):
            return self._evaluated(plan, within)
        assert isinstance(node, BestOf | Any)
        return self._best(node.nodes, within) if isinstance(node, BestOf) else self._counted(node.nodes, 1, 0.0, within)

    def _evaluated(self, plan: Plan, within: Space) -> Matches:
        found = self._row(plan, within)
        if found is None:
            board = self._view.boards.take()
            self._write(plan, within, board)
            found = board.matches()
            self._view.boards.give(board)
        return found

    def _row(self, plan: Plan, within: Space) -> Matches | None:
        """What a plan matches, where that needs no board; None: it needs one."""
        match plan:
            case TermLeaf() | Row():
                return self._listed(plan, within)
            case PhraseLeaf() | PhraseRow():
                return self._phrases(plan, within)
            case Leaf(node=node, factor=factor):
                docs, scores = self._matches(node, within)
                return Matches(docs, scores if factor == 1.0 else scores * factor)
            case Unsure(node=node):
                return self._matches(node, within)
            case Group():
                return None
            case _:
                assert_never(plan)

    def _listed(self, plan: TermLeaf | Row, within: Space) -> Matches | None:
        """What terms match that are in a list; None: so many documents have them that a board is better."""
        if plan.size * COMMON > self._view.size:
            if within.whole:
                return None
            docs = within.docs
            given = self._counted_scores(plan, docs)
            there = (given > 0).nonzero()[0]
            return Matches(docs[there], given[there])
        join, (whole, *parts) = _terms(plan)
        listed, shares = self._view.postings(whole.term)
        given = shares * whole.weight
        for part in parts:
            given = join(given, self._view.aligned(part.term, whole.term) * part.weight)
        inside = within.inside(listed)
        if inside is not None:
            listed, given = listed[inside], given[inside]
        return Matches(listed.astype(np.intp), given)

    def _counted_scores(self, plan: TermLeaf | Row, docs: Docs | None = None) -> NDArray[np.float32]:
        """What common terms give each of the documents, or of all; 0: it has none of them."""
        join, terms = _terms(plan)
        norms = self._view.norms(terms[0].term.field)
        if docs is not None:
            norms = norms[docs]
        given: NDArray[np.float32] | None = None
        for leaf in terms:
            counts = self._view.counts(leaf.term)
            shares: NDArray[np.float32] = bm25.shares(counts if docs is None else counts[docs], norms)
            shares *= leaf.weight
            given = shares if given is None else join(given, shares, out=given)
        assert given is not None
        return given

    def _write(self, plan: Plan, within: Space, board: Board, more: float = 0.0) -> None:
        """Write what a plan matches on an empty board, and add so much to each score."""
        if not isinstance(plan, Group):
            self._put(plan, within, board, np.add, more)
            return
        # The best of scores that are all raised is the best of them, raised.
        best = plan.join is np.maximum
        # The lowest first: those after it cover it.
        for (_, score), prefixes in sorted(plan.prefixes.items(), key=lambda item: item[0][1]):
            for docs in self._view.beginning(prefixes, self.check_deadline):
                board.cover(docs if within.whole else docs[within.mask[docs]], score + more)
        for each in plan.members:
            self.check_deadline()
            if board.empty:
                self._write(each, within, board, more if best else 0.0)
            else:
                self._put(each, within, board, plan.join, more if best else 0.0)
        if more and not best:
            board.lift(more)

    def _put(self, plan: Plan, within: Space, board: Board, join: np.ufunc, more: float = 0.0) -> None:
        """Join what a plan matches, each score so much higher, to what is on the board."""
        found = self._row(plan, within)
        if found is not None:
            if len(found.docs):
                board.put(found.docs, found.scores + more if more else found.scores, join)
        elif isinstance(plan, TermLeaf | Row):
            scores = self._counted_scores(plan)
            board.pour(scores + (scores > 0) * more if more else scores, join)
        else:
            other = self._view.boards.take()
            self._write(plan, within, other, more)
            board.move(other, join)
            self._view.boards.give(other)

    def _counted(self, nodes: Sequence[Node], at_least: int, each: float, within: Space) -> Matches:
        """What enough of the nodes match: the sum of the scores, and ``each`` for each of them."""
        plans = [plan for node in nodes if (plan := planned(node, self._view)) is not None]
        unsure = [plan for plan in plans if isinstance(plan, Unsure)]
        if at_least == 1 and not unsure:
            return self._summed(plans, each, within)
        times = np.zeros(self._view.size, np.int16)
        total = self._view.boards.take()
        for plan in plans:
            if not isinstance(plan, Unsure):
                board = self._view.boards.take()
                self._write(plan, within, board)
                board.count(times)
                total.move(board, np.add)
                self._view.boards.give(board)
        for plan in unsure:
            docs, more = self._matches(plan.node, within)
            times[docs] += 1
            if len(docs):
                total.put(docs, more, np.add)
        docs = within.docs if at_least <= 0 else np.flatnonzero(times >= at_least)
        scores = total.scores[docs]
        self._view.boards.give(total)
        return Matches(docs, scores + each * times[docs] if each else scores)

    def _summed(self, plans: list[Plan], each: float, within: Space) -> Matches:
        """What any of some positive plans matches: the sum of the scores, and ``each`` for each of them."""
        total = self._view.boards.take()
        for plan in sorted(plans, key=lambda plan: plan.size, reverse=True):
            self.check_deadline()
            if total.empty:
                self._write(plan, within, total, each)
            else:
                self._put(plan, within, total, np.add, each)
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
        plans = [planned(node, self._view) for node in nodes]
        rarest_first = sorted((plan for plan in plans if plan is not None), key=lambda plan: plan.size)
        if len(rarest_first) < len(plans):
            return NOTHING
        first, *rest = rarest_first
        found = self._evaluated(first, within)
        for plan in rest:
            if not len(found.docs):
                return NOTHING
            self.check_deadline()
            narrowed = self._evaluated(plan, within.narrowed(found.docs))
            if len(narrowed.docs) == len(found.docs):
                found = Matches(found.docs, found.scores + narrowed.scores)
            else:
                at, _ = places(found.docs, narrowed.docs)
                found = Matches(narrowed.docs, found.scores[at] + narrowed.scores)
        return found

    # scores

    def _freshness(self, recency: Recency, docs: Docs) -> NDArray[np.float64]:
        """What being new adds, as a share of the score."""
        # Undated articles count as published so long ago that nothing is left.
        share = recency.now - self._view.published[docs].astype(np.float64)
        np.maximum(share, 0.0, out=share)
        share *= -1 / (SECONDS_A_DAY * recency.half_life)
        np.exp2(share, out=share)
        share *= recency.weight
        return share


def _terms(plan: TermLeaf | Row) -> tuple[np.ufunc, Sequence[TermLeaf]]:
    return (plan.join, plan.terms) if isinstance(plan, Row) else (np.add, (plan,))


def _added(needed: Matches, bonus: Matches) -> Matches:
    if not len(bonus.docs):
        return needed
    scores = needed.scores.copy()
    at, _ = places(needed.docs, bonus.docs)
    scores[at] += bonus.scores
    return Matches(needed.docs, scores)
