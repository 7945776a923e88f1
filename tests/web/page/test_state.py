"""The address of the page, and the links that change it."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from search_service.errors import ServiceError
from search_service.web.page.state import State

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


def read(url):
    return State.read(MultiDict(parse_qsl(urlsplit(url).query)))


@given(
    q=texts,
    category=st.lists(texts, max_size=2),
    date=st.lists(st.sampled_from(["1402", "۱۴۰۲/۶", "2023-09-19", "x"]), max_size=3),
    page=st.integers(1, 50),
    sort=st.sampled_from(["", "newest", "oldest"]),
)
def test_a_state_is_its_address(q, category, date, page, sort):
    pairs = [("q", q), ("page", str(page)), ("sort", sort), ("from", "1402"), *(("category", c) for c in category)]
    state = State.read(MultiDict([*pairs, *(("date", d) for d in date)]))
    assert read(state.url) == state


def test_defaults_leave_the_address_bare():
    assert State().url == "/"
    assert State(q="آب", page=1).url == "/?q=%D8%A2%D8%A8"


def test_any_spelling_of_a_category_is_one_choice():
    assert read("/?category=بین‌الملل&category=بين الملل").category == read("/?category=بین الملل").category
    assert len(read("/?category=بین‌الملل").category) == 1


@pytest.mark.parametrize("text", ["1402-06", "1402/6", "۱۴۰۲/۰۶", "١٤٠٢-٦"])
def test_a_month_in_any_digits_is_written_as_facets_write_it(text):
    assert read(f"/?date={text}").date == ("1402-06",)


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "9999999999", "²"])
def test_a_page_that_is_no_number_from_one_is_refused(text):
    with pytest.raises(ServiceError) as caught:
        read(f"/?page={text}")
    assert caught.value.code == "page_invalid"


def test_a_page_may_be_in_persian_digits():
    assert read("/?page=۳").page == 3


def test_parameters_of_others_are_left_alone():
    assert read("/?utm_source=x&fbclid=y") == State()


def test_choosing_twice_is_not_choosing_and_goes_to_the_first_page():
    state = State(q="آب", page=4)
    chosen = state.toggled("category", "ورزش")
    assert chosen == State(q="آب", category=("ورزش",))
    assert chosen.toggled("category", "علم").category == ("ورزش", "علم")
    assert chosen.toggled("category", "ورزش") == State(q="آب")


def test_a_month_narrows_its_year_and_a_year_widens_its_months():
    state = State(date=("1402", "1401"))
    assert state.toggled("date", "1402-06").date == ("1401", "1402-06")
    assert State(date=("1402-06", "1402-07-01")).toggled("date", "1402").date == ("1402",)
    assert State(date=("1402-06",)).toggled("date", "1402-07").date == ("1402-06", "1402-07")


def test_without_filters_the_query_and_its_order_stay():
    state = State(q="آب", category=("ورزش",), after="1402", sort="newest", page=2)
    assert state.filtered
    assert state.unfiltered() == State(q="آب", sort="newest")
    assert not state.unfiltered().filtered


def test_a_bound_of_time_is_taken_away_alone():
    state = State(after="1401", before="1402")
    assert state.unbounded("after") == State(before="1402")
    assert state.unbounded("before") == State(after="1401")
