"""How a word, a phrase or a prefix is looked for: every reading that finds it, as nodes.

In each text field the best reading counts — its lemma, the second reading of an
ambiguous form, the whole of a compound, its parts as a phrase — and the word as written
adds to it.  The fields add up by their weights.  Terms that the index does not hold are
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log
from typing import NamedTuple

from search_service.engine import bm25
from search_service.engine.base import Searcher
from search_service.engine.query import (
    All,
    Any,
    BestOf,
    Boost,
    Everything,
    Near,
    Node,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Term,
)
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer
from search_service.text.token import Token, Word

LONGEST_JOIN = 3
"""Neighbouring words of a query that are also tried written as one."""
LEMMAS = ("lemma", "alternate")
"""Streams that hold one word's lemmas: it is no rarer for being read second in some of its forms."""
COMMON = 1 / 3
"""Share of the articles from which on a word is near many others."""
WIDEST_GAP = 2
"""Function words that may stand between two words that are looked for near each other."""


class Reading(NamedTuple):
    """A way to find a word: terms of one stream, in their places; more than one are a phrase."""

    stream: str
    terms: tuple[str | None, ...]
    boost: float = 1.0


class Lookup:
    """Makes the nodes for one commit of one generation; ``fields`` are those to look in."""

    def __init__(self, analyzer: Analyzer, searcher: Searcher, settings: Settings) -> None:
        self._analyzer = analyzer
        self._frequency = searcher.vocabulary.frequency
        self._articles = searcher.count()
        self._settings = settings
        self._weights = {"title": settings.title_weight, "lead": settings.lead_weight, "body": 1.0}

    def word(self, word: Word, fields: Sequence[str], joined: Iterable[str] = ()) -> Node:
        """A word or a compound; ``joined``: what it makes with its neighbours written as one."""
        split = self._settings.split_boost
        readings: list[Reading] = []
        if len(word.tokens) == 1:
            terms = word.tokens[0].terms
            for lemma in _distinct(terms["lemma"], terms.get("alternate")):
                readings += [
                    Reading("lemma", (lemma,)),
                    Reading("alternate", (lemma,)),
                    Reading("joined", (lemma,), split),
                ]
            readings.append(Reading("joined", (terms["exact"],), split))
        else:
            readings.append(Reading("lemma", _phrase(word.tokens, "lemma")))
        for whole in _distinct(word.tokens[0].terms.get("joined")):
            readings.append(Reading("joined", (whole,)))
            readings += [Reading(stream, (whole,), split) for stream in ("exact", "lemma")]
        for whole in joined:
            readings += [Reading(stream, (whole,), split) for stream in ("joined", "exact", "lemma")]
        for parts in word.splits:
            readings += [Reading(stream, parts, split) for stream in ("exact", "lemma")]
        readings += [Reading("lemma", synonym) for synonym in word.synonyms]
        return self._found(_phrase(word.tokens, "exact"), readings, fields)

    def wholes(self, words: Sequence[Word]) -> list[list[str]]:
        """For each word, what it makes with its neighbours written as one, where the index holds that."""
        wholes: list[list[str]] = [[] for _ in words]
        written = ["".join(token.terms["exact"] for token in word.tokens) for word in words]
        for size in range(2, LONGEST_JOIN + 1):
            for at in range(len(words) - size + 1):
                whole = "".join(written[at : at + size])
                streams = () if self._apart(written[at], whole) else ("joined", "exact", "lemma")
                if any(self._frequency(stream, whole) for stream in streams):
                    for each in wholes[at : at + size]:
                        each.append(whole)
        return wholes

    def _apart(self, first: str, whole: str) -> bool:
        """Whether به and the next word are not the word that they would be as one (به روز, بهروز)."""
        return first == "به" and self._analyzer.lexicon.apart(whole)

    def phrase(self, text: str, fields: Sequence[str]) -> Node:
        """Words that stand together in this order, as written or in other forms."""
        tokens = self._analyzer.analyze(text)
        if not tokens:
            return Nothing()
        return self._found(_phrase(tokens, "exact"), [Reading("lemma", _phrase(tokens, "lemma"))], fields)

    def prefix(self, text: str, fields: Sequence[str]) -> Node:
        """Words that begin like this; all of them where the text is several words."""
        tokens = self._analyzer.analyze(text)
        if not tokens:
            return Nothing()
        *first, last = (token.terms["exact"] for token in tokens)
        nodes = [self._found((term,), (), fields) for term in first]
        starred = [
            best_of([Prefix(field, stream, last, self._settings.max_expansions) for stream in ("exact", "lemma")])
            for field in fields
        ]
        nodes.append(best_of([self._weighted(starred, fields), self._found((last,), (), fields)]))
        return all_of(nodes)

    def nearness(self, words: Sequence[Word], fields: Sequence[str]) -> list[Node]:
        """A bonus for each pair of neighbouring content words that stand near each other, in order or not.

        Two words of every third article stand near each other by chance, and take long to compare.
        """
        content = [(at, word.tokens[0].terms["lemma"]) for at, word in enumerate(words) if not word.optional]
        pairs = [(b - a - 1, left, right) for (a, left), (b, right) in pairwise(content)]
        return [
            Boost(
                self._weighted([Near(field, "lemma", (left, right), gap + 3) for field in fields], fields),
                self._settings.proximity_boost,
            )
            for gap, left, right in pairs
            if left != right and gap <= WIDEST_GAP and not (self._common(left) and self._common(right))
        ]

    def _common(self, lemma: str) -> bool:
        return self._frequency("lemma", lemma) > COMMON * self._articles

    def _found(self, written: tuple[str | None, ...], readings: Iterable[Reading], fields: Sequence[str]) -> Node:
        """The best of the readings in each field, and the word as written on top of it."""
        exact = Reading("exact", written, max(0.0, self._settings.exact_boost - 1))
        weights = {reading: weight for reading in readings if (weight := self._weight(reading))}
        if not weights:
            weights, exact = {exact: self._weight(exact._replace(boost=1.0)) or 1.0}, exact._replace(boost=0.0)
        on_top = self._weight(exact)
        nodes = []
        for field in fields:
            best = best_of([boosted(_leaf(field, reading), weight) for reading, weight in weights.items()])
            nodes.append(Any((best, boosted(_leaf(field, exact), on_top))) if on_top else best)
        return self._weighted(nodes, fields)

    def _weight(self, reading: Reading) -> float:
        """What a reading is worth; 0 when the index does not hold it.

        The engine's idf is never far below 1, so that the commonest words of a question
        would decide.  It is turned into that of Robertson and Sparck Jones, which goes to 0.
        """
        engine = rarity = 0.0
        for term in reading.terms:
            if term is not None:
                held = min(self._frequency(reading.stream, term), self._articles)
                if not held:
                    return 0.0
                engine += bm25.idf(self._articles, held)
                if reading.stream in LEMMAS:
                    held = min(sum(self._frequency(stream, term) for stream in LEMMAS), self._articles)
                rarity += log(1 + (self._articles - held + 0.5) / (held + 0.5))
        return float(reading.boost * rarity**self._settings.rarity / engine)

    def _weighted(self, nodes: Sequence[Node], fields: Sequence[str]) -> Node:
        """The best field: a word of the title says no more for standing in the body, too."""
        return best_of([boosted(node, self._weights[field]) for node, field in zip(nodes, fields, strict=True)])


