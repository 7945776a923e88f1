"""Plurals that a table lists: broken plurals, and those in -an and -at."""

from __future__ import annotations

from search_service.text.fold import bare
from search_service.text.lexicon import Lexicon
from search_service.text.reading import Found, Variant


def listed_plural(form: str, lexicon: Lexicon) -> Found:
    """«منابع» as منبع, «آقایان» as آقا."""
    plurals = lexicon.tables.plurals
    singles = plurals.get(lexicon.key(form)) or plurals.get(lexicon.key(lexicon.term(form))) or plurals.get(bare(form))
    return tuple(Variant(lexicon.term(form), single) for single in singles or ())


def plural_of_part(form: str, lexicon: Lexicon) -> Found:
    """«کنندگان» of مصرف‌کنندگان as کننده: what stands last in a listed plural of a compound."""
    singles = lexicon.tables.part_plurals.get(lexicon.key(form), ())
    return tuple(Variant(lexicon.term(form), single) for single in singles)
