"""The guard of the chain: a headword is not cut, whatever it ends in."""

from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.reading import Reading
from search_service.text.verb import VerbKind, VerbReading


def headword(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """A word with a part of speech as itself; an infinitive and a participle are verb forms too."""
    key = lexicon.key(form)
    if key in lexicon.lexicalised:
        return (Reading(lexicon.term(form), lexicon.term(form)),)
    if not lexicon.headword(form):
        return ()
    itself = tuple(Reading(term, term) for term in lexicon.terms(form))
    short = lexicon.tables.ezafe.get(key)
    if short:
        return (*itself[:1], Reading(itself[0].exact, short))
    verbs = _verbs(form, lexicon)
    return (*itself[:1], *(Reading(itself[0].exact, verb.past) for verb in verbs)) if verbs else itself


def _verbs(form: str, lexicon: Lexicon) -> tuple[VerbReading, ...]:
    """The verb forms that a headword may be as well: کرده, رفتن, رود, ببر.

    News speaks of third persons: شدید is severe there, and بینی a nose, not what you
    became and see.  Rare verbs have no forms there but by chance (بخل, درود).
    """
    past, verbs = lexicon.verbs.past(form), lexicon.verbs.finite(form)
    if not verbs or verbs[0].kind in (VerbKind.PARTICIPLE, VerbKind.INFINITIVE):
        return past + verbs
    imperative = verbs[0].kind is VerbKind.PRESENT and form.startswith("ب") and lexicon.verbs.is_present(form[1:])
    third_person = form.endswith("د") and not form.endswith("ید")
    if imperative or third_person:
        past += tuple(verb for verb in verbs if lexicon.verbs.is_common(verb.past))
    return past
