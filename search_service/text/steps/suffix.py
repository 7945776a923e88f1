"""Nominal suffixes, cut only where a word is left: plural, comparative, possessive, indefinite."""

from __future__ import annotations

from search_service.text.affix import (
    AFTER_VOWEL,
    COMPARATIVES,
    PLURALS,
    PRONOUNS,
    SHORT,
    VOWEL_INITIAL,
    joined,
)
from search_service.text.lexicon import ADJECTIVE, ADVERB, HEAD, LISTED, NOUN, Lexicon
from search_service.text.reading import Cut, Found, Reading
from search_service.text.steps.guarded import guarded_plural
from search_service.text.steps.listed import listed_plural
from search_service.text.steps.spelling import aliased
from search_service.text.steps.verbal import as_verb

MIN_UNKNOWN = 3
"""Fewest letters of a host that no list knows, before ها."""

SPOKEN_HOST = 19
"""Least magnitude of the host of a spoken possessive: کتابشون, but not the پوک of پوکمون."""

_NOUN_FIRST = ("های", "هایم")
_AMBIGUOUS = (*_NOUN_FIRST, "هام", "هات", "هاش")
"""ه of the host, or of ها: خانه-اش before the spoken خان-هاش, but حرف-های before حرفه-ای."""

_VOWELS = ("ا", "و")
_WITH_VOWEL = tuple(vowel + suffix for vowel in _VOWELS for suffix in AFTER_VOWEL)
_SHORT_ENDS = (*SHORT, "اند", "اید")
"""What a form ends in that has a short suffix."""

_AGENTS = (
    "دار", "ساز", "گیر", "گر", "کار", "گذار", "گزار", "نگار", "شناس", "پرداز", "فروش", "نویس", "خوان", "دان", "ران",
    "زن", "بان", "چی", "مند", "باز", "بر", "پرست", "یاب", "کش", "پوش", "دوز", "خوار", "رسان", "سنج", "طلب", "جو", "گو",
    "پذیر", "آموز", "گرا", "نشین", "نورد", "تراش", "یار", "ور", "گردان", "شو", "خواه", "کن", "بند", "ریز", "پز", "چین",
)  # fmt: skip
"""Present stems and suffixes that make the name of one who does something."""


def plural(form: str, lexicon: Lexicon) -> Found:
    """ها and what follows it; «گوشهای» is گوش-های and گوشه-ای."""
    if "ها" not in form:
        return ()
    for suffix in PLURALS:
        if form.endswith(suffix) and len(form) > len(suffix) + 1:
            host = form[: -len(suffix)]
            known = lexicon.headword(host) if len(host) < MIN_UNKNOWN else known_host(host, lexicon)
            nouns: Found = (Cut(host, suffix),) if known else ()
            other: Found = ()
            if suffix in _AMBIGUOUS:
                other = as_verb(form, lexicon.verbs.participle(form)) + _silent_heh(form, lexicon)
            found = nouns + other if suffix in _NOUN_FIRST else other + nouns
            if not found and (len(suffix) > 2 or len(host) > MIN_UNKNOWN) and not lexicon.flags(form):
                found = (Cut(host, suffix),)
                if suffix == "های":
                    found += (Reading(form, lexicon.term(host + "ه")),)
            return found
    return ()


def comparative(form: str, lexicon: Lexicon) -> Found:
    """تر and ترین behind an adjective or adverb."""
    if "تر" not in form:
        return ()
    for suffix in COMPARATIVES:
        if form.endswith(suffix):
            host = form[: -len(suffix)]
            fits = len(host) > 1 and lexicon.headword(host) and _is(host, ADJECTIVE | ADVERB, lexicon)
            return (Cut(host, suffix),) if fits else ()
    return ()


