"""Guesses for a query that found nothing: the other keyboard layout, Finglish, one edit.

All take and give folded forms; ``vocabulary`` is (term, frequency) pairs, as an engine's
vocabulary yields them.  Whoever shows a result of a guess says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from search_service.text.fold import ZWNJ, bare, fold

MOST = 10
"""Most candidates that are given back."""
LONGEST = 30
"""Longest word that is guessed at, in code points."""
SHORTEST_EDIT = 5
_ALIKE = [
    set(group)
    for group in ("کگ", "بپتثن", "جچحخ", "دذ", "رزژ", "سش", "صض", "طظ", "عغ", "فق", "سصث", "زذضظ", "تط", "هح", "قغ")
]
"""Letters of one shape or one sound."""

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,"
_ISIRI_9147 = dict(zip(_KEYS, "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو", strict=True)) | {"H": "آ", "C": "ژ", "M": "ء"}
"""The standard layout; https://en.wikipedia.org/wiki/ISIRI_9147."""
_WINDOWS = _ISIRI_9147 | {"m": "ئ", "`": "پ", "\\": "ژ"}
"""The layout that Windows has called Persian since 2000."""

_PERSIAN = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[A-Za-z]")


def other_layout(text: str) -> list[str]:
    """The text as it would be with the same keys on the other layout, both ways; [] for mixed text."""
    persian, latin = bool(_PERSIAN.search(text)), bool(_LATIN.search(text))
    if latin and not persian:
        found = [_typed(text, layout) for layout in (_ISIRI_9147, _WINDOWS)]
    elif persian and not latin:
        found = [_typed(fold(text), _reverse(layout)) for layout in (_ISIRI_9147, _WINDOWS)]
    else:
        return []
    return [guess for guess in dict.fromkeys(found) if guess != text]


def _typed(text: str, layout: dict[str, str]) -> str:
    return "".join(layout.get(char, layout.get(char.lower(), char)) for char in text)


def _reverse(layout: dict[str, str]) -> dict[str, str]:
    return {letter: key.lower() for key, letter in reversed(layout.items())}


_SOUNDS: dict[str, tuple[str, ...]] = {
    "kh": ("خ", "خو"), "sh": ("ش", "سه", "سح"), "ch": ("چ",), "gh": ("ق", "غ"), "zh": ("ژ",),
    "ph": ("ف",), "th": ("ت", "ث"), "ck": ("ک",),
    "b": ("ب",), "p": ("پ",), "t": ("ت", "ط"), "s": ("س", "ص", "ث"), "j": ("ج", "ژ"), "h": ("ه", "ح"),
    "d": ("د",), "z": ("ز", "ذ", "ض", "ظ"), "r": ("ر",), "q": ("ق", "غ"), "g": ("گ", "ژ"), "f": ("ف",), "k": ("ک",),
    "c": ("ک", "س"), "l": ("ل",), "m": ("م",), "n": ("ن",), "v": ("و",), "w": ("و",), "y": ("ی",), "x": ("کس", "خ"),
    "'": ("ع", "ء", ""),
    "aa": ("ا", "عا"), "ee": ("ی", "ئی"), "oo": ("و", "عو"), "ou": ("و", ""),
    "ei": ("ی", "های"), "ey": ("ی",), "ai": ("ای", "ی"),
    "a": ("ا", "", "ع", "عا", "اع"), "e": ("", "ع", "ی", "ئ"), "i": ("ی", "ئی", "عی"), "o": ("و", "", "ع", "عو"),
    "u": ("و", "", "عو"),
}  # fmt: skip
"""Latin letters -> what they may stand for, the likeliest first."""
_FIRST = {
    "a": ("ا", "ع", "عا"), "aa": ("ا", "عا"), "e": ("ا", "ع"), "i": ("ای", "عی"),
    "ee": ("ای", "عی"), "o": ("ا", "ع", "او"),
    "oo": ("او", "عو"), "u": ("او", "ی", "عو"), "ou": ("او",), "ei": ("ای",), "ey": ("ای",), "ai": ("ای",),
}  # fmt: skip
_LAST = {
    "a": ("ا", "ه", "ی", "اء", "ع"),
    "e": ("ه", "", "ع"),
    "eh": ("ه",),
    "ah": ("ه", "اه"),
    "i": ("ی", "ئی"),
    "o": ("و",),
}
_UNIT = re.compile("[a-z']")


