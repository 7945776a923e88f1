"""A query becomes a query tree: every word with all the readings that find it.

A word is looked for in each text field as written, by its lemma, as one whole and
split; the best reading counts, and the fields add up by their weights.  Terms that the
index does not hold are left out of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil, log
from typing import NamedTuple

from search_service.engine import bm25
from search_service.engine.base import Searcher
from search_service.engine.query import (
    TEXT_FIELDS,
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
    Term,
    Where,
)
from search_service.search.syntax import (
    Both,
    Either,
    InTitle,
    Label,
    Part,
    Period,
    Query,
    Quote,
    Star,
    Text,
    Without,
    spelt,
)
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer
from search_service.text.fold import key
from search_service.text.token import Token, Word

LONGEST_JOIN = 3
"""Neighbouring words of a query that are also tried written as one."""
MOST_SHARE = 0.6
"""Share of the words that the ladder's second step still asks for."""
NEAR_PAIRS = 3
"""Neighbouring pairs of a query whose nearness is looked at."""


class Reading(NamedTuple):
    """A way to find a word: terms of one stream, in their places; more than one are a phrase."""

    boost: float
    stream: str
    terms: tuple[str | None, ...]


class Unit(NamedTuple):
    """A part of a query that stands or falls as a whole: how it is spelt, and what finds it."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Compiled:
    """The parts of a query, by what the ladder may do with them."""

    blank: bool = False
    words: tuple[Unit, ...] = ()
    """May be relaxed."""
    required: tuple[Unit, ...] = ()
    """Phrases and exclusions: never relaxed."""
    filters: tuple[Unit, ...] = ()
    """Fields such as ``category:``: never relaxed, and no part of choosing a step."""
    bonus: tuple[Node, ...] = ()
    """Raise the score of what matches."""

    @property
    def most(self) -> int:
        """How many words are "most of them"."""
        return ceil(MOST_SHARE * len(self.words))

    def node(self, at_least: int | None = None, fresh: Callable[[Node], Node] = lambda node: node) -> Node:
        """The tree that asks for all words, or for a number of them; ``fresh`` adds what newness is worth."""
        words, required, filters = (_nodes(units) for units in (self.words, self.required, self.filters))
        if not (words or required):
            return All(filters) if filters or self.blank else Nothing()
        if at_least is None or at_least >= len(words):
            return _all((fresh(self._with_bonus((*words, *required))), *filters))
        # coverage comes first: newness may only weigh what it is added to
        covered = AtLeast(at_least, tuple(map(fresh, words)))
        return _all((self._with_bonus((covered, *required)), *filters))

    def unfiltered(self) -> Compiled:
        """The same without its filters."""
        return replace(self, filters=())

    def _with_bonus(self, nodes: Sequence[Node]) -> Node:
        node = _all(nodes)
        return AndMaybe(node, _any(self.bonus)) if self.bonus else node


@dataclass(slots=True)
class _Parts:
    """What is gathered while walking a query."""

    words: list[Unit] = field(default_factory=list)
    optional: list[Unit] = field(default_factory=list)
    required: list[Unit] = field(default_factory=list)
    filters: list[Unit] = field(default_factory=list)
    bonus: list[Node] = field(default_factory=list)


class Compiler:
    """Compiles queries for one commit of one generation."""

    def __init__(self, analyzer: Analyzer, searcher: Searcher, settings: Settings) -> None:
        self._analyzer = analyzer
        self._vocabulary = searcher.vocabulary
        self._articles = searcher.count()
        self._settings = settings
        self._weights = {"title": settings.title_weight, "lead": settings.lead_weight, "body": 1.0}

    def compile(self, query: Query) -> Compiled:
        """All of a query."""
        parts = _Parts()
        self._gather(query.root, TEXT_FIELDS, parts)
        if not (parts.words or parts.required):
            parts.words, parts.optional = parts.optional, []
        return Compiled(
            blank=query.blank,
            words=tuple(parts.words),
            required=tuple(parts.required),
            filters=tuple(parts.filters),
            bonus=tuple(parts.bonus[:NEAR_PAIRS]),
        )

    def words(self, text: Text) -> list[Word]:
        """The words of a stretch of plain text."""
        return self._analyzer.words(text.text)

    # the parts of a query

    def _gather(self, part: Part, fields: Sequence[str], into: _Parts) -> None:
        match part:
            case Both(parts=parts):
                for each in parts:
                    self._gather(each, fields, into)
            case InTitle(part=inner):
                self._gather(inner, ("title",), into)
            case Text():
                self._gather_text(part, fields, into)
            case Label() | Period() | Without(part=Label() | Period()):
                into.filters.append(self._unit(part, fields))
            case Quote() | Without():
                into.required.append(self._unit(part, fields))
            case Either() if _fixed(part):
                into.required.append(self._unit(part, fields))
            case Either() | Star():
                into.words.append(self._unit(part, fields))

    def _gather_text(self, part: Text, fields: Sequence[str], into: _Parts) -> None:
        words = self.words(part)
        wholes = self._wholes(words)
        for word, joined in zip(words, wholes, strict=True):
            unit = Unit(word.text, self._word(word, fields, joined))
            (into.optional if word.optional else into.words).append(unit)
        if self._settings.proximity_boost:
            into.bonus.extend(self._nearness(words, fields))

    def _unit(self, part: Part, fields: Sequence[str]) -> Unit:
        return Unit(spelt(part), self._node(part, fields))

    def _node(self, part: Part, fields: Sequence[str]) -> Node:
        match part:
            case Label(facet=facet, value=value):
                return Where(Keyword(facet, (key(value),)))
            case Period(first=first, last=last):
                return Where(Days(((first, last),)))
            case Without(part=inner):
                return Not(self._node(inner, fields))
            case Either(parts=parts):
                return _any([self._node(each, fields) for each in parts])
            case Quote():
                return self._quote(part, fields)
            case Star():
                return self._star(part, fields)
            case _:
                group = _Parts()
                self._gather(part, fields, group)
                return _all(_nodes((*(group.words or group.optional), *group.required, *group.filters)))

    # words, phrases, prefixes

    def _word(self, word: Word, fields: Sequence[str], joined: Iterable[str]) -> Node:
        exact, split = self._settings.exact_boost, self._settings.split_boost
        readings = [Reading(exact, "exact", _phrase(word.tokens, "exact"))]
        if len(word.tokens) == 1:
            terms = word.tokens[0].terms
            for lemma in _distinct(terms["lemma"], terms.get("alternate")):
                readings += [Reading(1.0, stream, (lemma,)) for stream in ("lemma", "alternate")]
            readings.append(Reading(split, "joined", (terms["exact"],)))
        else:
            readings.append(Reading(1.0, "lemma", _phrase(word.tokens, "lemma")))
        for whole in _distinct(word.tokens[0].terms.get("joined")):
            readings += [Reading(1.0, "joined", (whole,)), Reading(split, "exact", (whole,))]
        for whole in joined:
            readings += [Reading(split, stream, (whole,)) for stream in ("joined", "exact", "lemma")]
        for parts in word.splits:
            readings += [Reading(split, stream, parts) for stream in ("exact", "lemma")]
        readings += [Reading(1.0, "lemma", synonym) for synonym in word.synonyms]
        return self._best(readings, fields)

    def _wholes(self, words: Sequence[Word]) -> list[list[str]]:
        """For each word, what it makes with its neighbours written as one, where the index holds that."""
        wholes: list[list[str]] = [[] for _ in words]
        written = ["".join(token.terms["exact"] for token in word.tokens) for word in words]
        for size in range(2, LONGEST_JOIN + 1):
            for at in range(len(words) - size + 1):
                whole = "".join(written[at : at + size])
                if any(self._vocabulary.frequency(stream, whole) for stream in ("joined", "exact", "lemma")):
                    for each in wholes[at : at + size]:
                        each.append(whole)
        return wholes

    def _quote(self, quote: Quote, fields: Sequence[str]) -> Node:
        tokens = self._analyzer.analyze(quote.text)
        if not tokens:
            return Nothing()
        boosts = ((self._settings.exact_boost, "exact"), (1.0, "lemma"))
        return self._best([Reading(boost, stream, _phrase(tokens, stream)) for boost, stream in boosts], fields)

    def _star(self, star: Star, fields: Sequence[str]) -> Node:
        words = self._analyzer.words(star.text)
        if not words:
            return Nothing()
        *first, last = [token for word in words for token in word.tokens]
        whole = last.terms["exact"]
        nodes: list[Node] = [self._best([Reading(1.0, "exact", (token.terms["exact"],))], fields) for token in first]
        starred = [
            BestOf(tuple(Prefix(field, stream, whole, self._settings.max_expansions) for stream in ("exact", "lemma")))
            for field in fields
        ]
        nodes.append(BestOf((self._weighted(starred, fields), self._best([Reading(1.0, "exact", (whole,))], fields))))
        return _all(nodes)

    def _best(self, readings: Sequence[Reading], fields: Sequence[str]) -> Node:
        """The best of the readings in each field."""
        weights = {reading: weight for reading in dict.fromkeys(readings) if (weight := self._weight(reading))}
        if not weights:
            weights = {readings[0]: 1.0}
        by_field = [
            _best_of([_boosted(_leaf(field, *reading[1:]), weight) for reading, weight in weights.items()])
            for field in fields
        ]
        return self._weighted(by_field, fields)

    def _weight(self, reading: Reading) -> float:
        """What a reading is worth; 0 when the index does not hold it.

        The engine's idf is never far below 1, so that the commonest words of a question
        would decide.  It is turned into that of Robertson and Sparck Jones, which goes to 0.
        """
        engine = rarity = 0.0
        for term in reading.terms:
            if term is not None:
                held = min(self._vocabulary.frequency(reading.stream, term), self._articles)
                if not held:
                    return 0.0
                engine += bm25.idf(self._articles, held)
                rarity += log(1 + (self._articles - held + 0.5) / (held + 0.5))
        return reading.boost * rarity / engine

    def _weighted(self, nodes: Sequence[Node], fields: Sequence[str]) -> Node:
        return _any([_boosted(node, self._weights[field]) for node, field in zip(nodes, fields, strict=True)])

    def _nearness(self, words: Sequence[Word], fields: Sequence[str]) -> list[Node]:
        """A bonus for each pair of neighbouring content words that stand near each other, in order or not."""
        content = [(at, word.tokens[0].terms["lemma"]) for at, word in enumerate(words) if not word.optional]
        pairs = [(b - a, left, right) for (a, left), (b, right) in pairwise(content)]
        return [
            Boost(
                self._weighted([Near(field, "lemma", (left, right), gap + 2) for field in fields], fields),
                self._settings.proximity_boost,
            )
            for gap, left, right in pairs
            if left != right and gap <= 3
        ]


def _nodes(units: Iterable[Unit]) -> tuple[Node, ...]:
    return tuple(unit.node for unit in units)


def _fixed(part: Part) -> bool:
    """Whether a part holds a phrase or an exclusion, which are never relaxed."""
    match part:
        case Quote() | Without() | Label() | Period():
            return True
        case InTitle(part=inner):
            return _fixed(inner)
        case Either(parts=parts) | Both(parts=parts):
            return any(_fixed(each) for each in parts)
    return False


def _phrase(tokens: Sequence[Token], stream: str) -> tuple[str | None, ...]:
    """The tokens' terms, each in its place."""
    first = tokens[0].position
    places: list[str | None] = [None] * (tokens[-1].position - first + 1)
    for token in tokens:
        places[token.position - first] = token.terms[stream]
    return tuple(places)


def _leaf(field: str, stream: str, terms: tuple[str | None, ...]) -> Node:
    if len(terms) == 1 and terms[0] is not None:
        return Term(field, stream, terms[0])
    return Phrase(field, stream, terms)


def _boosted(node: Node, factor: float) -> Node:
    return node if factor == 1.0 else Boost(node, factor)


def _best_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else BestOf(tuple(nodes))


def _any(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Any(tuple(nodes))


def _all(nodes: Sequence[Node]) -> Node:
    """All of the nodes; exclusions alone leave all other articles."""
    if nodes and all(isinstance(node, Not) for node in nodes):
        nodes = (Everything(), *nodes)
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def _distinct(*terms: str | None) -> list[str]:
    return list(dict.fromkeys(term for term in terms if term))
