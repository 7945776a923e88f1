"""What a query is taken to mean, when taking it at its word finds nothing.

The steps, each tried only after the one before found nothing: all the words; most of
them; any of them, best covered first; then guesses: typed on the other keyboard layout,
Persian written in Latin letters, one letter amiss.  Phrases and exclusions hold on
every step, and each step that changed something is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from search_service.engine.base import Vocabulary
from search_service.errors import ServiceError
from search_service.search.answer import Applied
from search_service.search.compile import Compiled, Compiler
from search_service.search.guesses import Guesser
from search_service.search.params import Match
from search_service.search.parser import parse
from search_service.search.rewrite import Change, rewritten
from search_service.search.syntax import Query
from search_service.settings import Settings


@dataclass(frozen=True, slots=True)
class Meaning:
    """One reading of a query."""

    query: Query
    compiled: Compiled
    at_least: int | None = None
    """How many of the words must be there; None: all."""
    applied: tuple[Applied, ...] = ()


class Ladder:
    """Gives the meanings of queries, best first, for one commit of one generation.

    ``relax`` and ``guess`` say which of the later steps there are.
    """

    def __init__(
        self,
        compiler: Compiler,
        vocabulary: Vocabulary,
        settings: Settings,
        *,
        relax: bool = True,
        guess: bool = True,
    ) -> None:
        self._compiler = compiler
        self._settings = settings
        self._guesser = Guesser(compiler, vocabulary)
        self._relax = relax
        self._guess = guess

    def meanings(self, query: Query, match: Match) -> Iterator[Meaning]:
        """Made one by one, as the caller asks for the next; with a fixed match only that one."""
        compiled = self._compiler.compile(query)
        if match == "any":
            yield Meaning(query, compiled, 1)
            return
        yield Meaning(query, compiled)
        if match == "auto" and self._relax:
            yield from _relaxed(query, compiled)
        if match == "auto" and self._guess:
            yield from self._guessed("keyboard", query, self._guesser.other_layouts(query))
            yield from self._guessed("finglish", query, self._guesser.persian_words(query))
            yield from self._guessed("spelling", query, self._guesser.corrections(query))

    def _guessed(
        self, kind: Literal["keyboard", "finglish", "spelling"], query: Query, guesses: Iterable[list[Change]]
    ) -> Iterator[Meaning]:
        for changes in guesses:
            text = rewritten(query.text, changes)
            try:
                guess = parse(text, self._settings)
            except ServiceError:
                continue  # letters of the other layout may be operators here
            applied = Applied(kind=kind, from_=query.text, to=text)
            yield Meaning(guess, self._compiler.compile(guess), None, (applied,))


def _relaxed(query: Query, compiled: Compiled) -> Iterator[Meaning]:
    """Most of the words, then any of them."""
    words = len(compiled.words)
    if 1 < compiled.most < words:
        yield Meaning(query, compiled, compiled.most, (Applied(kind="most_words", from_=query.text, to=query.text),))
    if words > 1:
        yield Meaning(query, compiled, 1, (Applied(kind="any_word", from_=query.text, to=query.text),))
