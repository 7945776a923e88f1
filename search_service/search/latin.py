"""Latin letters as the Persian that they may spell, word by word, against an index's vocabulary.

The sounds are those of ``text/guess.py``; here the vocabulary is looked up, letter after
letter, and never scanned: what a reader is typing has to be answered at once.
"""

from __future__ import annotations

from itertools import islice
from math import log

from search_service.engine.base import Vocabulary
from search_service.text.fold import fold
from search_service.text.guess import sounds

SHORTEST, LONGEST = 2, 20
"""Letters of a word that is read."""
BEAM = 24
"""Readings that are carried on from letter to letter."""
MOST = 4
_SECOND_CHOICE = 0.8
"""What each likelier sound that is passed over costs, in magnitudes of frequency."""


def beginnings(latin: str, vocabulary: Vocabulary) -> list[str]:
    """Persian beginnings of indexed words that a begun Latin word may spell, likeliest first."""
    ranked = []
    # A letter more, so that the last one is not taken for the word's end («e» there is «ه»).
    for persian, cost in _readings(fold(latin) + "-", len(latin), vocabulary):
        commonest = vocabulary.with_prefix("exact", persian, 1)
        if len(persian) >= SHORTEST and commonest:
            ranked.append((cost - log(commonest[0][1]), persian))
    return [persian for _, persian in sorted(ranked)[:MOST]]


def spelling(latin: str, vocabulary: Vocabulary) -> str | None:
    """The likeliest indexed word that a whole Latin word may spell."""
    readings = _readings(fold(latin), len(latin), vocabulary)
    ranked = [
        (cost - log(held), persian) for persian, cost in readings if (held := vocabulary.frequency("exact", persian))
    ]
    return min(ranked)[1] if ranked else None


def _readings(latin: str, length: int, vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """Persian readings of ``latin[:length]`` with which indexed words begin, each with its cost; cheapest first."""
    if not SHORTEST <= length <= LONGEST:
        return []
    reached: list[dict[str, float]] = [{"": 0.0}, *({} for _ in range(length))]
    for at in range(length):
        ways = [(at + size, each) for size, each in sounds(latin, at) if at + size <= length]
        for head, cost in _likeliest(reached[at], vocabulary):
            for place, persian in ways:
                for rank, sound in enumerate(persian):
                    text, total = head + sound, cost + rank * _SECOND_CHOICE
                    reached[place][text] = min(total, reached[place].get(text, total))
    return _likeliest(reached[length], vocabulary)


def _likeliest(readings: dict[str, float], vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """The cheapest readings with which some indexed word begins; of one letter, every one may be such."""
    ordered = sorted(readings.items(), key=lambda item: item[1])
    begun = (item for item in ordered if len(item[0]) < SHORTEST or vocabulary.with_prefix("exact", item[0], 1))
    return list(islice(begun, BEAM))
