"""What a hit shows of its article: the title and the best passages, matches marked.

Passages are cut at sentences or between words, never inside a word, however it is
spelt.  What is shown is the article's text without hidden control characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from search_service.engine.query import Node
from search_service.search.answer import Fragment, Fragments, Piece
from search_service.search.clauses import Clauses
from search_service.search.matches import Match, Matcher
from search_service.text.analyzer import Analyzer

MOST_FRAGMENTS = 3
SHORTEST, LENGTH, LONGEST = 120, 190, 220
"""Characters of a passage: as few, as many as it aims at, and at most."""
BLOCK = 2_500
"""Characters that are analysed at a time; those that follow only while words of the query are still missing."""
MOST_ANALYSED = 120_000
"""Characters of one text that are looked through for matches."""
MOST_MATCHES = 200
"""Matches of one block that are looked at."""

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|(?<=\u200c)\u200c+")
_SENTENCE_END = re.compile(r"(?:[.!?؟؛…]+[»”\"')\]]*(?=\s)|\n)\s*")
_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile("[ \u00a0\u200c]*")


def shown(text: str) -> str:
    """The text without bidi and other control characters, runs of half-spaces as one."""
    return _UNSEEN.sub("", text) if _UNSEEN.search(text) else text


class Snippets:
    """Makes the fragments of the articles that one query found."""

    def __init__(self, analyzer: Analyzer, query: Node) -> None:
        self._analyzer = analyzer
        self._title = Matcher(analyzer, query, "title")
        self._text = Matcher(analyzer, query, "body")

    def fragments(self, title: str, lead: str, body: str) -> Fragments:
        """The whole title; the best passages of lead and body, or, without a match, how they begin."""
        texts = [text for text in (lead, body) if text.strip()]
        return Fragments(title=self._marked_title(title), body=tuple(self._passages(texts)))

    def _marked_title(self, title: str) -> Fragment:
        text = shown(title)
        return _pieces(text, self._title.matches(Clauses(self._analyzer, text)) if self._title else [])

    def _passages(self, texts: Sequence[str]) -> list[Fragment]:
        candidates: list[_Window] = []
        seen: set[int] = set()
        for block in self._blocks(texts) if self._text else ():
            clauses = Clauses(self._analyzer, block)
            matches = self._text.matches(clauses)
            candidates += _Block(clauses, matches).windows()
            seen |= {match.unit for match in matches}
            if len(candidates) >= MOST_FRAGMENTS and len(seen) >= self._text.units:
                break
        if candidates:
            return _best(candidates)
        return [self._beginning(texts[0])] if texts else []

    def _beginning(self, text: str) -> Fragment:
        block = _Block(Clauses(self._analyzer, shown(text[:BLOCK]).strip()), ())
        return block.fragment(*block.passage(0, 0))

    def _blocks(self, texts: Sequence[str]) -> Iterator[str]:
        for text in texts:
            at = 0
            while at < min(len(text), MOST_ANALYSED):
                end = at + BLOCK
                if end < len(text):
                    space = max(text.rfind("\n", at + BLOCK // 2, end), text.rfind(" ", at + BLOCK // 2, end))
                    end = space + 1 if space > at else end
                yield shown(text[at:end])
                at = end


class _Window(NamedTuple):
    """A group of matches that one passage can show."""

    score: float
    units: frozenset[int]
    start: int
    end: int
    block: _Block


class _Block:
    """A stretch of analysed text, with its matches and where it may be cut."""

    def __init__(self, clauses: Clauses, matches: Sequence[Match]) -> None:
        self._clauses = clauses
        self._text = clauses.text
        self._matches = matches

    @cached_property
    def _sentences(self) -> list[int]:
        """Where sentences begin, and where the last one ends."""
        return [0, *(end.end() for end in _SENTENCE_END.finditer(self._text)), len(self._text)]

    def passage(self, start: int, end: int) -> tuple[int, int]:
        """The passage around ``text[start:end]``, without spaces at its ends."""
        spare = max(0, LENGTH - (end - start))
        first = self._sentences[bisect_right(self._sentences, start) - 1]
        begin = first if start - first <= spare else self._after_space(start - spare // 2, start)
        stop = self._stop(begin, end)
        if stop - begin < SHORTEST:  # the text ends here: show more of what is before
            earlier = max(0, stop - LENGTH)
            begin = min(begin, self._after_space(earlier, begin) if earlier else 0)
        text = self._text[begin:stop]
        return begin + len(text) - len(text.lstrip()), begin + len(text.rstrip())

    def fragment(self, start: int, end: int) -> Fragment:
        """The passage in pieces."""
        inside = [match for match in self._matches if start <= match.start and match.end <= end]
        return _pieces(self._text[start:end], [Match(m.start - start, m.end - start, m.unit) for m in inside])

    def windows(self) -> Iterator[_Window]:
        """For each match the group of those that follow it closely enough for one passage."""
        for first, match in enumerate(self._matches[:MOST_MATCHES]):
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
            yield _Window(score - 0.2 * (end - match.start) / LENGTH, frozenset(units), match.start, end, self)

    def _stop(self, begin: int, end: int) -> int:
        if len(self._text) <= begin + LONGEST:
            return len(self._text)
        last = self._sentences[bisect_right(self._sentences, begin + LONGEST) - 1]
        if last >= max(end, begin + SHORTEST):
            return last
        return self._before_space(max(end, begin + LENGTH), end)

    def _after_space(self, at: int, latest: int) -> int:
        """The first word's start from ``at`` on."""
        for space in _SPACES.finditer(self._text, at, latest):
            if not self._clauses.inside(space.start()):
                return space.end()
        return latest

    def _before_space(self, at: int, earliest: int) -> int:
        """The last word's end up to ``at``."""
        for place in range(at, earliest, -1):
            if self._text[place].isspace() and not self._clauses.inside(place):
                return place
        return earliest


def _best(windows: Sequence[_Window]) -> list[Fragment]:
    """The best windows, as passages that do not overlap; later ones had better show what the first did not."""
    fragments: list[Fragment] = []
    covered: frozenset[int] = frozenset()
    taken: list[tuple[_Block, int, int]] = []
    left = list(windows)
    while left and len(fragments) < MOST_FRAGMENTS:
        best = max(left, key=lambda window: window.score + len(window.units - covered))
        start, end = best.block.passage(best.start, best.end)
        fragment = best.block.fragment(start, end)
        apart = all(best.block is not block or end <= a or b <= start for block, a, b in taken)
        if apart and fragment not in fragments:
            fragments.append(fragment)
            taken.append((best.block, start, end))
            covered |= best.units
        left = [window for window in left if window.block is not best.block or not start <= window.start < end]
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
