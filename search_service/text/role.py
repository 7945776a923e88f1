"""The role of a word: what it may do to its neighbours, and which it must have for that.

Flags, so that those of a whole text are compared at once: most words with a role stand beside
others with which they make nothing («می‌رود» without a preverb, «یک» without a number).
"""

from __future__ import annotations

from typing import NamedTuple

from search_service.text import numeral
from search_service.text.acronym import LETTER_NAMES
from search_service.text.affix import SPACED
from search_service.text.form import IMPERFECT, LETTER, MONTH, NUMERAL, PREFIX, SUFFIX, Form
from search_service.text.verb import IMPERFECTIVE, PREVERBS

PREFIXES = frozenset(IMPERFECTIVE) | {preverb + prefix for preverb in (*PREVERBS, "دربر") for prefix in ("می", "نمی")}
HYPHENS = frozenset("-\u2010\u2011\u2013")
_PREVERB, _AND, _DIGITS, _HYPHEN, _AROUND_MONTH = (64 << at for at in range(5))
"""What a form is to its neighbours, beside its roles."""
ANY = 64 << 5
"""What every form is, and the end of a text."""


class Needs(NamedTuple):
    """Of what one must be, next to a form; 0: nothing there makes it worth a look."""

    before: int
    behind: int


_ALWAYS = Needs(0, ANY)
_OF_ROLE = {
    SUFFIX: _ALWAYS,
    PREFIX: _ALWAYS,
    IMPERFECT: Needs(_PREVERB, 0),
    LETTER: Needs(_DIGITS, LETTER | _AND | _DIGITS | _HYPHEN),
    NUMERAL: Needs(_DIGITS, NUMERAL | MONTH | _AND),
    MONTH: Needs(0, _DIGITS | _AROUND_MONTH),
}


def role_of(text: str) -> int:
    """The role of a word of Persian letters, by its folded form."""
    role = _ROLES.get(text)
    return (IMPERFECT if text.startswith(IMPERFECTIVE) else 0) if role is None else role


def _listed_role(text: str) -> int:
    role = 0
    if text in SPACED:
        role |= SUFFIX
    if text in PREFIXES:
        role |= PREFIX
    elif text.startswith(IMPERFECTIVE):
        role |= IMPERFECT
    if text in LETTER_NAMES:
        role |= LETTER
    if text in numeral.WORDS:
        role |= NUMERAL
    if numeral.month_of(text):
        role |= MONTH
    return role


_MONTHS = [name + ending for name in numeral.MONTHS for ending in ("", "ماه")]
_ROLES = {text: _listed_role(text) for text in (*SPACED, *PREFIXES, *LETTER_NAMES, *numeral.WORDS, *_MONTHS)}
"""Of the words of all lists."""


def _needs_of(roles: int) -> Needs:
    before = behind = 0
    for role, its in _OF_ROLE.items():
        if roles & role:
            before |= its.before
            behind |= its.behind
    return Needs(before, behind)


_NEEDS = tuple(map(_needs_of, range(_PREVERB)))
"""By the roles of a form."""
_OFFERED = {
    **dict.fromkeys(PREVERBS, _PREVERB),
    **dict.fromkeys(numeral.AROUND_MONTH, _AROUND_MONTH),
    "و": _AND,
}
"""By the text of a form."""


def needs(form: Form) -> Needs:
    """What a form needs."""
    # «سی» is a number by itself; affixes reach over a form that says nothing.
    return _ALWAYS if form.text == "سی" or not form.surface else _NEEDS[form.role]


def offered(form: Form) -> int:
    """What a form is to its neighbours."""
    found = form.role | ANY | _OFFERED.get(form.text, 0)
    if form.text.isdigit():
        found |= _DIGITS
    if form.surface in HYPHENS:
        found |= _HYPHEN
    return found
