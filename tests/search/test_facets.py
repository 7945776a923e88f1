"""Filters and the facets of an answer."""

from __future__ import annotations

import pytest

from search_service.engine import memory
from search_service.engine.base import Document, Label, Request, Searcher
from search_service.engine.query import Everything
from search_service.search.answer import Facets
from search_service.search.facets import choices, facets
from search_service.search.params import SearchParams

NOW = 2**40


def article(number: int, categories: dict[str, str], day: int | None) -> Document:
    labels = tuple(Label(key, text) for key, text in categories.items())
    return Document(str(number), 1, {}, {"category": labels}, number if day else None, day, b"{}")


@pytest.fixture
def searcher() -> Searcher:
    return memory.searcher(
        [
            article(1, {"ورزش": "ورزش"}, 14020628),
            article(2, {"ورزش": "ورزش", "بینالملل": "بین‌الملل"}, 14020628),
            article(3, {"بینالملل": "بین الملل"}, 14020701),
            article(4, {"بینالملل": "بین‌الملل"}, 14010101),
            article(5, {"اقتصاد": "اقتصاد"}, None),
        ]
    )


def count(searcher: Searcher, **values: str | list[str]) -> tuple[int, Facets]:
    params = SearchParams(**{"from_" if name == "from" else name: value for name, value in values.items()})
    chosen = choices(params)
    request = Request(Everything(), NOW, chosen.filters(), params.facets, chosen.open_months())
    result = searcher.search(request)
    return result.total, facets(chosen, params.facets, result, searcher, NOW)


def test_categories_come_with_key_commonest_spelling_and_count(searcher: Searcher) -> None:
    _, counted = count(searcher)
    assert counted.category is not None
    assert [(each.value, each.label, each.count) for each in counted.category] == [
        ("بینالملل", "بین‌الملل", 3),
        ("ورزش", "ورزش", 2),
        ("اقتصاد", "اقتصاد", 1),
    ]


@pytest.mark.parametrize("spelling", ["بین الملل", "بين‌الملل", "بینالملل"])
def test_a_category_is_chosen_in_any_spelling(searcher: Searcher, spelling: str) -> None:
    total, counted = count(searcher, category=[spelling])
    assert total == 3
    assert counted.category is not None
    assert {each.value for each in counted.category if each.selected} == {"بینالملل"}


def test_two_categories_mean_either_and_counts_ignore_the_choice(searcher: Searcher) -> None:
    total, counted = count(searcher, category=["ورزش", "بین‌الملل"])
    assert total == 4
    assert counted.category is not None
    assert [each.count for each in counted.category] == [3, 2, 1]


def test_what_was_chosen_is_shown_even_without_hits(searcher: Searcher) -> None:
    _, counted = count(searcher, category=["اقتصاد", "ناموجود"], date=["1401"])
    assert counted.category is not None
    assert [(each.label, each.count, each.selected) for each in counted.category] == [
        ("بین‌الملل", 1, False),
        ("اقتصاد", 0, True),
        ("ناموجود", 0, True),
    ]
    _, counted = count(searcher, date=["1399", "1398-02", "1397-01-05"])
    assert counted.date is not None
    shown = {year.value: [month.value for month in year.children] for year in counted.date if year.count == 0}
    assert shown == {"1399": [], "1398": ["1398-02"], "1397": ["1397-01"]}


def test_years_hold_their_months_latest_first(searcher: Searcher) -> None:
    _, counted = count(searcher)
    assert counted.date is not None
    year = counted.date[0]
    assert (year.value, year.label, year.count) == ("1402", "۱۴۰۲", 3)
    assert [(month.value, month.label, month.count) for month in year.children] == [
        ("1402-07", "مهر ۱۴۰۲", 1),
        ("1402-06", "شهریور ۱۴۰۲", 2),
    ]
    assert all(month.children == () for month in year.children)
    assert counted.undated == 1


def test_days_are_shown_under_a_chosen_month_only(searcher: Searcher) -> None:
    total, counted = count(searcher, date=["۱۴۰۲/۶"])
    assert total == 2
    assert counted.date is not None
    autumn, summer = counted.date[0].children
    assert summer.selected
    assert [(day.value, day.label, day.count) for day in summer.children] == [("1402-06-28", "۲۸ شهریور ۱۴۰۲", 2)]
    assert (autumn.count, autumn.children) == (1, ())


def test_from_and_to_count_as_the_choice_of_dates(searcher: Searcher) -> None:
    total, counted = count(searcher, **{"from": "1402-07"})
    assert total == 1
    assert counted.date is not None
    assert sum(year.count for year in counted.date) == 4
    assert counted.undated == 1
    assert counted.category is not None
    assert [each.count for each in counted.category] == [1]


def test_only_facets_that_were_asked_for_are_in_the_answer(searcher: Searcher) -> None:
    _, counted = count(searcher, facets=["source"])
    assert counted.model_dump() == {"source": ()}