def best_of(nodes: Sequence[Node]) -> Node:
    """The best of one node or more."""
    return nodes[0] if len(nodes) == 1 else BestOf(tuple(nodes))


def any_of(nodes: Sequence[Node]) -> Node:
    """Any of one node or more."""
    return nodes[0] if len(nodes) == 1 else Any(tuple(nodes))


def all_of(nodes: Sequence[Node]) -> Node:
    """All of one node or more; exclusions alone leave all other articles."""
    if nodes and all(isinstance(node, Not) for node in nodes):
        nodes = (Everything(), *nodes)
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def boosted(node: Node, factor: float) -> Node:
    """The node with its score times the factor."""
    return node if factor == 1.0 else Boost(node, factor)


def _phrase(tokens: Sequence[Token], stream: str) -> tuple[str | None, ...]:
    """The tokens' terms, each in its place."""
    first = tokens[0].position
    places: list[str | None] = [None] * (tokens[-1].position - first + 1)
    for token in tokens:
        places[token.position - first] = token.terms[stream]
    return tuple(places)


def _leaf(field: str, reading: Reading) -> Node:
    terms = reading.terms
    if len(terms) == 1 and terms[0] is not None:
        return Term(field, reading.stream, terms[0])
    return Phrase(field, reading.stream, terms)


def _distinct(*terms: str | None) -> list[str]:
    return list(dict.fromkeys(term for term in terms if term))
