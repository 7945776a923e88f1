"""The guard of the chain: a headword is not cut, whatever it ends in."""

from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.reading import Reading
from search_service.text.verb import VerbKind, VerbReading, Verbs


def headword(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """A word with a part of speech as itself; an infinitive and a participle are verb forms too."""
    word = lexicon.entry(form)
    if word.key in lexicon.lexicalised:
        return (Reading(word.term, word.term),)
    if not word.headword:
        return ()
    itself = Reading(word.term, word.term)
    short = lexicon.tables.ezafe.get(word.key)
    if short:
        return (itself, Reading(word.term, short))
    verbs = _verbs(form, lexicon.verbs)
    if verbs:
        return (itself, *[Reading(word.term, verb.past) for verb in verbs])
    return (itself,) if len(word.terms) == 1 else tuple(Reading(term, term) for term in word.terms)


def _verbs(form: str, verbs: Verbs) -> tuple[VerbReading, ...]:
    """The verb forms that a headword may be as well: کرده, رفتن, رود, ببر.

    News speaks of third persons: شدید is severe there, and بینی a nose, not what you
    became and see.  Rare verbs have no forms there but by chance (بخل, درود).
    """
    if not verbs.begins(form):
        return ()
    past, nonfinite = verbs.past(form), verbs.nonfinite(form)
    if nonfinite:
        return past + nonfinite
    third_person = form.endswith("د") and not form.endswith("ید")
    imperative = form.startswith("ب") and verbs.is_present(form[1:])
    if third_person or imperative:
        finite = verbs.finite(form)
        if third_person or (finite and finite[0].kind is VerbKind.PRESENT):
            past += tuple(verb for verb in finite if verbs.is_common(verb.past))
    return past
