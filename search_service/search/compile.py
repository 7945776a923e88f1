"""A query becomes a query tree, in parts that the ladder can relax or must keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import NamedTuple

from search_service.engine.base import Searcher
from search_service.engine.query import (
    COVERAGE,
    TEXT_FIELDS,
    All,
    AndMaybe,
    AtLeast,
    Boost,
    Days,
    Keyword,
    Node,
    Not,
    Nothing,
    Where,
)
from search_service.search.lookup import Lookup, all_of, any_of
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
from search_service.text.synonyms import Synonyms
from search_service.text.token import Word

MOST_SHARE = 0.6
"""Share of the words that the ladder's second step still asks for."""
NEAR_PAIRS = 3
"""Neighbouring pairs of a query whose nearness is looked at."""


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
    coverage: float = 1.0

    @property
    def most(self) -> int:
        """How many words are "most of them"."""
        return ceil(MOST_SHARE * len(self.words))

    def node(self, at_least: int | None = None, fresh: Callable[[Node], Node] = lambda node: node) -> Node:
        """The tree that asks for all words, or for a number of them; ``fresh`` adds what newness is worth.

        Where words may be missing, each that is there adds ``coverage``, but their rareness
        decides: in the judged sets that is far better than their mere number.
        """
        required, filters = _nodes(self.required), _nodes(self.filters)
        if not (self.words or required):
            return All(filters) if filters or self.blank else Nothing()
        words = _nodes(self.words)
        if at_least is not None and len(words) > 1:
            scale = COVERAGE / self.coverage
            words = (Boost(AtLeast(at_least, tuple(Boost(word, scale) for word in words)), 1 / scale),)
        return all_of((fresh(self._with_bonus((*words, *required))), *filters))

    def unfiltered(self) -> Compiled:
        """The same without its filters."""
        return replace(self, filters=())

    def _with_bonus(self, nodes: Sequence[Node]) -> Node:
        node = all_of(nodes)
        return AndMaybe(node, any_of(self.bonus)) if self.bonus else node


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

    def __init__(
        self, analyzer: Analyzer, searcher: Searcher, settings: Settings, synonyms: Synonyms | None = None
    ) -> None:
        self._analyzer = analyzer
        self._synonyms = synonyms or Synonyms()
        self._lookup = Lookup(analyzer, searcher, settings)
        self._proximity = settings.proximity_boost > 0
        self._coverage = settings.coverage_boost

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
            coverage=self._coverage,
        )

    def words(self, text: Text) -> list[Word]:
        """The words of a stretch of plain text."""
        return self._synonyms.fill(self._analyzer.words(text.text))

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
        for word, joined in zip(words, self._lookup.wholes(words), strict=True):
            unit = Unit(word.text, self._lookup.word(word, fields, joined))
            (into.optional if word.optional else into.words).append(unit)
        if self._proximity:
            into.bonus.extend(self._lookup.nearness(words, fields))

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
                return any_of([self._node(each, fields) for each in parts])
            case Quote():
                return self._lookup.phrase(part.text, fields)
            case Star():
                return self._lookup.prefix(part.text, fields)
            case _:
                group = _Parts()
                self._gather(part, fields, group)
                return all_of(_nodes((*(group.words or group.optional), *group.required, *group.filters)))


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
