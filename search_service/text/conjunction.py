"""The و between two parts: «گفت‌وگو», «حمل‌ونقل», and the و that lost its space."""

from __future__ import annotations

from search_service.text.chain import readings
from search_service.text.lexicon import Lexicon


def with_va_apart(parts: list[str], lexicon: Lexicon) -> list[str]:
    """Parts of a compound, with the و of «گفت‌وگو» as a part of its own."""
    split: list[str] = parts[:1]
    for part in parts[1:]:
        split += ["و", part[1:]] if begins_with_va(part, lexicon) else [part]
    return split


def begins_with_va(form: str, lexicon: Lexicon) -> bool:
    """Whether the form is و and a word, and no word itself (وزن, وفایی)."""
    if (
        not form.startswith("و")
        or len(form) < 3
        or lexicon.flags(form)
        or lexicon.compound(form)
        or not (lexicon.headword(form[1:]) or lexicon.verbs.is_past(form[1:]))
    ):
        return False
    read = readings(form, lexicon)[0]
    return read.lemma == read.exact
