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
from search_service.text.reading import Reading, merged
from search_service.text.steps.guarded import guarded_plural
from search_service.text.steps.listed import listed_plural
from search_service.text.steps.spelling import aliased
from search_service.text.steps.verbal import readings

_AGENTS = (
    "دار", "ساز", "گیر", "گر", "کار", "گذار", "گزار", "نگار", "شناس", "پرداز", "فروش", "نویس", "خوان", "دان", "ران",
    "زن", "بان", "چی", "مند", "باز", "بر", "پرست", "یاب", "کش", "پوش", "دوز", "خوار", "رسان", "سنج", "طلب", "جو", "گو",
    "پذیر", "آموز", "گرا", "نشین", "نورد", "تراش", "یار", "ور", "گردان", "شو", "خواه", "کن", "بند", "ریز", "پز", "چین",
)  # fmt: skip
"""Present stems and suffixes that make the name of one who does something."""

MIN_UNKNOWN = 3
"""Fewest letters of a host that no list knows, before ها."""

_NOUN_FIRST = ("های", "هایم")
_AMBIGUOUS = (*_NOUN_FIRST, "هام", "هات", "هاش")
"""ه of the host, or of ها: خانه-اش before the spoken خان-هاش, but حرف-های before حرفه-ای."""


def host_readings(host: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """A host without its suffix: a variant, a listed plural, or a word of the lists."""
    found = aliased(host, lexicon) or listed_plural(host, lexicon)
    return found or tuple(Reading(term, term) for term in lexicon.terms(host))


def plural(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """ها and what follows it; «گوشهای» is گوش-های and گوشه-ای."""
    for suffix in PLURALS:
        if form.endswith(suffix) and len(form) > len(suffix) + 1:
            host = form[: -len(suffix)]
            found = _hosted(host, suffix, lexicon)
            if suffix in _AMBIGUOUS:
                other = merged(readings(form, lexicon.verbs.participle(form)), _silent_heh(form, lexicon))
                found = merged(found, other) if suffix in _NOUN_FIRST else merged(other, found)
            if not found and (len(suffix) > 2 or len(host) > MIN_UNKNOWN) and not lexicon.flags(form):
                found = (Reading(joined(lexicon.term(host), suffix), lexicon.term(host)),)
                if suffix == "های":
                    found += (Reading(found[0].exact, lexicon.term(host + "ه")),)
            return found
    return ()


def comparative(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """تر and ترین behind an adjective or adverb."""
    for suffix in COMPARATIVES:
        if form.endswith(suffix):
            host = form[: -len(suffix)]
            if len(host) > 1 and lexicon.headword(host) and _is(host, ADJECTIVE | ADVERB, lexicon):
                return _hosted(host, suffix, lexicon)
            return ()
    return ()


def possessive(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """مان, تان, شان behind a noun."""
    for suffix in PRONOUNS:
        if form.endswith(suffix) and len(form) > len(suffix) + 2 and not lexicon.flags(form):
            host = form[: -len(suffix)]
            if suffix.startswith("ی") and not host.endswith(("ا", "و")):
                continue
            if host.endswith("ها"):
                return plural(form, lexicon)
            if _is(host, NOUN, lexicon):
                return _hosted(host, suffix, lexicon)
    return ()


def short_suffix(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """The ezafe and indefinite ی, and the short possessives; the riskiest cuts."""
    return merged(_silent_heh(form, lexicon), _after_vowel(form, lexicon), _after_consonant(form, lexicon))


def _silent_heh(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    for suffix in VOWEL_INITIAL:
        host = form[: -len(suffix)]
        if form.endswith("ه" + suffix) and len(host) > 2:
            word = joined(host, suffix)
            if lexicon.flags(word) & HEAD:
                return (Reading(word, word),)
            if lexicon.headword(host):
                return _hosted(host, suffix, lexicon)
    if form.endswith("هی") and len(form) > 3 and lexicon.headword(form[:-1]) and not lexicon.flags(form):
        return _hosted(form[:-1], "ی", lexicon)
    return ()


def _after_vowel(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    for suffix in AFTER_VOWEL:
        host = form[: -len(suffix)]
        if form.endswith(suffix) and len(host) > 1 and host.endswith(("ا", "و")) and lexicon.headword(host):
            return _hosted(host, suffix, lexicon)
    return ()


def _after_consonant(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    if len(form) < 4 or form[-1] not in SHORT:
        return ()
    host, suffix = form[:-1], form[-1]
    if host.endswith(("ا", "و", "ه")):
        return ()
    if not lexicon.headword(host):
        many = listed_plural(host, lexicon) or guarded_plural(host, lexicon) if host.endswith(("ان", "ات")) else ()
        return tuple(Reading(joined(read.exact, suffix), read.lemma) for read in many)
    if suffix != "ی" and (lexicon.flags(form) & LISTED or not _is(host, NOUN, lexicon)):
        return ()
    if suffix == "ی" and _agent(host, lexicon):
        return ()
    return _hosted(host, suffix, lexicon)


def _agent(host: str, lexicon: Lexicon) -> bool:
    """Whether the host is a word and an agent's ending (شهردار, بازیگر): with ی it is another noun (شهرداری)."""
    return any(
        host.endswith(ending) and len(host) > len(ending) + 1 and lexicon.terms(host.removesuffix(ending)) != ()
        for ending in _AGENTS
    )


def _hosted(host: str, suffix: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    return tuple(Reading(joined(read.exact, suffix), read.lemma) for read in host_readings(host, lexicon))


def _is(host: str, flags: int, lexicon: Lexicon) -> bool:
    return any(lexicon.flags(term) & flags for term in lexicon.terms(host))
