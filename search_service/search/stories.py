"""The same agency story in several outlets, as one hit.

Two articles are *copies* when they come from different outlets, appeared within three
days of each other, name the same numbers in their titles, and begin alike: of the
three-word shingles in their first eighty words (lead, then body) at least 70% of the
shorter one's stand in the other; 35% are enough where three of four words of the titles
are the same.  Shingles are those of Broder, "On the resemblance and containment of
documents" (1997).  An outlet's own series («قیمت طلا …» of each day) begin alike, too:
hence one article an outlet.

Copies are looked for in stretches of about ``STRETCH`` ranks and the stories of a stretch are
dealt to its pages, so that every hit stands on exactly one page, as itself or as a copy, no
page stands empty while others are full, and totals and page numbers count hits.
Copies have nearly the same words and age, and so nearly the same rank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from search_service.text.fold import fold

STRETCH = 30
"""Ranks in which copies are looked for, about."""
DAYS = 3
BEGINNING = 80
"""Words of the text that are compared."""
SHARE, SHARE_WITH_TITLE = 0.7, 0.35
TITLE = 0.75
FEWEST = 8
"""Shingles below which a text says too little to be called a copy."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")


class _Print(NamedTuple):
    """What of an article is compared."""

    source: str | None
    day: int | None
    title: frozenset[str]
    numbers: frozenset[str]
    shingles: frozenset[tuple[str, ...]]


def stretch(page: int, size: int) -> tuple[int, int]:
    """First rank and number of ranks of the stretch that holds a page: whole pages, this one among them."""
    pages = max(1, STRETCH // size)
    return (page - 1) // pages * pages * size, pages * size


def stories(articles: Sequence[Mapping[str, Any]], days: Sequence[int | None]) -> list[list[int]]:
    """Indices of articles, those of one story together: the first is the best placed; every index once.

    ``days``: ordinal days of publication.
    """
    prints = [_print(article, day) for article, day in zip(articles, days, strict=True)]
    groups: list[list[int]] = []
    for at, mine in enumerate(prints):
        for group in groups:
            if all(prints[other].source != mine.source for other in group) and _copies(prints[group[0]], mine):
                group.append(at)
                break
        else:
            groups.append([at])
    return groups


def dealt(groups: Sequence[list[int]], at: int, size: int) -> Sequence[list[int]]:
    """Those of a stretch's stories that stand on its page ``at``, counted from 0.

    A page is filled, but leaves at least one story for each that follows.
    """
    pages = -(-sum(map(len, groups)) // size)
    first, last = (min(size * page, len(groups) - max(0, pages - page)) for page in (at, at + 1))
    return groups[max(0, first) : max(0, last)]


def _print(article: Mapping[str, Any], day: int | None) -> _Print:
    title = fold(article.get("title", ""))
    # Letters of the first words are enough: folding a whole body would be the dearest part.
    text = fold(f"{article.get('lead', '')} {article.get('body', '')}"[: BEGINNING * 12])
    words = _words(text)[:BEGINNING]
    return _Print(
        source=article.get("source"),
        day=day,
        title=frozenset(_words(title)),
        numbers=frozenset(_NUMBER.findall(title)),
        shingles=frozenset(zip(words, words[1:], words[2:], strict=False)),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.replace("\u200c", ""))


def _copies(one: _Print, other: _Print) -> bool:
    if one.source is None or other.source is None or one.numbers != other.numbers:
        return False
    if one.day is None or other.day is None or abs(one.day - other.day) > DAYS:
        return False
    fewer = min(len(one.shingles), len(other.shingles))
    if fewer < FEWEST:
        return False
    share = len(one.shingles & other.shingles) / fewer
    return share >= SHARE or (share >= SHARE_WITH_TITLE and _alike(one.title, other.title))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= TITLE * max(1, len(one | other))
