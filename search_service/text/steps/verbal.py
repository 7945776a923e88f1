"""Verb forms: with a joined می, and all others."""

from __future__ import annotations

from search_service.text.affix import VOWEL_INITIAL, joined
from search_service.text.lexicon import Lexicon
from search_service.text.reading import Reading
from search_service.text.verb import PAST_ENDINGS, VerbKind, VerbReading

BEING = frozenset(stem + ending for stem in ("هست", "نیست") for ending in PAST_ENDINGS)


def being(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """«هستند», «نیست» as هست; «هستی» is also a noun."""
    if form not in BEING:
        return ()
    noun = (Reading(form, form),) if form == "هستی" else ()
    return (*noun, Reading(form, "هست"))


def joined_imperfective(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """«میشود» as شد, unless it is a word of its own (میدان, میزان)."""
    if not form.startswith(("می", "نمی", "همی")) or lexicon.headword(form):
        return ()
    found = as_verb(form, lexicon.verbs.joined_imperfective(form))
    return found and found + verb_form(form, lexicon)


def past_stem(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """«گذاشت», «نوشت» as themselves, «رسانید» as رساند; «جوید» is also a form of جست."""
    stems = lexicon.verbs.past(form)
    return as_verb(form, stems) + verb_form(form, lexicon) if stems else ()


def verb_form(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """«گفتند», «بگوید», «نرفته‌اند», «گفتن» as their past stem."""
    return as_verb(form, lexicon.verbs.finite(form))


def nonfinite(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """A participle or an infinitive: what a verb is within a compound (انجام‌شده)."""
    return as_verb(form, lexicon.verbs.nonfinite(form))


def as_verb(form: str, verbs: tuple[VerbReading, ...]) -> tuple[Reading, ...]:
    """The form, written in one way, under each lemma."""
    if not verbs:
        return ()
    exact = form
    if verbs[0].kind is VerbKind.PARTICIPLE:
        for suffix in VOWEL_INITIAL:
            if form.endswith("ه" + suffix):
                exact = joined(form.removesuffix(suffix), suffix)
    return tuple(Reading(exact, verb.past) for verb in verbs)
