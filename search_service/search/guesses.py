"""Other readings of a query's letters: the other keyboard layout, Finglish, one letter amiss.

Only words that neither the lexicon nor the index knows are guessed at, and only words
that the index holds are proposed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product

from search_service.engine.base import Vocabulary
from search_service.search.compile import Compiler
from search_service.search.rewrite import Change
from search_service.search.syntax import Query, Text, written
from search_service.text import guess
from search_service.text.fold import ZWNJ, fold
from search_service.text.guess import sounds
from search_service.text.token import Word

MOST_GUESSES = 5
"""How many guesses of one kind are given."""
LETTERS = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئأؤء"
"""What a slip may have put in, left out or changed."""
LONGEST_EDITED = 30
"""Longest word that is corrected."""
KEPT = 3
"""Letters of a word's beginning: edits of these are looked up one by one, words that keep them are run through."""
MOST_BEGUN = 5_000
"""Words of one beginning that are run through, the commonest."""
COMMONER = 10
"""How many times commoner than what was written a proposed spelling is."""
SHORTEST_PART = 2
"""Letters on each side of a half-space that is put back."""
WORDS = ("exact", "lemma")
WHOLES = (*WORDS, "joined")
"""Streams in which a spelling is looked up: names written with a half-space are whole in the last one only."""


class Guesser:
    """Guesses for the queries of one commit of one generation."""

    def __init__(self, compiler: Compiler, vocabulary: Vocabulary, most_begun: int = MOST_BEGUN) -> None:
        self._compiler = compiler
        self._vocabulary = vocabulary
        self._most_begun = most_begun

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
        heads = sorted(_heads(text))
        for stream in WORDS:
            begun = (held for head in heads for held in self._vocabulary.with_prefix(stream, head, MOST_BEGUN))
            if found := guess.finglish(text, begun):
                return found
        return ()

    def _one_edit(self, word: Word) -> Sequence[str]:
        term = _letters(word)
        if term is None or not guess.SHORTEST_EDIT <= len(term) <= LONGEST_EDITED:
            return ()
        least = COMMONER * self._held(term, WHOLES)
        near = {text for text in _edits(term, KEPT) if self._held(text, WHOLES)}
        for stream in WHOLES:  # an edit behind its beginning keeps the beginning
            begun = self._vocabulary.with_prefix(stream, term[:KEPT], self._most_begun)
            near.update(text for text, _ in begun if guess.within_one_edit(term, text))
        found = guess.one_edit(term, [(text, held) for text in near if (held := self._held(text, WHOLES)) > least])
        return [self._spelt(text) for text in found]

    def _spelt(self, term: str) -> str:
        """With its half-space, when the index holds it in two parts only."""
        if self._held(term, WORDS):
            return term
        parts = [(term[:at], term[at:]) for at in range(SHORTEST_PART, len(term) - SHORTEST_PART + 1)]
        held, first, second = max((min(self._held(a, WORDS), self._held(b, WORDS)), a, b) for a, b in parts)
        return first + ZWNJ + second if held else term

    def _frequency(self, word: Word) -> int:
        return max(self._held(token.terms["exact"], WORDS) for token in word.tokens)

    def _held(self, term: str, streams: Sequence[str]) -> int:
        return max(self._vocabulary.frequency(stream, term) for stream in streams)


def _letters(word: Word) -> str | None:
    """An unknown word without its half-space, None for all others; what was typed with a space is two words."""
    first, *others = word.tokens
    if word.known:
        return None
    if not others:
        return first.terms["exact"]
    apart = ZWNJ in fold(word.text) and " " not in word.text
    return first.terms.get("joined") if apart else None


def _edits(word: str, before: int) -> set[str]:
    """What is one insertion, deletion, change or swap of letters away, at a place before this one."""
    found: set[str] = set()
    for at in range(before):
        head, tail = word[:at], word[at:]
        found.update(head + letter + tail for letter in LETTERS)
        found.update(head + letter + tail[1:] for letter in LETTERS)
        found.add(head + tail[1:])
        found.add(head + tail[1] + tail[0] + tail[2:])
    return found


def _heads(latin: str) -> set[str]:
    """The first two letters of what a Latin word may spell, in every seat of a hamza."""
    latin = _DOUBLED.sub(r"\1", fold(latin))
    begun = {("", 0)}
    heads: set[str] = set()
    while begun:
        head, at = begun.pop()
        if len(head) > 1 or (head and at == len(latin)):
            heads.update(map("".join, product(*(_SEATS.get(letter, letter) for letter in head[:2]))))
        else:
            begun.update((head + sound, at + size) for size, each in sounds(latin, at) for sound in each)
    return heads


_DOUBLED = re.compile("([b-df-gi-np-z])\\1")
_SEATS = {"ا": "اآأ", "ی": "یئ", "و": "وؤ"}
