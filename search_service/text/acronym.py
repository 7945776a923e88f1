"""Acronyms spelt by the Persian names of Latin letters: ان‌بی‌سی, اف‌ای‌تی‌اف.

The whole of one is written with a half-space between its letters, so that it never equals
a word whose letters happen to be the same (SS and اساس, CDN and سیدیان).
"""

from __future__ import annotations

from collections.abc import Sequence

from search_service.text.fold import ZWNJ

NAMES = {
    "a": ("ای", "آ"), "b": ("بی",), "c": ("سی",), "d": ("دی",), "e": ("ای",), "f": ("اف",), "g": ("جی",),
    "h": ("اچ",), "i": ("آی",), "j": ("جی",), "k": ("کی", "کا"), "l": ("ال",), "m": ("ام",), "n": ("ان",),
    "o": ("او",), "p": ("پی",), "q": ("کیو",), "r": ("آر",), "s": ("اس",), "t": ("تی",), "u": ("یو",),
    "v": ("وی",), "w": ("دبلیو",), "x": ("ایکس", "اکس"), "y": ("وای",), "z": ("زد",),
}  # fmt: skip
"""Latin letter -> its names in Persian, the usual one first."""

LETTER_NAMES = frozenset(name for names in NAMES.values() for name in names) - {"آ", "کا"}

SHORTEST, LONGEST = 3, 6
"""Letters of an acronym that no table lists; two letters make too many words (AM, CT)."""


def whole_of(letters: Sequence[str]) -> str:
    """The one term of an acronym, or of a single letter that stands beside a number (اف ۱۶)."""
    return ZWNJ.join(letters) if len(letters) > 1 else letters[0] + ZWNJ


def letter_names(latin: str) -> str:
    """The whole of a Latin letter or acronym in small letters: fatf -> اف‌ای‌تی‌اف; '' for what is neither."""
    if not (len(latin) == 1 or SHORTEST <= len(latin) <= LONGEST) or not all(letter in NAMES for letter in latin):
        return ""
    return whole_of([NAMES[letter][0] for letter in latin])


def are_letters(parts: Sequence[str]) -> bool:
    """Whether the parts are names of letters, enough of them to be an acronym that no table lists."""
    return len(parts) >= SHORTEST and LETTER_NAMES.issuperset(parts)


def spelt_out(form: str) -> tuple[str, ...]:
    """The letter names that a joined form consists of, three or more; () when it does not."""
    best: tuple[str, ...] = ()
    if form in LETTER_NAMES:
        best = (form,)
    for size in (2, 3, 4, 5):
        head = form[:size]
        if head in LETTER_NAMES and len(form) > size:
            rest = _rest(form[size:])
            if rest and (not best or len(rest) + 1 < len(best)):
                best = (head, *rest)
    return best if are_letters(best) else ()


def _rest(form: str) -> tuple[str, ...]:
    if form in LETTER_NAMES:
        return (form,)
    for size in (5, 4, 3, 2):
        if form[:size] in LETTER_NAMES and len(form) > size:
            rest = _rest(form[size:])
            if rest:
                return (form[:size], *rest)
    return ()
