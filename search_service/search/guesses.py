"""Other readings of a query's letters: the other keyboard layout, Finglish, one letter amiss.

Only words that neither the lexicon nor the index knows are guessed at, and only words
that the index holds are proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from search_service.engine.base import Vocabulary
from search_service.search.compile import Compiler
from search_service.search.rewrite import Change
from search_service.search.syntax import Query, Text, written
from search_service.text import guess
from search_service.text.token import Word

MOST_GUESSES = 5
"""How many guesses of one kind are given."""
LETTERS = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئأؤء"
"""What a slip may have put in, left out or changed."""
LONGEST_EDITED = 30
"""Longest word that is corrected."""
COMMONER = 10
"""How many times commoner than what was written a proposed spelling is."""


class Guesser:
    """Guesses for the queries of one commit of one generation."""

    def __init__(self, compiler: Compiler, vocabulary: Vocabulary) -> None:
        self._compiler = compiler
        self._vocabulary = vocabulary

    def other_layouts(self, query: Query) -> Iterator[list[Change]]:
        """All words as the same keys give them on the other layout."""
        parts = list(written(query.root))
        guesses = [guess.other_layout(part.text) for part in parts]
        for texts in islice(zip(*guesses, strict=False), MOST_GUESSES):
            yield [
                Change(part.start, part.start + len(part.text), text) for part, text in zip(parts, texts, strict=True)
            ]

    def persian_words(self, query: Query) -> Iterator[list[Change]]:
        """Unknown Latin words as the Persian words that they may spell."""
        return self._combined(query, self._from_finglish)

    def corrections(self, query: Query) -> Iterator[list[Change]]:
        """Unknown words as much commoner ones that are one edit away."""
        return self._combined(query, self._one_edit)

    def _combined(self, query: Query, candidates: Callable[[Word], Sequence[str]]) -> Iterator[list[Change]]:
        """The best candidates of all words together, then the others, one word at a time."""
        best: list[Change] = []
        others: list[tuple[int, Change]] = []
        for part in written(query.root):
            for word in self._compiler.words(part) if isinstance(part, Text) else ():
                start, end = part.start + word.start, part.start + word.end
                found = candidates(word)[:MOST_GUESSES]
                others += [(len(best), Change(start, end, text)) for text in found[1:]]
                best += [Change(start, end, text) for text in found[:1]]
        if best:
            yield best
        for at, other in others[: MOST_GUESSES - 1]:
            yield [*best[:at], other, *best[at + 1 :]]

    def _from_finglish(self, word: Word) -> Sequence[str]:
        if not word.text.isascii() or not word.text.isalpha() or self._frequency(word):
            return ()
        text = word.text.lower()
        return guess.finglish(text, self._vocabulary.terms("exact")) or guess.finglish(
            text, self._vocabulary.terms("lemma")
        )

    def _one_edit(self, word: Word) -> Sequence[str]:
        if word.known or len(word.tokens) > 1:
            return ()
        least = COMMONER * self._frequency(word)
        term = word.tokens[0].terms["exact"]
        if len(term) > LONGEST_EDITED:
            return ()
        near = [(text, held) for text in set(_edits(term)) if (held := self._held(text)) > least]
        return guess.one_edit(term, near)

    def _frequency(self, word: Word) -> int:
        return max(self._held(token.terms["exact"]) for token in word.tokens)

    def _held(self, term: str) -> int:
        return max(self._vocabulary.frequency(stream, term) for stream in ("exact", "lemma"))


def _edits(word: str) -> Iterator[str]:
    """All that is one insertion, deletion, change or swap of letters away; looked up, that is a few milliseconds."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
