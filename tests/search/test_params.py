"""The parameters of a search."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.errors import ServiceError
from search_service.search.params import SearchParams
from search_service.settings import Settings

SETTINGS = Settings()


def read(**values: str | Sequence[str]) -> SearchParams:
    return SearchParams.parse({name.rstrip("_"): value for name, value in values.items()}, SETTINGS)


def refused(**values: str | Sequence[str]) -> tuple[str, str | None]:
    with pytest.raises(ServiceError) as caught:
        read(**values)
    return caught.value.code, caught.value.field


def test_nothing_given_means_the_defaults() -> None:
    assert read() == SearchParams()
    assert read(q="", category=["", " "], page="", from_="") == SearchParams()


def test_numbers_may_be_in_any_digits() -> None:
    assert read(page="۲", size="٢٠") == SearchParams(page=2, size=20)


def test_several_values_stay_in_order_and_once() -> None:
    assert read(category=["ورزش", " ایران ", "ورزش"]).category == ("ورزش", "ایران")


def test_facets_may_be_listed_with_commas() -> None:
    assert read(facets=["category,tag", "source"]).facets == ("category", "tag", "source")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("page", "-1", "page_invalid"),
        ("page", "0", "page_invalid"),
        ("page", "two", "page_invalid"),
        ("page", "1_0", "page_invalid"),
        ("page", "9" * 40, "page_invalid"),
        ("page", "101", "page_too_deep"),
        ("size", "0", "page_invalid"),
        ("size", "101", "page_invalid"),
        ("sort", "oldst", "sort_unknown"),
        ("match", "some", "match_unknown"),
        ("facets", "category,colour", "facet_unknown"),
        ("date", "1402/12/30", "date_invalid"),
        ("date", "۱۴۰۲/۱۳", "date_invalid"),
        ("from", "2023-02-30", "date_invalid"),
        ("to", "yesterday", "date_invalid"),
        ("catgory", "ورزش", "parameter_unknown"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name: str, value: str, code: str) -> None:
    assert refused(**{name: value}) == (code, name)


@pytest.mark.parametrize("name", ["q", "page", "sort", "from", "stories"])
def test_what_has_one_value_is_not_given_twice(name: str) -> None:
    with pytest.raises(ServiceError, match=f"'{name}' is given 2 times"):
        read(**{name: ["1402", "1402"]})


def test_a_filter_has_a_limit_of_values() -> None:
    many = [f"دستهٔ {number}" for number in range(SETTINGS.max_filters + 1)]
    assert len(read(category=many[1:]).category) == SETTINGS.max_filters
    assert refused(category=many) == ("too_many_filters", "category")


def test_an_unknown_parameter_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(ServiceError, match="did you mean 'category'"):
        read(catgory="ورزش")


def test_a_page_past_the_window_names_the_cursor() -> None:
    assert read(page="10", size="100").page == 10
    with pytest.raises(ServiceError, match="cursor") as caught:
        read(page="11", size="100")
    assert caught.value.code == "page_too_deep"


def test_dates_are_read_in_both_calendars() -> None:
    chosen, between = read(date=["1402", "۱۴۰۲-۰۶", "2023-09-19"], from_="1401", to="1402/6").date_ranges()
    assert chosen == ((14020101, 14021229), (14020601, 14020631), (14020628, 14020628))
    assert between == (14010101, 14020631)


def test_an_open_range_is_open() -> None:
    assert read(from_="1402").date_ranges()[1] == (14020101, 99_991_231)
    assert read(to="1402").date_ranges()[1] == (0, 14021229)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    assert refused(from_="1402", to="1401") == ("date_invalid", "from")


@given(st.dictionaries(st.sampled_from(["q", "page", "size", "date", "from", "sort", "facets"]), st.text(max_size=12)))
def test_any_parameters_are_read_or_refused(values: dict[str, str]) -> None:
    with suppress(ServiceError):
        SearchParams.parse(values, SETTINGS)
