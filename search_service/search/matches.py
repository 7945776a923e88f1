"""Where a query's words stand in an article: its leaves at the positions that the index knows, in the texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from search_service.engine.base import Positions
from search_service.engine.query import (
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Node,
    Phrase,
    Prefix,
    Recency,
    Term,
)
from search_service.text.layout import Line


class Match(NamedTuple):
    """A stretch of text that a part of the query matched, in code points."""

    start: int
    end: int
    unit: int
    """Which part of the query: words of one number are readings of one word."""


class Matcher:
    """What a query looks for; excluded words are not looked for."""

    def __init__(self, query: Node) -> None:
        self._single: defaultdict[Term | Prefix, set[int]] = defaultdict(set)
        """Units by what is looked for alone."""
        self._phrases: list[tuple[Phrase, int]] = []
        self.units = 0
        self._read(query, top=True)
        self._terms = {phrase: _terms(phrase) for phrase, _ in self._phrases}

    @property
    def nodes(self) -> Collection[Term | Prefix]:
        """Of what the positions must be known."""
        return self._single.keys() | {term for terms in self._terms.values() for _, term in terms}

    def matches(self, field: str, positions: Positions, line: Line, first: int = 0) -> list[Match]:
        """What of a text is matched, by start; readings of one word may overlap.

        ``positions``: those of its article. ``first``: the position in the field at which the text begins.
        """
        found = set(self._found(field, positions, line, first))
        spans = {
            Match(*line.span(position, behind), unit)
            for position, behind, unit in found
            if position >= 0 and behind <= line.size
        }
        return sorted(spans)

    def _found(self, field: str, positions: Positions, line: Line, first: int) -> Iterator[tuple[int, int, int]]:
        """Positions of the text, those behind, and the unit that was found there."""
        for node, places in positions.items():
            if node.field == field and (units := self._single.get(node)):
                for at in places:
                    position = at - first
                    # The whole of a compound stands at the first position of its words.
                    behind = line.whole(position) if node.stream == "joined" else position + 1
                    for unit in units:
                        yield position, behind, unit
        for phrase, unit in self._phrases:
            if phrase.field == field:
                (offset, term), *others = self._terms[phrase]
                begins = {at - offset for at in positions.get(term, ())}
                for offset, term in others:
                    begins &= {at - offset for at in positions.get(term, ())}
                for begin in begins:
                    for offset, _ in self._terms[phrase]:
                        yield begin + offset - first, begin + offset - first + 1, unit

    def _read(self, node: Node, top: bool = False) -> None:
        """Collect the leaves; each child of the topmost conjunction is a unit of its own."""
        match node:
            case Boost(node=inner) | Recency(node=inner) | AndMaybe(node=inner):
                self._read(inner, top)
            case All(nodes=nodes) | AtLeast(nodes=nodes):
                for each in nodes:
                    if top:
                        self.units += 1
                    self._read(each, top)
            case Any(nodes=nodes) | BestOf(nodes=nodes):
                for each in nodes:
                    self._read(each)
            case Term() | Prefix():
                self._single[node].add(self.units)
            case Phrase() if any(node.terms):
                self._phrases.append((node, self.units))


def _terms(phrase: Phrase) -> list[tuple[int, Term]]:
    """The terms of a phrase, each with its place in it."""
    return [
        (offset, Term(phrase.field, phrase.stream, term))
        for offset, term in enumerate(phrase.terms)
        if term is not None
    ]
