"""What a word form is read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from search_service.text.lexicon import Lexicon


class Reading(NamedTuple):
    """One reading of a form: how it is written in terms, and its lemma."""

    exact: str
    lemma: str


class Cut(NamedTuple):
    """A form as a host and a suffix; the host is read in its turn."""

    host: str
    suffix: str


class Variant(NamedTuple):
    """A form that stands for another word: a variant for its right spelling, a plural for its singular."""

    exact: str
    other: str


Found = tuple[Reading | Cut | Variant, ...]

Step = Callable[[str, Lexicon], Found]
"""A step of the chain: readings of a folded form without half-spaces, best first; () to pass it on."""
