"""What is asked: the same questions of every peer, in kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from benchmarks.search.corpus import Corpus
from search_service import jalali
from search_service.article import TEHRAN, Article
from search_service.engine.query import Days, Filter, Keyword
from search_service.text.fold import key

Form = Literal["any", "all", "phrase", "prefix"]
MOST_WORDS = 5
PHRASE_WORDS = (2, 3)
SHORTEST_PREFIX = 3

KINDS = {
    "any": "1 to 5 words, any of them",
    "all": "1 to 5 words, all of them",
    "phrase": "2 or 3 words that stand together in some article",
    "prefix": "the beginning of a word, of at least 3 letters, that at most 150 words of a stream have",
    "any in category": "any of the words; articles of one category, whose own counts leave that choice out",
    "any in period": "any of the words; articles between two days, and the counts of months leave that choice out",
    "any by date": "any of the words, newest first",
    "any, no facets": "any of the words: the total and ten articles only",
}
"""Kind -> what is asked. Unless said, each wants the exact total, the counts of all categories and of all
Jalali months, and the ten best articles as stored."""

_WORD = re.compile("[^\\W\\d_]+(?:\u200c[^\\W\\d_]+)*")
_RUN = re.compile(f"{_WORD.pattern}(?: {_WORD.pattern})+")


@dataclass(frozen=True, slots=True)
class Question:
    """One search."""

    kind: str
    form: Form
    words: tuple[str, ...]
    """Of a prefix one: the beginning of a word."""
    filter: Filter | None = None
    newest: bool = False
    facets: bool = field(default=True)


class Questions:
    """Draws questions from a corpus, or from ``lines`` of queries; ``fits`` says whether a prefix is narrow enough."""

    def __init__(
        self, corpus: Corpus, size: int, lines: Sequence[str], fits: Callable[[str], bool], seed: int = 1
    ) -> None:
        self._corpus = corpus
        self._size = size
        self._queries = [words for line in lines if (words := tuple(_WORD.findall(line)))]
        self._fits = fits
        self._chance = Random(seed)

    def draw(self, count: int) -> list[Question]:
        """So many of each kind."""
        return [self._question(kind, 1 + at % MOST_WORDS) for kind in KINDS for at in range(count)]

    def queries(self, count: int) -> list[str]:
        """Queries as readers type them."""
        return [" ".join(self._words(1 + at % MOST_WORDS)) for at in range(count)]

    def _question(self, kind: str, words: int) -> Question:
        match kind:
            case "all":
                return Question(kind, "all", self._words(words))
            case "phrase":
                return Question(kind, "phrase", self._phrase(self._chance.choice(PHRASE_WORDS)))
            case "prefix":
                return Question(kind, "prefix", (self._prefix(),))
            case "any in category":
                return Question(kind, "any", self._words(words), self._category())
            case "any in period":
                return Question(kind, "any", self._words(words), self._period())
            case "any by date":
                return Question(kind, "any", self._words(words), newest=True)
            case "any, no facets":
                return Question(kind, "any", self._words(words), facets=False)
        return Question(kind, "any", self._words(words))

    def _words(self, count: int) -> tuple[str, ...]:
        """Words of a query that has so many, or of a title."""
        long = [query for query in self._queries if len(query) >= count]
        if long:
            return self._chance.choice(long)[:count]
        for article in self._articles():
            words = _WORD.findall(article.title)
            if len(words) >= count:
                first = self._chance.randrange(len(words) - count + 1)
                return tuple(words[first : first + count])
        raise AssertionError("articles do not end")

    def _phrase(self, count: int) -> tuple[str, ...]:
        for article in self._articles():
            runs = [words for run in _RUN.findall(article.body) if len(words := run.split(" ")) >= count]
            if runs:
                run = self._chance.choice(runs)
                first = self._chance.randrange(len(run) - count + 1)
                return tuple(run[first : first + count])
        raise AssertionError("articles do not end")

    def _prefix(self) -> str:
        while True:
            word = self._words(1)[0].partition("\u200c")[0]
            for length in range(SHORTEST_PREFIX, len(word) + 1):
                if self._fits(word[:length]):
                    return word[:length]

    def _category(self) -> Filter:
        for article in self._articles():
            if article.categories and (name := key(self._chance.choice(article.categories))):
                return Keyword("category", (name,))
        raise AssertionError("articles do not end")

    def _period(self) -> Filter:
        days: list[int] = []
        for article in self._articles():
            moment = article.published_at()
            if moment:
                days.append(jalali.day_number(moment.astimezone(TEHRAN).date()))
            if len(days) == 2:
                return Days(((min(days), max(days)),))
        raise AssertionError("articles do not end")

    def _articles(self) -> Iterator[Article]:
        while True:
            yield self._corpus.article(self._chance.randrange(self._size))
