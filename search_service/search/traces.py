"""Where in a text a query's terms may stand, found without analysing the text.

A term that a text holds has left a trace: a stretch between white space that has the term
when it is read alone, or one with which the term begins, where the rest stands apart
(«هسته ای»), or a part of speech that makes terms of other letters: a verb's «می», the words
of a number, a month.  What has left a trace is then analysed, so that one too many costs
little time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from search_service.text import numeral
from search_service.text.analyzer import Analyzer
from search_service.text.fold import ZWNJ, bare
from search_service.text.verb import IMPERFECTIVE, PREVERBS
from search_service.text.word import INFLECTIONS

_ANY = ""
"""In the place of the letter that must follow: it does not matter."""
SHORTEST_HEAD = 2
_DAY = len("14020825")


class Traces:
    """The traces of terms, for the texts of one request."""

    def __init__(self, analyzer: Analyzer, terms: Collection[str], prefixes: Iterable[str] = ()) -> None:
        self._analyzer = analyzer
        self._terms = frozenset(terms)
        self._prefixes = tuple(prefixes)
        self._heads = _heads(analyzer, terms)
        self._sought = self._terms.union(self._heads)
        self._judged: set[str] = set()
        self._bearing: dict[str, Collection[str]] = {}
        """Stretch -> the letters of which one must follow."""

    def places(self, text: str) -> list[int]:
        """Where the traces are, ascending."""
        stretches = set(text.split())
        self._judge(stretches - self._judged)
        found: list[int] = []
        for stretch in stretches & self._bearing.keys():
            found += _places(text, stretch, self._bearing[stretch])
        return sorted(found)

    def _judge(self, stretches: set[str]) -> None:
        """Remember which of them bear a term or begin one."""
        self._judged |= stretches
        for stretch, terms in self._analyzer.apart(stretches, self._sought, self._prefixes):
            if self._terms.isdisjoint(terms) and not any(term.startswith(self._prefixes) for term in terms):
                self._bearing[stretch] = {letter for term in terms for letter in self._heads.get(term, ())}
            else:
                self._bearing[stretch] = {_ANY}


def _heads(analyzer: Analyzer, terms: Collection[str]) -> dict[str, set[str]]:
    """What terms may begin with that are written apart -> the letters of which one follows it then."""
    heads: defaultdict[str, set[str]] = defaultdict(set)
    for term in terms:
        letters = term.replace(ZWNJ, "")
        for size in range(SHORTEST_HEAD, len(letters)):
            heads[letters[:size]].add(_bare(letters[size]))
        heads.update((letters + ending, {_ANY}) for ending in INFLECTIONS)  # as a later part of a compound
        if term.endswith(ZWNJ):  # the name of a letter that stands beside a number
            heads[letters].add(_ANY)
    if any(map(analyzer.lexicon.verbs.is_past, terms)):
        for preverb in PREVERBS:
            heads[preverb].update("من" if any(term.startswith(preverb) for term in terms) else ())
            heads.update((preverb + prefix, {_ANY}) for prefix in IMPERFECTIVE)
        heads.update((prefix, {_ANY}) for prefix in IMPERFECTIVE)
    if any(term.isdigit() for term in terms):
        heads.update((word, {_ANY}) for word in numeral.WORDS)
    if any(term.isdigit() and len(term) == _DAY for term in terms):
        heads.update((month + more, {_ANY}) for month in numeral.MONTHS for more in ("", "ماه"))
    return heads


def _places(text: str, stretch: str, following: Collection[str]) -> Iterator[int]:
    """Where the stretch stands between white space, with one of the letters behind it."""
    at = text.find(stretch)
    while at >= 0:
        end = at + len(stretch)
        if not text[at - 1 : at].strip() and not text[end : end + 1].strip() and _goes_on(text, end, following):
            yield at
        at = text.find(stretch, end)


def _goes_on(text: str, end: int, following: Collection[str]) -> bool:
    return _ANY in following or _bare(text[end : end + 2].lstrip()[:1]) in following


_bare = lru_cache(1_000)(bare)
