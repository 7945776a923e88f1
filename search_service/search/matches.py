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


class Matcher:
    """What a query looks for in one field; excluded words are not looked for."""

    def __init__(self, analyzer: Analyzer, query: Node, field: str) -> None:
        self._analyzer = analyzer
        self._field = field
        self._terms: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._prefixes: list[tuple[str, str, int]] = []
        self._phrases: defaultdict[tuple[str, str | None], list[tuple[Phrase, int]]] = defaultdict(list)
        self.units = 0
        self._read(query, top=True)
        self._terms.default_factory = None
        self._phrases.default_factory = None

    def __bool__(self) -> bool:
        return bool(self._terms or self._prefixes or self._phrases)

    def matches(self, text: str) -> tuple[list[Token], list[Match]]:
        """The text's tokens, and what of them is matched, by start; readings of one word may overlap."""
        tokens = self._analyzer.analyze(text)
        at = {token.position: token for token in tokens}
        found: set[Match] = set()
        for number, token in enumerate(tokens):
            for stream, term in token.terms.items():
                units = self._terms.get((stream, term), ())
                if units:
                    end = token.end
                    if stream == "joined":
                        end = _end_of_whole(self._analyzer, text, tokens, number)
                    found.update(Match(token.start, end, unit) for unit in units)
                for phrase, unit in self._phrases.get((stream, term), ()):
                    found.update(_phrase_matches(phrase, unit, token, at))
                for of, prefix, unit in self._prefixes:
                    if of == stream and term.startswith(prefix):
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
                self._terms[stream, text].add(self.units)
            case Prefix(field=field, stream=stream, text=text) if field == self._field:
                self._prefixes.append((stream, text, self.units))
            case Phrase(field=field, stream=stream, terms=terms) if field == self._field and terms:
                self._phrases[stream, terms[0]].append((node, self.units))


def _phrase_matches(phrase: Phrase, unit: int, first: Token, at: dict[int, Token]) -> list[Match]:
    tokens = [at.get(first.position + offset) for offset in range(len(phrase.terms))]
    held = [
        token
        for token, term in zip(tokens, phrase.terms, strict=True)
        if term is None or (token is not None and token.terms.get(phrase.stream) == term)
    ]
    if len(held) < len(tokens):
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
