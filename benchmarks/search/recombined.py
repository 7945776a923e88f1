"""Real articles, extended to any number by putting their sentences together anew."""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random

from search_service.article import Article
from search_service.settings import Settings
from search_service.sources.reader import Found, Unreadable, read

DONORS = 4
"""Articles whose sentences are mixed, so that words keep some of the company they are in; then as many more."""
_SENTENCE = re.compile(r"[^.!?؟\n]+[.!?؟\n]*")
_TODAY = date(2025, 1, 1)  # fixed: what a file says does not depend on the day of a run


class Recombined:
    """The articles of a file first; those after them depend on the file, the seed and their own number."""

    def __init__(self, file: Path, seed: int = 1) -> None:
        self._file = file
        self._seed = seed
        self.name = f"articles of {file.name}, recombined"

    def article(self, number: int) -> Article:
        """The article of this number, from 0; as long and as labelled as a real one."""
        real = self._articles
        if number < len(real):
            return real[number]
        chance = Random(f"{self._seed}:{number}")
        base, dated = real[number % len(real)], real[chance.randrange(len(real))]
        body: list[str] = []
        pool: list[str] = []
        length = 0
        while self._sentences and length < len(base.body):
            if not pool:
                pool = [sentence for _ in range(DONORS) for sentence in chance.choice(self._sentences)]
                chance.shuffle(pool)
            body.append(pool.pop())
            length += len(body[-1])
        return base.model_copy(
            update={
                "id": f"{base.id[:150]}~{number}",
                "title": real[chance.randrange(len(real))].title or base.title,
                "body": " ".join(body) or base.body,
                "published": dated.published,
            }
        )

    @cached_property
    def _articles(self) -> list[Article]:
        items = read(self._file, known_categories=(), today=_TODAY, max_article_bytes=Settings().max_article_bytes)
        articles, unreadable = {}, None
        for item in items:
            if isinstance(item, Found):
                articles[item.article.id] = item.article
            elif isinstance(item, Unreadable):
                unreadable = unreadable or item
        if not articles:
            line = f", line {unreadable.line}" if unreadable and unreadable.line else ""
            why = f"{line}: {unreadable.error}" if unreadable else ""
            raise ValueError(f"no article can be read in {self._file}{why}")
        return [article.model_copy(update={"version": 1}) for article in articles.values()]

    @cached_property
    def _sentences(self) -> list[list[str]]:
        """Of each article that has any."""
        pieces = [[each.strip() for each in _SENTENCE.findall(article.body)] for article in self._articles]
        return [sentences for each in pieces if (sentences := [sentence for sentence in each if sentence])]
