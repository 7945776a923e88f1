"""Learning from the archive: which compounds does it attest that no list holds?

Two sweeps over the archive, so that little is held in memory: the first counts
half-spaced compounds, the second how often those over the threshold are written otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeVar

from search_service.archive.archive import Archive
from search_service.article import Article, Status
from search_service.settings import Settings
from search_service.text.fold import ZWNJ, bare, fold
from search_service.text.learned import Compound, Parts, unlisted
from search_service.text.lexicon import Lexicon
from search_service.text.segment import WORD

SCAN = 500
"""Articles read from the archive at once."""
MOST_HELD = 500_000
"""Words, or compounds, that are held at once; what stands in one article only is let go first."""

_WORD = re.compile(WORD)
Value = TypeVar("Value")


def learn(
    archive: Archive, lexicon: Lexicon, settings: Settings, between: Callable[[], object] = lambda: None
) -> list[Compound]:
    """The compounds that enough articles write with a half-space, in any order.

    A compound stands in at least ``learn_min_half_space`` articles so, and these are at
    least ``learn_min_share`` of all its spellings: what is mostly written apart is two
    words. ``between`` is called after every few hundred articles. Drafts teach nothing.
    """
    half_spaced = _half_spaced(archive, lexicon, between)
    enough = {parts: count for parts, count in half_spaced.items() if count >= settings.learn_min_half_space}
    joined, spaced = _otherwise(archive, enough, between) if enough else (Counter(), Counter())
    compounds = (Compound(parts, count, joined[parts], spaced[parts]) for parts, count in enough.items())
    return [compound for compound in compounds if compound.share >= settings.learn_min_share]


def _half_spaced(archive: Archive, lexicon: Lexicon, between: Callable[[], object]) -> Counter[Parts]:
    """In how many articles each unlisted compound stands, inflected or not."""
    counts: Counter[Parts] = Counter()
    read = _Memo(lambda chunk: [parts for word in _WORD.findall(chunk) if (parts := unlisted(fold(word), lexicon))])
    for article in _articles(archive, between):
        chunks = {chunk for chunk in _text(article).split() if ZWNJ in chunk}
        counts.update({parts for chunk in chunks for parts in read[chunk]})
        if len(counts) > MOST_HELD:
            counts = Counter({parts: count for parts, count in counts.items() if count > 1})
    return counts


def _otherwise(
    archive: Archive, compounds: dict[Parts, int], between: Callable[[], object]
) -> tuple[Counter[Parts], Counter[Parts]]:
    """In how many articles each compound is written joined, and with a space."""
    wholes = {bare("".join(parts)): parts for parts in compounds}
    seconds: dict[str, dict[str, Parts]] = {}
    for parts in compounds:
        seconds.setdefault(bare(parts[0]), {})[bare(parts[1])] = parts
    joined: Counter[Parts] = Counter()
    spaced: Counter[Parts] = Counter()
    read = _Memo(_plain)
    for article in _articles(archive, between):
        words = list(map(read.__getitem__, _text(article).split()))
        held = set(words)
        joined.update(wholes[word] for word in wholes.keys() & held)
        if seconds.keys() & held:
            spaced.update({seconds[a][b] for a, b in pairwise(words) if a in seconds and b in seconds[a]})
    return joined, spaced


def _plain(chunk: str) -> str:
    """The first word between two spaces, without punctuation and half-spaced suffixes."""
    word = _WORD.search(chunk)
    return bare(word[0]).split(ZWNJ)[0] if word else ""


def _articles(archive: Archive, between: Callable[[], object]) -> Iterator[Article]:
    last = ""
    while articles := archive.scan(after=last, limit=SCAN):
        yield from (article for article in articles if article.status is not Status.DRAFT)
        last = articles[-1].id
        between()


def _text(article: Article) -> str:
    return "\n".join((article.kicker, article.title, article.lead, article.body))


class _Memo(dict[str, Value]):
    """A function of a word, with what it gave; emptied when it is full."""

    def __init__(self, function: Callable[[str], Value]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, word: str) -> Value:
        if len(self) >= MOST_HELD:
            self.clear()
        value = self[word] = self._function(word)
        return value
