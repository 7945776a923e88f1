"""Totals and facet counts equal those of a brute force over the stored articles.

The brute force knows neither the query compiler nor an engine: it walks through every
article with sets of words.  By default over the bundled sample; ``SEARCH_TEST_ARTICLES``
and ``SEARCH_TEST_QUERIES`` name larger files, ``SEARCH_TEST_SEARCHES`` the number.
"""

import json
import os
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from math import ceil
from pathlib import Path

import pytest

from search_service import jalali
from search_service.archive.archive import Archive
from search_service.article import TEHRAN, Article, Status
from search_service.engine.query import STREAMS
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.indexer import Indexer
from search_service.indexing.live import LiveIndex
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings
from search_service.sources.item import Found
from search_service.sources.reader import read
from search_service.text.analyzer import Analyzer
from search_service.text.fold import key

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLES = os.environ.get("SEARCH_TEST_ARTICLES")
QUERIES = os.environ.get("SEARCH_TEST_QUERIES")
SYNTAX = set('"«»“”()|*:-')
SEARCHES = int(os.environ.get("SEARCH_TEST_SEARCHES", "100"))


@dataclass
class Walked:
    """An article as the brute force sees it."""

    categories: set[str]
    sources: set[str]
    day: int | None
    fields: list[dict[str, list[str | None]]]
    terms: dict[str, set[str | None]]

    def has(self, stream: str, *terms: str) -> bool:
        """Whether the terms stand one after another in some field."""
        if not self.terms[stream].issuperset(terms):
            return False
        return len(terms) == 1 or any(
            field[stream][at : at + len(terms)] == list(terms)
            for field in self.fields
            for at in range(len(field[stream]) - len(terms) + 1)
        )


def walked(article: Article, analyzer: Analyzer) -> Walked:
    moment = article.published_at()
    fields = [
        {stream: list(terms) for stream, terms in analyzer.streams(text).items()}
        for text in (article.title, article.kicker, article.lead, article.body)
    ]
    return Walked(
        categories={key(name) for name in article.categories if key(name)},
        sources={key(article.source)} if article.source else set(),
        day=jalali.day_number(moment.astimezone(TEHRAN).date()) if moment else None,
        fields=fields,
        terms={stream: set().union(*(field[stream] for field in fields)) for stream in STREAMS},
    )


def holds(article: Walked, word, wholes) -> bool:
    """Whether some reading of a query's word stands in the article."""
    first = word.tokens[0].terms
    exact = [token.terms["exact"] for token in word.tokens]
    lemma = [token.terms["lemma"] for token in word.tokens]
    readings = [("exact", exact), ("lemma", lemma)]
    if len(word.tokens) == 1:
        for reading in {first["lemma"], first.get("alternate", first["lemma"])}:
            readings += [(stream, [reading]) for stream in ("lemma", "alternate", "joined")]
        readings.append(("joined", exact))
    if "joined" in first:
        readings += [(stream, [first["joined"]]) for stream in ("joined", "exact", "lemma")]
    for whole in wholes:
        readings += [(stream, [whole]) for stream in ("joined", "exact", "lemma")]
    for split in word.splits:
        readings += [("exact", list(split)), ("lemma", list(split))]
    return any(article.has(stream, *terms) for stream, terms in readings)


def matching(articles, text, match, analyzer) -> list[bool]:
    """Which articles the query means, by the ladder or by a fixed step."""
    words = analyzer.words(text)
    spelt = ["".join(token.terms["exact"] for token in word.tokens) for word in words]
    wholes = [
        ["".join(spelt[a:b]) for a in range(len(words)) for b in (a + 2, a + 3) if a <= at < b <= len(words)]
        for at in range(len(words))
    ]
    content = [at for at, word in enumerate(words) if not word.optional] or list(range(len(words)))
    found = [sum(holds(article, words[at], wholes[at]) for at in content) for article in articles]
    steps = {"all": [len(content)], "any": [1], "auto": [len(content), ceil(0.6 * len(content)), 1]}[match]
    for least in steps:
        chosen = [count >= least for count in found]
        if any(chosen):
            return chosen
    return [False] * len(articles)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    settings = Settings(index=folder)
    archive = Archive.open(settings.archive_path)
    with resources.as_file(resources.files("search_service.data") / "sample.jsonl") as sample:
        items = read(
            Path(ARTICLES) if ARTICLES else sample,
            known_categories=settings.known_categories,
            today=NOW.date(),
            max_article_bytes=settings.max_article_bytes,
        )
        archive.write([item.article for item in items if isinstance(item, Found)])
    engine = WhooshEngine(folder)
    indexer = Indexer(settings, archive, engine)
    with indexer.lock("a test"):
        indexer.catch_up()
    live = LiveIndex(engine)
    service = SearchService(live.pair, settings, clock=lambda: NOW)
    analyzer = live.pair().analyzer
    articles = []
    last = ""
    while batch := archive.scan(after=last):
        articles += [walked(article, analyzer) for article in batch if article.status is Status.PUBLISHED]
        last = batch[-1].id
    archive.close()
    return service, settings, analyzer, articles


