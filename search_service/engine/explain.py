"""Why does an article have its score?

Works for every engine: an engine supplies the ``Evidence`` of one article, and this
walks the query tree over it.  A node that matches has a score that is the sum of its
parts' scores, so that a boost shows in the leaves below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from search_service.engine import bm25
from search_service.engine.base import Explanation
from search_service.engine.query import (
    COVERAGE,
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Days,
    Everything,
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

SECONDS_A_DAY = 86400


class Evidence(Protocol):
    """What is known of one article, and of the index around it."""

    @property
    def published(self) -> int | None:
        """Seconds since 1970."""

    @property
    def day(self) -> int | None:
        """The Jalali day."""

    def keys(self, facet: str) -> Sequence[str]:
        """The article's keys in a facet."""

    def positions(self, field: str, stream: str, term: str) -> Sequence[int]:
        """Where the term stands in the article, ascending."""

    def length(self, field: str) -> int:
        """Words in the article's field."""

    def average_length(self, field: str) -> float:
        """Words in the field, over all articles."""

    def idf(self, field: str, stream: str, term: str) -> float:
        """How rare the term is in the index."""

    def expansions(self, prefix: Prefix) -> Sequence[str]:
        """The terms of the index that the prefix stands for."""


def explain(node: Node, evidence: Evidence, weight: float = 1.0) -> Explanation:
    """Explain the node's score for the article, times ``weight``."""
    match node:
        case Term() | Phrase() | Prefix() | Near():
            return _leaf(node, evidence, weight)
        case Everything():
            return Explanation(True, 0.0, "every article")
        case Nothing():
            return Explanation(False, 0.0, "no article")
        case Where(filter=condition):
            return Explanation(_passes(condition, evidence), 0.0, _filter_text(condition))
        case All(nodes=nodes):
            return _sum("all of", [explain(each, evidence, weight) for each in nodes], need=len(nodes))
        case Any(nodes=nodes):
            return _sum("any of", [explain(each, evidence, weight) for each in nodes], need=1)
        case AtLeast(count=count, nodes=nodes):
            parts = [explain(each, evidence, weight) for each in nodes]
            held = sum(part.matches for part in parts)
            coverage = Explanation(True, COVERAGE * held * weight, f"{held} of {len(parts)} are there")
            whole = _sum(f"at least {count} of", parts, need=count)
            return _sum(whole.text, [coverage, *parts], need=0) if whole.matches else whole
        case BestOf(nodes=nodes):
            return _best([explain(each, evidence, weight) for each in nodes], nodes, evidence)
        case AndMaybe(node=inner, maybe=maybe):
            needed, bonus = explain(inner, evidence, weight), explain(maybe, evidence, weight)
            return _sum("the first, and a bonus for the second", [needed, bonus], need=0, matches=needed.matches)
        case Not(node=inner):
            part = explain(inner, evidence, 0.0)
            return Explanation(not part.matches, 0.0, "not", (part,))
        case Boost(node=inner, factor=factor):
            part = explain(inner, evidence, weight * factor)
            return Explanation(part.matches, part.score, f"times {factor:g}", (part,))
        case Recency(node=inner):
            part = explain(inner, evidence, weight)
            share = freshness(node, evidence.published)
            bonus = Explanation(part.matches, part.score * share, f"newness: {share:.4f} of that")
            return _sum("preference for newer articles", [part, bonus], need=2)


def freshness(recency: Recency, published: int | None) -> float:
    """What being new adds, as a share of the score."""
    if published is None:
        return 0.0
    days = max(0.0, (recency.now - published) / SECONDS_A_DAY)
    return recency.weight * float(2.0 ** (-days / recency.half_life))


def occurrences(phrase: Phrase, evidence: Evidence) -> int:
    """How often the phrase stands in the article."""
    starts: set[int] | None = None
    for offset, term in enumerate(phrase.terms):
        if term is not None:
            here = {at - offset for at in evidence.positions(phrase.field, phrase.stream, term)}
            starts = here if starts is None else starts & here
    return len(starts or ())


def stand_together(near: Near, evidence: Evidence) -> bool:
    """Whether ``window`` consecutive positions hold all the terms."""
    places = [evidence.positions(near.field, near.stream, term) for term in near.terms]
    starts = {at for positions in places for at in positions}
    return bool(places) and any(
        all(any(start <= at < start + near.window for at in positions) for positions in places) for start in starts
    )


def _leaf(node: Term | Phrase | Prefix | Near, evidence: Evidence, weight: float) -> Explanation:
    where = f"{node.field}/{node.stream}"
    match node:
        case Term(text=text):
            count = len(evidence.positions(node.field, node.stream, text))
            rarity = evidence.idf(node.field, node.stream, text)
            return _bm25(f"{where}: {text}", node.field, count, rarity, evidence, weight)
        case Phrase(terms=terms):
            shown = " ".join(term or "*" for term in terms)
            rarity = sum(evidence.idf(node.field, node.stream, term) for term in terms if term is not None)
            return _bm25(f"{where}: “{shown}”", node.field, occurrences(node, evidence), rarity, evidence, weight)
        case Prefix(text=text):
            found = [t for t in evidence.expansions(node) if evidence.positions(node.field, node.stream, t)]
            shown = f" ({', '.join(found)})" if found else ""
            return Explanation(bool(found), weight if found else 0.0, f"{where}: {text}*{shown}")
        case Near(terms=terms, window=window):
            near = stand_together(node, evidence)
            return Explanation(near, weight if near else 0.0, f"{where}: {' '.join(terms)} within {window} words")


def _bm25(text: str, field: str, count: int, rarity: float, evidence: Evidence, weight: float) -> Explanation:
    if not count:
        return Explanation(False, 0.0, f"{text} is not there")
    length, average = evidence.length(field), evidence.average_length(field)
    how = f"{count} times in {length} words (average {average:.1f}), idf {rarity:.3f}"
    if weight != 1.0:
        how += f", weight {weight:g}"
    score = bm25.score(rarity, float(count), bm25.norm(float(length), average))
    return Explanation(True, weight * score, f"{text}: {how}")


def _sum(text: str, parts: list[Explanation], need: int, matches: bool | None = None) -> Explanation:
    if matches is None:
        matches = sum(part.matches for part in parts) >= need
    return Explanation(matches, sum(part.score for part in parts) if matches else 0.0, text, tuple(parts))


def _best(parts: list[Explanation], nodes: Sequence[Node], evidence: Evidence) -> Explanation:
    """The best part gives its score; the others are shown as giving nothing."""
    matching = [i for i, part in enumerate(parts) if part.matches]
    if not matching:
        return Explanation(False, 0.0, "best of", tuple(parts))
    best = max(matching, key=lambda i: parts[i].score)
    shown = [part if i == best else explain(nodes[i], evidence, 0.0) for i, part in enumerate(parts)]
    return Explanation(True, parts[best].score, "best of", tuple(shown))


def _passes(condition: Keyword | Days, evidence: Evidence) -> bool:
    if isinstance(condition, Keyword):
        return any(key in condition.keys for key in evidence.keys(condition.facet))
    day = evidence.day
    return day is not None and any(first <= day <= last for first, last in condition.ranges)


def _filter_text(condition: Keyword | Days) -> str:
    if isinstance(condition, Keyword):
        return f"{condition.facet} is one of {', '.join(condition.keys)}"
    return "published in " + ", ".join(f"{first}–{last}" for first, last in condition.ranges)
