"""Acronyms spelt by the Persian names of Latin letters: ان‌بی‌سی, اف‌ای‌تی‌اف."""

from __future__ import annotations

from functools import lru_cache

NAMES = {
    "a": ("ای", "آ"), "b": ("بی",), "c": ("سی",), "d": ("دی",), "e": ("ای",), "f": ("اف",), "g": ("جی",),
    "h": ("اچ",), "i": ("آی",), "j": ("جی",), "k": ("کی", "کا"), "l": ("ال",), "m": ("ام",), "n": ("ان",),
    "o": ("او",), "p": ("پی",), "q": ("کیو",), "r": ("آر",), "s": ("اس",), "t": ("تی",), "u": ("یو",),
    "v": ("وی",), "w": ("دبلیو",), "x": ("ایکس", "اکس"), "y": ("وای",), "z": ("زد",),
}  # fmt: skip
"""Latin letter -> its names in Persian, the usual one first."""

LETTER_NAMES = frozenset(name for names in NAMES.values() for name in names) - {"آ", "کا"}

LONGEST = 6


def letter_names(latin: str) -> str:
    """The names of the letters, joined: fatf -> افایتیاف; '' for what is no short acronym."""
    if not 2 <= len(latin) <= LONGEST or not all(letter in NAMES for letter in latin):
        return ""
    return "".join(NAMES[letter][0] for letter in latin)


@lru_cache(4096)
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
    return best if len(best) >= 3 else ()


def _rest(form: str) -> tuple[str, ...]:
    if form in LETTER_NAMES:
        return (form,)
    for size in (5, 4, 3, 2):
        if form[:size] in LETTER_NAMES and len(form) > size:
            rest = _rest(form[size:])
            if rest:
                return (form[:size], *rest)
    return ()