def random_search(articles, rng, queries) -> dict[str, object]:
    """A query of some words that stand near each other, and some filters."""
    if queries and rng.random() < 0.8:
        text = rng.choice(queries)
    else:
        field = rng.choice([field for field in rng.choice(articles).fields if field["exact"]])
        at = rng.randrange(len(field["exact"]))
        text = " ".join(term for term in field["exact"][at : at + rng.randint(1, 4)] if term)
    given: dict[str, object] = {"q": text, "match": rng.choice(["auto", "auto", "all", "any"]), "size": "1"}
    dated = [article.day for article in articles if article.day]
    categories = sorted(set().union(*(article.categories for article in articles)))
    if rng.random() < 0.5:
        given["category"] = rng.sample(categories, rng.randint(1, 2))
    if rng.random() < 0.3:
        day = str(rng.choice(dated))
        given["date"] = rng.choice([day[:4], f"{day[:4]}-{day[4:6]}", f"{day[:4]}-{day[4:6]}-{day[6:]}"])
    if rng.random() < 0.3:
        first, last = sorted(rng.sample(dated, 2))
        given["from"], given["to"] = (f"{n // 10000}/{n // 100 % 100}/{n % 100}" for n in (first, last))
    if rng.random() < 0.2:
        given["source"] = rng.choice(sorted(set().union(*(article.sources for article in articles))))
    return given


def days(text: str) -> tuple[int, int]:
    """The Jalali days of a year, month or day, as numbers that enclose them."""
    parts = [int(part) for part in text.replace("/", "-").split("-")]
    low = parts + [0] * (3 - len(parts))
    high = parts + [99] * (3 - len(parts))
    return tuple(year * 10000 + month * 100 + day for year, month, day in (low, high))


def expected(articles, given, analyzer):
    """Total, category counts, month counts and undated, by walking through everything."""
    means = matching(articles, given["q"], given["match"], analyzer)
    first = days(given["from"])[0] if "from" in given else None
    last = days(given["to"])[1] if "to" in given else None
    total, undated = 0, 0
    categories: Counter[str] = Counter()
    months: Counter[str] = Counter()
    for article, meant in zip(articles, means, strict=True):
        if not meant or ("source" in given and given["source"] not in article.sources):
            continue
        in_category = "category" not in given or bool(article.categories & set(given["category"]))
        in_time = True
        if "date" in given:
            low, high = days(given["date"])
            in_time = article.day is not None and low <= article.day <= high
        if first is not None and last is not None:
            in_time = in_time and article.day is not None and first <= article.day <= last
        total += in_category and in_time
        if in_time:
            categories.update(article.categories)
        if in_category:
            if article.day is None:
                undated += 1
            else:
                months[f"{article.day // 10000}-{article.day // 100 % 100:02}"] += 1
    return total, dict(categories), dict(months), undated


def test_totals_and_facets_equal_a_walk_through_all_articles(house):
    service, settings, analyzer, articles = house
    rng = random.Random(20260101)
    lines = Path(QUERIES).read_text(encoding="utf-8").splitlines() if QUERIES else []
    queries = [line for line in lines if not SYNTAX.intersection(line)]
    for _ in range(SEARCHES):
        given = random_search(articles, rng, queries)
        answer = service.search(SearchParams.parse(given, settings))
        if any(step.kind in ("keyboard", "finglish", "spelling") for step in answer.applied):
            continue  # a guess: another query
        total, categories, months, undated = expected(articles, given, analyzer)
        facets = answer.facets
        found = (
            answer.total,
            {choice.value: choice.count for choice in facets.category if choice.count},
            {month.value: month.count for year in facets.date for month in year.children if month.count},
            facets.undated,
        )
        assert found == (total, categories, months, undated), json.dumps(given, ensure_ascii=False)
        assert all(year.count == sum(month.count for month in year.children) for year in facets.date)
