"""What a hit shows of its article: the title and the best passages, matches marked.

Passages are cut at sentences or between words, never inside a word, however it is
spelt.  What is shown is the article's text without hidden control characters.  No text is
read again for it: the index knows at which positions words are, and the article where
these stand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from search_service.engine.base import Positions, Searcher
from search_service.engine.query import Node
from search_service.search.answer import Fragment, Fragments, Piece
from search_service.search.matches import Match, Matcher
from search_service.text import stored
from search_service.text.layout import NOTHING, Line

MOST_FRAGMENTS = 3
SHORTEST, LENGTH, LONGEST = 120, 190, 220
"""Characters of a passage: as few, as many as it aims at, and at most."""
BLOCK = 2_500
"""Characters that are looked at together; those that follow only while words of the query are still missing."""
MOST_MATCHES = 200
"""Matches of one block that are looked at."""

_CONTROLS = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
_CONTROL = re.compile(_CONTROLS)
_UNSEEN = re.compile(f"{_CONTROLS}|(?<=\u200c)\u200c+")
# A pattern that begins with one set of signs is looked for quickly.
_SENTENCE_END = re.compile(r"[.!?؟؛…\n](?:(?<=\n)|[.!?؟؛…]*[»”\"')\]]*(?=\s))\s*")
_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile("[ \u00a0\u200c]*")


def shown(text: str) -> str:
    """The text without bidi and other control characters, runs of half-spaces as one."""
    return _UNSEEN.sub("", text) if _has_unseen(text) else text


def _has_unseen(text: str) -> bool:
    return "\u200c\u200c" in text or _CONTROL.search(text) is not None


class Snippets:
    """Makes the fragments of articles that one query found."""

    def __init__(self, query: Node, searcher: Searcher, articles: Mapping[str, stored.Shown]) -> None:
        """``articles``: what they have stored, by id."""
        self._matcher = Matcher(query)
        positions = searcher.positions(list(articles), self._matcher.nodes)
        rows = zip(articles.items(), positions, stored.layouts(list(articles.values())), strict=True)
        self._articles = {id: _Article(article, its, layouts) for (id, article), its, layouts in rows}

    def fragments(self, id: str) -> Fragments:
        """The whole title; the best passages of lead and body, or, without a match, how they begin."""
        article = self._articles[id]
        texts = (self._text(article, field) for field in ("lead", "body") if article.shown.get(field, "").strip())
        return Fragments(title=self.title(id), body=tuple(self._passages(texts)))

    def title(self, id: str) -> Fragment:
        """The whole title."""
        title = self._text(self._articles[id], "title")
        return title.fragment(0, len(title.text))

    def _text(self, article: _Article, field: str) -> _Text:
        line = article.layouts.get(field, NOTHING)
        first = stored.first_of_lead(article.layouts) if field == "lead" else 0
        matches = self._matcher.matches(field, article.positions, line, first)
        return _Text(article.shown.get(field, ""), line, matches)

    def _passages(self, texts: Iterator[_Text]) -> list[Fragment]:
        candidates: list[_Window] = []
        seen: set[int] = set()
        first: _Text | None = None
        for text in texts:
            first = first or text
            for windows in text.windows():
                candidates += windows
                seen.update(*(window.units for window in windows))
                if len(candidates) >= MOST_FRAGMENTS and len(seen) >= self._matcher.units:
                    return _best(candidates)
        if candidates or first is None:
            return _best(candidates)
        return [first.fragment(*first.passage(0, 0))]


class _Article(NamedTuple):
    """What is known of an article."""

    shown: stored.Shown
    positions: Positions
    """Where the query's terms stand."""
    layouts: Mapping[str, Line]
    """Where each position of a text is in it."""


class _Window(NamedTuple):
    """A group of matches that one passage can show."""

    score: float
    units: frozenset[int]
    start: int
    end: int
    text: _Text


