"""Variants of spelling and of names, and spoken forms, by the tables of aliases."""

from __future__ import annotations

from search_service.text.fold import ZWNJ, bare
from search_service.text.lexicon import Lexicon
from search_service.text.reading import Reading


def aliased(form: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """«بلیط» as بلیت. A variant of a compound is left to ``compound``."""
    canonical = canonical_spelling(form, lexicon)
    if canonical is None or ZWNJ in canonical:
        return ()
    return (Reading(lexicon.term(form), lexicon.term(canonical)),)


def canonical_spelling(form: str, lexicon: Lexicon) -> str | None:
    """What the tables call the right spelling of a folded form, half-spaces included."""
    aliases = lexicon.tables.aliases
    return aliases.get(lexicon.key(form)) or aliases.get(bare(form))
