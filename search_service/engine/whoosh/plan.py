"""Alternatives, as they are best evaluated.

Boosts become factors, maxima within maxima and sums within sums one group, and what the
index does not have is left out.  Terms whose documents are all in the list of one of
them, as those of an exact form are in its lemma's, stand in a ``Row``: their scores are
joined beside that list, without looking a document up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from search_service.engine.query import (
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Near,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Recency,
    Term,
)
from search_service.engine.whoosh.view import Held, View, within


class Leaf(NamedTuple):
    """A node that is evaluated by itself."""

    size: int
    """About how many documents match, at most."""
    node: Node
    factor: float
    """What its scores are multiplied with."""


class Unsure(NamedTuple):
    """A node that may match with a score of 0 or less, which no board holds."""

    size: int
    node: Node


class TermLeaf(NamedTuple):
    """A term that the index has."""

    size: int
    term: Term
    lists: Sequence[Held]
    weight: float
    """What its share in a document is multiplied with."""


class PhraseLeaf(NamedTuple):
    """A phrase all terms of which the index has."""

    size: int
    phrase: Phrase
    lists: Sequence[Sequence[Held]]
    """Of each term."""
    weight: float
    """What its share in a document is multiplied with."""


class Row(NamedTuple):
    """Terms, all documents of which are in the list of the first."""

    size: int
    join: np.ufunc
    terms: list[TermLeaf]


class PhraseRow(NamedTuple):
    """Phrases that stand only where the first one does: its lists, and parts of these."""

    size: int
    join: np.ufunc
    phrases: list[PhraseLeaf]


class Group(NamedTuple):
    """Alternatives, what matches most first, and how their scores join: ``np.add`` or ``np.maximum``."""

    size: int
    join: np.ufunc
    members: list[Plan]
    prefixes: dict[tuple[str, float], list[Prefix]]
    """Of a maximum, by field and by the score of each; they come before the members."""


Plan = Leaf | Unsure | TermLeaf | PhraseLeaf | Row | PhraseRow | Group

Alike = TypeVar("Alike", bound=TermLeaf | PhraseLeaf)
_POSITIVE = frozenset((Term, Phrase, Near, Prefix, Nothing))


def planned(node: Node, view: View, factor: float = 1.0) -> Plan | None:
    """The plan of a node, its scores times the factor; None: nothing matches. What is ``Unsure`` has no factor."""
    inner = node
    while isinstance(inner, Boost):
        if inner.factor <= 0:
            return Unsure(cost(node, view), node)
        factor *= inner.factor
        inner = inner.node
    match inner:
        case Term():
            return _term(inner, view, factor)
        case Phrase():
            return _phrase(inner, view, factor)
        case BestOf() | Any():
            plans = []
            for each in inner.nodes:
                plan = planned(each, view, factor)
                if isinstance(plan, Unsure):
                    return Unsure(cost(node, view), node)
                if plan is not None:
                    plans.append(plan)
            return _group(plans, np.maximum if isinstance(inner, BestOf) else np.add, view)
        case _:
            size = cost(inner, view)
            if not positive(inner):
                return Unsure(size, node)
            return Leaf(size, inner, factor) if size else None


def _term(term: Term, view: View, factor: float) -> TermLeaf | None:
    known = view.known(term.field, term.stream, term.text)
    return None if known is None else TermLeaf(known.size, term, known.lists, known.idf * factor)


def _phrase(phrase: Phrase, view: View, factor: float) -> PhraseLeaf | None:
    least, rarity = view.size, 0.0
    lists = []
    for term in phrase.terms:
        if term is not None:
            known = view.known(phrase.field, phrase.stream, term)
            if known is None:
                return None
            least, rarity = min(least, known.size), rarity + known.idf
            lists.append(known.lists)
    return PhraseLeaf(least, phrase, lists, rarity * factor) if lists else None


def _group(plans: Sequence[Plan], join: np.ufunc, view: View) -> Plan | None:
    """The plan of alternatives."""
    if len(plans) == 1 and not isinstance(plans[0], Leaf):
        return plans[0]
    terms: list[TermLeaf] = []
    phrases: list[PhraseLeaf] = []
    members: list[Plan] = []
    prefixes: dict[tuple[str, float], list[Prefix]] = {}
    for plan in plans:
        if isinstance(plan, TermLeaf):
            terms.append(plan)
        elif isinstance(plan, PhraseLeaf):
            phrases.append(plan)
        elif isinstance(plan, Group) and plan.join is join:
            members += plan.members
            for key, some in plan.prefixes.items():
                prefixes.setdefault(key, []).extend(some)
        elif isinstance(plan, Leaf) and isinstance(plan.node, Prefix) and join is np.maximum:
            prefixes.setdefault((plan.node.field, plan.factor), []).append(plan.node)
        else:
            members.append(plan)
    for listed in _together(terms, _listed):
        members.append(Row(listed[0].size, join, listed) if len(listed) > 1 else listed[0])
    for alike in _together(phrases, _alike):
        members.append(PhraseRow(alike[0].size, join, alike) if len(alike) > 1 else alike[0])
    if len(members) < 2 and not prefixes:
        return members[0] if members else None
    members.sort(key=_size, reverse=True)
    size = view.size if prefixes else min(view.size, sum([member.size for member in members]))
    return Group(size, join, members, prefixes)


def _size(plan: Plan) -> int:
    return plan.size


def _together(leaves: list[Alike], fits: Callable[[Alike, Alike], bool]) -> list[list[Alike]]:
    """Leaves, those together that can be, each with those that fit what matches most."""
    if len(leaves) < 2:
        return [leaves] if leaves else []
    found = []
    leaves.sort(key=_size, reverse=True)
    while leaves:
        whole, *others = leaves
        parts, leaves = [whole], []
        for each in others:
            (parts if fits(each, whole) else leaves).append(each)
        found.append(parts)
    return found


def _listed(term: TermLeaf, whole: TermLeaf) -> bool:
    """Whether the documents of a term are all in the lists of another."""
    return term.term.field == whole.term.field and within(term.lists, whole.lists)


def _alike(phrase: PhraseLeaf, whole: PhraseLeaf) -> bool:
    """Whether a phrase stands only where another does: its terms have the other's lists, or parts of these."""
    mine, its = phrase.phrase, whole.phrase
    if mine.field != its.field or _open(mine) != _open(its):
        return False
    return all(within(lists, wholes) for lists, wholes in zip(phrase.lists, whole.lists, strict=True))


def _open(phrase: Phrase) -> list[bool]:
    """Which of its places are left open."""
    return [term is None for term in phrase.terms]


def cost(node: Node, view: View) -> int:
    """About how many documents a node matches, at most."""
    match node:
        case Term():
            return view.frequency(node.field, node.stream, node.text)
        case Phrase() | Near():
            least = view.size
            for term in node.terms:
                if term is not None:
                    least = min(least, view.frequency(node.field, node.stream, term))
            return least
        case All(nodes=nodes):
            return min((cost(each, view) for each in nodes), default=view.size)
        case AtLeast(count=count) if count < 1:
            return view.size
        case Any(nodes=nodes) | BestOf(nodes=nodes) | AtLeast(nodes=nodes):
            return min(view.size, sum(cost(each, view) for each in nodes))
        case AndMaybe(node=inner) | Boost(node=inner) | Recency(node=inner):
            return cost(inner, view)
        case Nothing():
            return 0
        case _:
            return view.size


def positive(node: Node) -> bool:
    """Whether whatever the node matches scores above 0, as a board needs it."""
    if type(node) in _POSITIVE:
        return True
    match node:
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
