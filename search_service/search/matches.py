"""Where a query's words stand in a text: the leaves of its tree against the text's tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

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
from search_service.search.clauses import Clause, Clauses
from search_service.search.traces import Traces
from search_service.text.analyzer import Analyzer

LONGEST_WHOLE = 12
"""Most tokens of one whole: a date with its year in words."""


class Match(NamedTuple):
    """A stretch of text that a part of the query matched, in code points."""

    start: int
    end: int
    unit: int
    """Which part of the query: words of one number are readings of one word."""


class _Wanted(NamedTuple):
    """What a term is looked for as: by these parts of the query, and as the first word of these phrases."""

    units: set[int]
    phrases: list[tuple[Phrase, int]]


class Matcher:
    """What a query looks for in one field; excluded words are not looked for."""

    def __init__(self, analyzer: Analyzer, query: Node, field: str) -> None:
        self._field = field
        self._wanted: defaultdict[tuple[str, str | None], _Wanted] = defaultdict(lambda: _Wanted(set(), []))
        self._prefixes: list[tuple[str, str, int]] = []
        self.units = 0
        self._read(query, top=True)
        self._wanted.default_factory = None
        self._terms = frozenset(term for _, term in self._wanted if term is not None)
        self._traces = Traces(analyzer, self._terms, [prefix for _, prefix, _ in self._prefixes])

    def __bool__(self) -> bool:
        return bool(self._wanted or self._prefixes)

    def matches(self, text: Clauses) -> list[Match]:
        """What of a text is matched, by start; readings of one word may overlap."""
        found: set[Match] = set()
        until = 0
        for place in self._traces.places(text.text):
            if place >= until:
                clause = text.at(place)
                found.update(self._in_clause(text, clause))
                until = clause.end
        return sorted(found)

    def _in_clause(self, text: Clauses, clause: Clause) -> Iterator[Match]:
        for number, token in enumerate(clause.tokens):
            if not self._prefixes and self._terms.isdisjoint(token.terms.values()):
                continue
            start, end = clause.start + token.start, clause.start + token.end
            for stream_and_term in token.terms.items():
                wanted = self._wanted.get(stream_and_term)
                if wanted is not None:
                    until = _end_of_whole(text, clause, number) if stream_and_term[0] == "joined" else end
                    yield from (Match(start, until, unit) for unit in wanted.units)
                    for phrase, unit in wanted.phrases:
                        yield from _phrase_matches(phrase, unit, text, clause, number)
                for stream, prefix, unit in self._prefixes:
                    if stream == stream_and_term[0] and stream_and_term[1].startswith(prefix):
                        yield Match(start, end, unit)

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
            case Term(field=field, stream=stream, text=text) if field == self._field:
                self._wanted[stream, text].units.add(self.units)
            case Prefix(field=field, stream=stream, text=text) if field == self._field:
                self._prefixes.append((stream, text, self.units))
            case Phrase(field=field, stream=stream, terms=terms) if field == self._field and terms:
                self._wanted[stream, terms[0]].phrases.append((node, self.units))


def _phrase_matches(phrase: Phrase, unit: int, text: Clauses, clause: Clause, number: int) -> list[Match]:
    """The phrase's words, where it begins with the token of this number; it may go on in the next clauses."""
    places = text.run(clause, number, len(phrase.terms))
    if len(places) < len(phrase.terms):
        return []
    found = []
    for (start, token), term in zip(places, phrase.terms, strict=True):
        if term is not None and token.terms.get(phrase.stream) != term:
            return []
        found.append(Match(start + token.start, start + token.end, unit))
    return found


def _end_of_whole(text: Clauses, clause: Clause, number: int) -> int:
    """Where the whole ends that this token begins: with the fewest tokens that are read as it."""
    first = clause.tokens[number]
    start = clause.start + first.start
    for base, token in text.run(clause, number, LONGEST_WHOLE):
        read = text.read(start, base + token.end)
        if read and read[0].terms.get("joined") == first.terms["joined"]:
            return base + token.end
    return clause.start + first.end
