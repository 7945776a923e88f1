"""What analysis yields: tokens of a text, and words of a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Token(NamedTuple):
    """One position of an analysed text.

    ``text`` equals the original at ``[start:end]`` (code points).  A token may span a
    space («کتاب ها», «می شود» are one word each).  A known compound stands at as many
    positions as it has parts, however it is spelt: its tokens written as one
    orthographic word all carry that word's text and offsets, so that marks cover whole
    words; written apart, each part carries its own.
    """

    text: str
    start: int
    end: int
    position: int
    terms: Mapping[str, str]
    """Stream -> term: ``exact`` and ``lemma`` always, ``alternate`` and ``joined`` where there are such."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query, with every reading that finds it.

    ``tokens`` has several members for a known compound.  A search tries, best first:
    the tokens as written, their lemmas and alternates, the joined whole, ``splits`` as
    phrases (only of a joined word that the lexicon does not know), ``synonyms``.
    """

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    optional: bool = False
    """A function word: may be missing from an article while other words remain."""
    known: bool = True
    """Whether the lexicon knows it; only unknown words are corrected."""
    splits: tuple[tuple[str, ...], ...] = ()
    """Other readings as several words, exact terms each: «درایران» -> (در, ایران)."""
    synonyms: tuple[tuple[str, ...], ...] = field(default=())
    """An admin's aliases and synonyms, as lemma terms (more than one: a phrase)."""
