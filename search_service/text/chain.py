"""The chain: in which order a word form is read. The first step that knows the form decides."""

from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.reading import Reading, Step, merged
from search_service.text.steps.guarded import guarded_plural
from search_service.text.steps.headword import headword
from search_service.text.steps.listed import listed_plural
from search_service.text.steps.spelling import aliased
from search_service.text.steps.suffix import comparative, host_readings, plural, possessive, short_suffix
from search_service.text.steps.verbal import joined_imperfective, verb_form

CHAIN: tuple[Step, ...] = (
    aliased,
    listed_plural,
    joined_imperfective,
    headword,
    plural,
    comparative,
    verb_form,
    possessive,
    guarded_plural,
    short_suffix,
)

READINGS = 2
"""How many readings a position can hold: ``lemma`` and ``alternate``."""


def readings(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """The readings of a folded form without half-spaces, best first; never empty."""
    for step in CHAIN:
        found = step(form, lexicon)
        if found:
            if step is verb_form:
                found = merged(found, short_suffix(form, lexicon))
            return merged(found)[:READINGS]
    term = lexicon.term(form)
    return merged(tuple(Reading(term, other) for other in lexicon.terms(form) or (term,)))[:READINGS]


def host(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """The readings of what stands before a suffix that is written apart."""
    return (host_readings(form, lexicon) if lexicon.headword(form) else ()) or readings(form, lexicon)
