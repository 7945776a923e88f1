"""Plurals that a table lists: broken plurals, and those in -an and -at."""

from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.reading import Found, Variant


def listed_plural(form: str, lexicon: Lexicon) -> Found:
    """«منابع» as منبع, «آقایان» as آقا."""
    plurals, word = lexicon.tables.plurals, lexicon.entry(form)
    singles = plurals.get(word.key)
    if not singles and word.term != form:
        singles = plurals.get(lexicon.key(word.term))
    if not singles and word.bare != word.key:
        singles = plurals.get(word.bare)
    return tuple(Variant(word.term, single) for single in singles) if singles else ()


def plural_of_part(form: str, lexicon: Lexicon) -> Found:
    """«کنندگان» of مصرف‌کنندگان as کننده: what stands last in a listed plural of a compound."""
    singles = lexicon.tables.part_plurals.get(lexicon.key(form))
    return tuple(Variant(lexicon.term(form), single) for single in singles) if singles else ()
