"""What a word form is read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from search_service.text.lexicon import Lexicon


class Reading(NamedTuple):
    """One reading of a form: how it is written in terms, and its lemma."""

    exact: str
    lemma: str


Step = Callable[[str, Lexicon], tuple[Reading, ...]]
"""A step of the chain: readings of a folded form without half-spaces, best first; () to pass it on."""


def merged(*groups: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The readings of several steps, each lemma once."""
    by_lemma: dict[str, Reading] = {}
    for reading in (reading for group in groups for reading in group):
        by_lemma.setdefault(reading.lemma, reading)
    return tuple(by_lemma.values())