def possessive(form: str, lexicon: Lexicon) -> Found:
    """مان, تان, شان behind a noun; with the spoken مون, تون, شون it may also be a name (هیلتون)."""
    if not form.endswith(("ان", "ون")):
        return ()
    for suffix in PRONOUNS:
        if form.endswith(suffix) and len(form) > len(suffix) + 2:
            flags = lexicon.flags(form)
            if flags and flags != LISTED:
                continue
            host = form[: -len(suffix)]
            if suffix.endswith("ون") and lexicon.magnitude(host) < SPOKEN_HOST:
                continue
            if suffix.startswith("ی") and not host.endswith(_VOWELS):
                continue
            if _is(host, NOUN, lexicon) or listed_plural(host, lexicon):
                itself = (Reading(lexicon.term(form), lexicon.term(form)),) if flags or suffix.endswith("ون") else ()
                return (*itself, Cut(host, suffix))
    return ()


def short_suffix(form: str, lexicon: Lexicon) -> Found:
    """The ezafe and indefinite ی, and the short possessives; the riskiest cuts."""
    if not form.endswith(_SHORT_ENDS):
        return ()
    return _silent_heh(form, lexicon) + _after_vowel(form, lexicon) + _after_consonant(form, lexicon)


def known_host(host: str, lexicon: Lexicon) -> bool:
    """Whether the host is a word of the lists, a variant of one, or a listed plural."""
    return bool(lexicon.terms(host) or aliased(host, lexicon) or listed_plural(host, lexicon))


def _silent_heh(form: str, lexicon: Lexicon) -> Found:
    for suffix in VOWEL_INITIAL if "ها" in form else ():
        host = form[: -len(suffix)]
        if form.endswith("ه" + suffix) and len(host) > 2:
            word = joined(host, suffix)
            if lexicon.flags(word) & HEAD:
                return (Reading(word, word), *as_verb(form, lexicon.verbs.participle(form)))
            if lexicon.headword(host):
                return (Cut(host, suffix),)
    if form.endswith("هی") and len(form) > 3 and lexicon.headword(form[:-1]):
        return (Cut(form[:-1], "ی"),)
    return ()


def _after_vowel(form: str, lexicon: Lexicon) -> Found:
    for suffix in AFTER_VOWEL if form.endswith(_WITH_VOWEL) else ():
        host = form[: -len(suffix)]
        if form.endswith(suffix) and len(host) > 1 and host.endswith(_VOWELS) and known_host(host, lexicon):
            return (Cut(host, suffix),)
    return ()


def _after_consonant(form: str, lexicon: Lexicon) -> Found:
    if len(form) < 4 or form[-1] not in SHORT:
        return ()
    host, suffix = form[:-1], form[-1]
    if host.endswith(("ا", "و", "ه")):
        return ()
    if not lexicon.headword(host):
        many = host.endswith(("ان", "ات")) and (listed_plural(host, lexicon) or guarded_plural(host, lexicon))
        return (Cut(host, suffix),) if many else ()
    if suffix != "ی" and (not _is(host, NOUN, lexicon) or (lexicon.flags(form) and not _slip(form, lexicon))):
        return ()
    if suffix == "ی" and _agent(host, lexicon):
        return ()
    itself = (Reading(lexicon.term(form), lexicon.term(form)),) if lexicon.flags(form) else ()
    return (*itself, Cut(host, suffix))


def _slip(form: str, lexicon: Lexicon) -> bool:
    """Whether hazm lists the form without a part of speech and a count: a possessive as often as a word (نظرم)."""
    return lexicon.flags(form) == LISTED and form.endswith(("م", "ش"))


def _agent(host: str, lexicon: Lexicon) -> bool:
    """Whether the host is a word and an agent's ending (شهردار, بازیگر): with ی it is another noun (شهرداری)."""
    return host.endswith(_AGENTS) and any(
        host.endswith(ending) and len(host) > len(ending) + 2 and lexicon.terms(host.removesuffix(ending)) != ()
        for ending in _AGENTS
    )


def _is(host: str, flags: int, lexicon: Lexicon) -> bool:
    return any(lexicon.flags(term) & flags for term in lexicon.terms(host))
