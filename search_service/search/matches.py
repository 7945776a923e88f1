"""Where a query's words stand in a text: the leaves of its tree against the text's tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
from search_service.text.analyzer import Analyzer
from search_service.text.token import Token

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
        self._analyzer = analyzer
        self._field = field
        self._wanted: defaultdict[tuple[str, str | None], _Wanted] = defaultdict(lambda: _Wanted(set(), []))
        self._prefixes: list[tuple[str, str, int]] = []
        self.units = 0
        self._read(query, top=True)
        self._wanted.default_factory = None

    def __bool__(self) -> bool:
        return bool(self._wanted or self._prefixes)

    def matches(self, text: str) -> tuple[list[Token], list[Match]]:
        """The text's tokens, and what of them is matched, by start; readings of one word may overlap."""
        tokens = self._analyzer.analyze(text)
        found: set[Match] = set()
        for number, token in enumerate(tokens):
            for stream_and_term in token.terms.items():
                wanted = self._wanted.get(stream_and_term)
                if wanted is not None:
                    end = token.end
                    if stream_and_term[0] == "joined":
                        end = _end_of_whole(self._analyzer, text, tokens, number)
                    found.update(Match(token.start, end, unit) for unit in wanted.units)
                    for phrase, unit in wanted.phrases:
                        found.update(_phrase_matches(phrase, unit, token, tokens, number))
                for stream, prefix, unit in self._prefixes:
                    if stream == stream_and_term[0] and stream_and_term[1].startswith(prefix):
                        found.add(Match(token.start, token.end, unit))
        return tokens, sorted(found)

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


def _phrase_matches(phrase: Phrase, unit: int, first: Token, tokens: Sequence[Token], number: int) -> list[Match]:
    """The phrase's words, where it begins with the token of this number."""
    at = {token.position: token for token in tokens[number : number + len(phrase.terms)]}
    places = [at.get(first.position + offset) for offset in range(len(phrase.terms))]
    held = [
        token
        for token, term in zip(places, phrase.terms, strict=True)
        if term is None or (token is not None and token.terms.get(phrase.stream) == term)
    ]
    if len(held) < len(places):
        return []
    return [Match(token.start, token.end, unit) for token in held if token is not None]


def _end_of_whole(analyzer: Analyzer, text: str, tokens: Sequence[Token], first: int) -> int:
    """Where in ``text`` the whole of ``tokens[first]`` ends: with the fewest tokens that are read as it."""
    start, whole = tokens[first].start, tokens[first].terms["joined"]
    for token in tokens[first : first + LONGEST_WHOLE]:
        read = analyzer.analyze(text[start : token.end])
        if read and read[0].terms.get("joined") == whole:
            return token.end
    return tokens[first].end
