"""The chain: in which order a word form is read. The first step that knows the form decides."""

from __future__ import annotations

from search_service.text.affix import joined
from search_service.text.lexicon import Lexicon
from search_service.text.reading import Cut, Found, Reading, Step, Variant
from search_service.text.steps.guarded import guarded_plural
from search_service.text.steps.headword import headword
from search_service.text.steps.listed import listed_plural, plural_of_part
from search_service.text.steps.spelling import aliased
from search_service.text.steps.suffix import comparative, plural, possessive, short_suffix
from search_service.text.steps.verbal import being, joined_imperfective, nonfinite, past_stem, verb_form

CHAIN: tuple[Step, ...] = (
    aliased,
    listed_plural,
    being,
    joined_imperfective,
    headword,
    past_stem,
    plural,
    comparative,
    verb_form,
    possessive,
    guarded_plural,
    short_suffix,
)

WITHIN_COMPOUND: tuple[Step, ...] = (aliased, listed_plural, plural_of_part, headword, nonfinite)
"""The same for a part of a known compound, which is whole as it is: بندی of بسته‌بندی is no form of بست."""

READINGS = 2
"""How many readings a position can hold: ``lemma`` and ``alternate``."""


DEEPEST = 4
"""How often a reading may lead to another form; tables that point in a circle end here."""


def readings(form: str, lexicon: Lexicon, depth: int = 0, chain: tuple[Step, ...] = CHAIN) -> tuple[Reading, ...]:
    """The readings of a folded form without half-spaces, best first; never empty."""
    if depth < DEEPEST:
        for step in chain:
            found = step(form, lexicon)
            if found:
                if step is verb_form:
                    found += short_suffix(form, lexicon)
                return _resolved(found, lexicon, depth + 1)
    word = lexicon.entry(form)
    if not word.terms:
        if depth < DEEPEST and word.bare not in ("", form):
            return readings(word.bare, lexicon, depth + 1, chain)
        return (Reading(word.term, word.term),)
    return tuple(Reading(word.term, term) for term in word.terms[:READINGS])


def _resolved(found: Found, lexicon: Lexicon, depth: int) -> tuple[Reading, ...]:
    """The hosts of cuts read in their turn; each lemma once."""
    if len(found) == 1:
        return _read(found[0], lexicon, depth)
    by_lemma: dict[str, Reading] = {}
    for item in found:
        for read in _read(item, lexicon, depth):
            by_lemma.setdefault(read.lemma, read)
    return tuple(by_lemma.values())[:READINGS]


def _read(item: Reading | Cut | Variant, lexicon: Lexicon, depth: int) -> tuple[Reading, ...]:
    if isinstance(item, Reading):
        return (item,)
    if isinstance(item, Variant):
        return tuple([Reading(item.exact, read.lemma) for read in readings(item.other, lexicon, depth)])
    host, suffix = item
    return tuple([Reading(joined(read.exact, suffix), read.lemma) for read in readings(host, lexicon, depth)])
