"""Variants of spelling and of names, and spoken forms, by the tables of aliases."""

from __future__ import annotations

from search_service.text.affix import AFTER_HALF_SPACE
from search_service.text.fold import ZWNJ
from search_service.text.lexicon import HEAD, Lexicon
from search_service.text.reading import Found, Variant
from search_service.text.verb import IMPERFECTIVE


def aliased(form: str, lexicon: Lexicon) -> Found:
    """«بلیط» as بلیت. A variant of a compound is left to ``compound``."""
    word = lexicon.entry(form)
    if word.canonical is None or is_compound(word.canonical, lexicon):
        return ()
    return (Variant(word.term, word.canonical.replace(ZWNJ, "")),)


def is_compound(spelling: str, lexicon: Lexicon) -> bool:
    """Whether a spelling has parts that are no affixes (آب‌رسانی, but not می‌روم) and make no word of one piece."""
    parts = spelling.split(ZWNJ)
    return (
        len(parts) > 1
        and not lexicon.flags("".join(parts)) & HEAD
        and parts[0] not in IMPERFECTIVE
        and not set(parts[1:]) & AFTER_HALF_SPACE
    )
