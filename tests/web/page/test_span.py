"""The bounds of time that a reader writes."""

import pytest

from search_service.web.page.span import mended
from search_service.web.page.state import State
from search_service.web.texts import ENGLISH, PERSIAN


def bounds(state, texts=PERSIAN):
    found, unread = mended(state, texts)
    return found.after, found.before, unread


@pytest.mark.parametrize(("after", "before"), [("", ""), ("1402", "۱۴۰۲/۰۶"), ("2023-09-19", ""), ("1402-06", "1402")])
def test_a_span_in_order_stays_as_it_is_written(after, before):
    assert bounds(State(after=after, before=before)) == (after, before, {})


@pytest.mark.parametrize(("after", "before"), [("1403", "1402"), ("۱۴۰۲/۰۷", "2023-09-19")])
def test_a_reversed_span_is_turned_round(after, before):
    assert bounds(State(after=after, before=before)) == (before, after, {})


def test_a_date_in_words_is_searched_from_its_first_day_and_to_its_last():
    state = State(after="مهر ۱۴۰۳", before="مهر ۱۴۰۳")
    assert bounds(state) == ("1403-07-01", "1403-07-30", {})
    assert bounds(State(after="مهر ۱۴۰۴", before="۲۸ شهریور ۱۴۰۲"))[:2] == ("1402-06-28", "1404-07-30")
    assert bounds(State(before="September 2023"), ENGLISH)[:2] == ("", "2023-09-30")


def test_what_is_no_date_is_left_out_and_told():
    state = State(q="آب", after="دیروز", before="1402-13", sort="newest")
    assert mended(state, PERSIAN) == (State(q="آب", sort="newest"), {"from": "دیروز", "to": "1402-13"})
    assert bounds(State(after="x", before="1402")) == ("", "1402", {"from": "x"})
