"""The same story in several outlets is one hit; every hit is shown once, and totals count all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.engine import memory
from search_service.indexing.document import document
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.search.stories import dealt, stories, stretch
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
TEXT = (
    "زمین‌لرزه‌ای در ساعت چهار بامداد امروز شهرهای جنوب استان را لرزاند و مردم به خیابان‌ها آمدند؛ "
    "به گفتهٔ فرماندار تاکنون گزارشی از آسیب نرسیده است و گروه‌های ارزیاب راهی روستاها شده‌اند."
)


def article(source: str | None = "الف", title: str = "زلزله جنوب استان را لرزاند", text: str = TEXT) -> dict[str, Any]:
    return {"source": source, "title": title, "body": text}


def grouped(*articles: dict[str, Any], days: tuple[int | None, ...] = ()) -> list[list[int]]:
    return stories(articles, days or (date(2024, 5, 1).toordinal(),) * len(articles))


@pytest.mark.parametrize(
    "copy",
    [
        article("ب"),
        article("ب", text="به گزارش خبرگزاری ب، " + TEXT),
        article("ب", title="وحشت بامدادی در جنوب"),
        article("ب", text=TEXT.replace("ی", "ي").replace("\u200c", "")),
        article("ب", text=TEXT[: len(TEXT) // 2] + " بخش دیگری از متن را هر رسانه‌ای خودش نوشته است و فرق می‌کند."),
    ],
    ids=["alike", "with a credit", "another title", "other letters", "the title and half of the text"],
)
def test_copies_are_one_story(copy: dict[str, Any]) -> None:
    assert grouped(article(), copy) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other", "days"),
    [
        (article(), article(), (1, 1)),
        (article(), article(None), (1, 1)),
        (article(), article("ب"), (1, 9)),
        (article(), article("ب"), (1, None)),
        (article(title="زلزلهٔ ۴ ریشتری"), article("ب", title="زلزلهٔ ۵ ریشتری"), (1, 1)),
        (article(), article("ب", text="نشست شورای شهر امروز با حضور همهٔ اعضا برگزار شد و دربارهٔ بودجه بود."), (1, 1)),
        (article(text="کوتاه است."), article("ب", text="کوتاه است."), (1, 1)),
    ],
    ids=[
        "one outlet",
        "no outlet",
        "days apart",
        "undated",
        "other numbers",
        "only the title alike",
        "says too little",
    ],
)
def test_what_only_looks_alike_stays_apart(one: dict[str, Any], other: dict[str, Any], days: tuple[int, int]) -> None:
    assert grouped(one, other, days=days) == [[0], [1]]


def test_an_outlet_stands_in_a_story_once() -> None:
    assert grouped(article("الف"), article("ب"), article("ب"), article("پ")) == [[0, 1, 3], [2]]


@given(st.lists(st.tuples(st.sampled_from("ابپت"), st.sampled_from([TEXT, TEXT[::-1], TEXT[40:]]), st.integers(0, 6))))
def test_every_hit_is_in_one_story_and_the_best_placed_leads(given: list[tuple[str, str, int]]) -> None:
    articles = [article(source, text=text) for source, text, _ in given]
    groups = stories(articles, [day for _, _, day in given])
    assert sorted(at for group in groups for at in group) == list(range(len(given)))
    assert all(group == sorted(group) for group in groups)
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)


@given(st.integers(1, 60), st.integers(1, 100))
def test_a_page_lies_whole_in_its_stretch(page: int, size: int) -> None:
    first, length = stretch(page, size)
    assert first <= (page - 1) * size <= first + length - size
    assert first % length == 0
    assert length % size == 0


@given(st.lists(st.integers(1, 4), max_size=30), st.integers(1, 12))
def test_stories_are_dealt_to_the_pages_that_their_hits_fill(lengths: list[int], size: int) -> None:
    groups = [[0] * length for length in lengths]
    pages = -(-sum(lengths) // size)
    each = [dealt(groups, at, size) for at in range(pages + 2)]
    assert [group for page in each for group in page] == groups
    counts = [len(page) for page in each[:pages]]
    assert max(counts, default=0) <= size
    assert all(counts) or len(groups) < pages
    assert not any(each[pages:])
    if len(groups) == sum(lengths):
        assert all(count == size for count in counts[:-1])


@pytest.fixture(scope="module")
def service(analyzer: Analyzer) -> SearchService:
    """Forty articles; each fourth one is printed by another outlet, too."""
    articles = []
    for n in range(40):
        own = f"گزارش {n} از جلسه " + " ".join(f"واژه{n}شماره{k}" for k in range(30))
        when = NOW - timedelta(days=n)
        articles.append(Article(id=f"a{n}", title=f"جلسه {n}", body=own, source="الف", published=when, version=1))
        if n % 4 == 0:
            later = when - timedelta(minutes=1)
            articles.append(Article(id=f"b{n}", title=f"جلسه {n}", body=own, source="ب", published=later, version=1))
    searcher = memory.searcher(document(each, analyzer) for each in articles)
    return SearchService(lambda: (searcher, analyzer), Settings(), lambda: NOW)


def test_pages_show_every_hit_once_and_totals_count_all(service: SearchService) -> None:
    shown: list[str] = []
    for page in range(1, 6):
        answer = service.search(SearchParams(page=page, stories=True))
        assert answer.total == 50
        for hit in answer.hits:
            assert hit.copies is not None
            shown += [hit.id, *(copy.id for copy in hit.copies)]
    assert sorted(shown) == sorted([f"a{n}" for n in range(40)] + [f"b{n}" for n in range(0, 40, 4)])
    first = service.search(SearchParams(stories=True)).hits[0]
    assert (first.id, [(copy.id, copy.source) for copy in first.copies or ()]) == ("a0", [("b0", "ب")])


def test_without_being_asked_each_hit_stands_for_itself(service: SearchService) -> None:
    answer = service.search(SearchParams())
    assert [hit.id for hit in answer.hits[:3]] == ["a0", "b0", "a1"]
    assert "copies" not in answer.model_dump()["hits"][0]