def finglish(word: str, vocabulary: Iterable[tuple[str, int]]) -> list[str]:
    """Persian terms that the Latin word may spell, best first; every letter of both is accounted for."""
    latin = re.sub(r"([a-z])\1", _once, fold(word))
    if not 2 <= len(latin) <= LONGEST or not all(_UNIT.match(char) for char in latin):
        return []
    pattern = re.compile(_pattern(latin))
    initials = frozenset(sound[0] for _, each in sounds(latin, 0) for sound in each if sound) | {"آ"}
    found: list[tuple[float, str]] = []
    for term, frequency in vocabulary:
        if term[:1] in initials and len(term) <= LONGEST:
            persian = bare(term).replace(ZWNJ, "")
            if pattern.fullmatch(persian):
                found.append((_cost(latin, persian) - math.log(frequency + 1), term))
    found.sort()
    return [term for _, term in found[:MOST]]


def _once(match: re.Match[str]) -> str:
    return match[0] if match[1] in "aeoh" else match[1]


def sounds(latin: str, at: int) -> list[tuple[int, tuple[str, ...]]]:
    """The ways to read on from a place: how many Latin letters, and the Persian letters they may be."""
    ways: list[tuple[int, tuple[str, ...]]] = []
    for size in (2, 1):
        unit = latin[at : at + size]
        if len(unit) < size:
            continue
        found = _SOUNDS.get(unit, ())
        if at == 0:
            found = _FIRST.get(unit, found)
        if at + size == len(latin) and at:
            found = _LAST.get(unit, found)
        if found:
            ways.append((size, found))
    return ways


def _pattern(latin: str) -> str:
    """A regular expression of all Persian spellings of the word."""

    @lru_cache(None)
    def rest(at: int) -> str:
        if at == len(latin):
            return ""
        ways = [f"(?:{'|'.join(each)}){rest(at + size)}" for size, each in sounds(latin, at)]
        return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})" if ways else "(?!)"

    return rest(0)


def _cost(latin: str, persian: str) -> float:
    """How unlikely the best way is to read the one as the other; each second choice costs."""

    @lru_cache(None)
    def best(at: int, done: int) -> float:
        if at == len(latin):
            return 0.0 if done == len(persian) else math.inf
        costs = [
            rank * 0.8 + best(at + size, done + len(sound))
            for size, each in sounds(latin, at)
            for rank, sound in enumerate(each)
            if persian.startswith(sound, done)
        ]
        return min(costs, default=math.inf)

    return best(0, 0)


def one_edit(word: str, vocabulary: Iterable[tuple[str, int]]) -> list[str]:
    """Terms at one insertion, deletion, substitution or swap of code points.

    First those where a letter stands for one of its shape or sound, then the most frequent.
    [] for a word of fewer than five letters: among short words a neighbour is another word.
    """
    folded = fold(word)
    if not SHORTEST_EDIT <= len(folded) <= LONGEST:
        return []
    half = len(folded) // 2
    head, tail = folded[: half - 1], folded[-(half - 1) :]
    found = [
        (not _alike(folded, term), -frequency, term)
        for term, frequency in vocabulary
        if abs(len(term) - len(folded)) < 2
        and (term.startswith(head) or term.endswith(tail))
        and term != folded
        and within_one_edit(folded, term)
    ]
    return [term for _, _, term in sorted(found)[:MOST]]


def _alike(one: str, other: str) -> bool:
    """Whether the words differ in letters that are easily taken for each other."""
    differing = [{a, b} for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and all(any(pair <= group for group in _ALIKE) for pair in differing)


def within_one_edit(one: str, other: str) -> bool:
    """Whether the words are equal up to one insertion, deletion, substitution or swap of neighbours."""
    if len(one) > len(other):
        one, other = other, one
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    if len(one) == len(other):
        swapped = one[at : at + 2] == other[at : at + 2][::-1]
        return one[at + 1 :] == other[at + 1 :] or (swapped and one[at + 2 :] == other[at + 2 :])
    return len(other) - len(one) == 1 and one[at:] == other[at + 1 :]