class _Text:
    """A text with its matches and where it may be cut."""

    def __init__(self, text: str, line: Line, matches: Sequence[Match]) -> None:
        self.text = text
        self._line = line
        self._matches = matches

    def passage(self, start: int, end: int) -> tuple[int, int]:
        """The passage around ``text[start:end]``, without spaces at its ends."""
        spare = max(0, LENGTH - (end - start))
        first = self._sentence(start, start - spare)
        begin = self._after_space(start - spare // 2, start) if first is None else first
        stop = self._stop(begin, end)
        if stop - begin < SHORTEST:  # the text ends here: show more of what is before
            earlier = max(0, stop - LENGTH)
            begin = min(begin, self._after_space(earlier, begin) if earlier else 0)
        text = self.text[begin:stop]
        return begin + len(text) - len(text.lstrip()), begin + len(text.rstrip())

    def fragment(self, start: int, end: int) -> Fragment:
        """A part of the text in pieces, as it is shown."""
        text = self.text[start:end]
        hidden: list[int] = []
        if _has_unseen(text):
            hidden = [place for found in _UNSEEN.finditer(text) for place in range(*found.span())]
            text = shown(text)
        first = bisect_left(self._matches, start, key=_start)
        inside = []
        for match in self._matches[first:]:
            if match.start >= end:
                break
            if match.end <= end:
                begin, stop = match.start - start, match.end - start
                inside.append(Match(begin - _below(hidden, begin), stop - _below(hidden, stop), match.unit))
        return _pieces(text, inside)

    def windows(self) -> Iterator[list[_Window]]:
        """For each match the group of those that follow it closely enough for one passage; a block at a time."""
        at = 0
        for _, block in groupby(self._matches, lambda match: match.start // BLOCK):
            size = sum(1 for _ in block)
            yield [self._window(first) for first in range(at, at + min(size, MOST_MATCHES))]
            at += size

    def _window(self, first: int) -> _Window:
        match = self._matches[first]
        units: set[int] = set()
        score, end = 0.0, match.start - 1
        for other in self._matches[first : first + MOST_MATCHES]:
            if other.end - match.start > LENGTH:
                break
            if other.unit in units:
                score += 0.05
                continue
            score += 1.3 if units and other.start - end <= 2 else 1.0  # words side by side are worth more
            units.add(other.unit)
            end = max(end, other.end)
        return _Window(score - 0.2 * (end - match.start) / LENGTH, frozenset(units), match.start, end, self)

    def _sentence(self, place: int, earliest: int) -> int | None:
        """Where the sentence of a place begins; None: before the earliest."""
        begins = [found.end() for found in _SENTENCE_END.finditer(self.text, max(0, earliest - 1), place)]
        if begins:
            return begins[-1] if begins[-1] >= earliest else None
        return 0 if earliest <= 0 else None

    def _stop(self, begin: int, end: int) -> int:
        if len(self.text) <= begin + LONGEST:
            return len(self.text)
        last = self._sentence(begin + LONGEST, max(end, begin + SHORTEST))
        return self._before_space(max(end, begin + LENGTH), end) if last is None else last

    def _after_space(self, at: int, latest: int) -> int:
        """The first word's start from ``at`` on."""
        for space in _SPACES.finditer(self.text, at, latest):
            if not self._line.inside(space.start()):
                return space.end()
        return latest

    def _before_space(self, at: int, earliest: int) -> int:
        """The last word's end up to ``at``."""
        for place in range(at, earliest, -1):
            if self.text[place].isspace() and not self._line.inside(place):
                return place
        return earliest


_start = itemgetter(0)


_below = bisect_left
"""How many of some numbers, ascending, are below one."""


def _best(windows: Sequence[_Window]) -> list[Fragment]:
    """The best windows, as passages that do not overlap; later ones had better show what the first did not."""
    fragments: list[Fragment] = []
    covered: frozenset[int] = frozenset()
    taken: list[tuple[_Text, int, int]] = []
    left = list(windows)
    while left and len(fragments) < MOST_FRAGMENTS:
        best = max(left, key=lambda window: window.score + len(window.units - covered))
        start, end = best.text.passage(best.start, best.end)
        fragment = best.text.fragment(start, end)
        apart = all(best.text is not text or end <= a or b <= start for text, a, b in taken)
        if apart and fragment not in fragments:
            fragments.append(fragment)
            taken.append((best.text, start, end))
            covered |= best.units
        left = [window for window in left if window.text is not best.text or not start <= window.start < end]
    return fragments


def _pieces(text: str, matches: Sequence[Match]) -> Fragment:
    """The text cut at the borders of its matches; matches with only a space between are one."""
    pieces: list[Piece] = []
    at = 0
    for start, end in _merged(text, matches):
        if start > at:
            pieces.append(Piece(text=text[at:start], match=False))
        pieces.append(Piece(text=text[start:end], match=True))
        at = end
    if at < len(text):
        pieces.append(Piece(text=text[at:], match=False))
    return tuple(pieces)


def _merged(text: str, matches: Sequence[Match]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end, _ in sorted(matches):
        if merged and (start <= merged[-1][1] or _BETWEEN.fullmatch(text, merged[-1][1], start)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
