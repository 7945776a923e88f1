"""Links around the hits."""

import pytest

from search_service.web.page.choices import chips, pager, period_label, periods, sorts
from search_service.web.page.state import State
from search_service.web.texts import PERSIAN


def numbers(page, total, size=10, window=1000):
    shown = pager(State(page=page), total, size, window, PERSIAN)
    return shown and [choice and choice.label for choice in shown.numbers]


def test_pages_around_the_one_shown_and_the_ends():
    assert numbers(1, 30) == ["۱", "۲", "۳"]
    assert numbers(6, 200) == ["۱", None, "۴", "۵", "۶", "۷", "۸", None, "۲۰"]
    assert numbers(1, 15) == ["۱", "۲"]


@pytest.mark.parametrize(("page", "total"), [(1, 0), (1, 10), (9, 30)])
def test_no_links_where_there_is_one_page_or_none(page, total):
    assert numbers(page, total) is None


def test_pages_end_with_the_window():
    assert numbers(1, 10**6, window=50)[-1] == "۵"


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("1402", "۱۴۰۲"),
        ("1402-06", "شهریور ۱۴۰۲"),
        ("1402-06-28", "۲۸ شهریور ۱۴۰۲"),
        ("۱۴۰۲/۶/۲۸", "۲۸ شهریور ۱۴۰۲"),
        ("2023-09-19", "۲۰۲۳-۰۹-۱۹"),
        ("1402-13", "۱۴۰۲-۱۳"),
        ("1402-12-30", "۱۴۰۲-۱۲-۳۰"),
        ("x", "x"),
    ],
)
def test_a_period_is_named_as_people_do(value, label):
    assert period_label(value, PERSIAN) == label


def test_a_year_is_open_when_something_in_it_is_chosen():
    def choice(value, *children):
        return {"value": value, "label": value, "count": 1, "selected": False, "children": children}

    (year,) = periods(State(date=("1402-06-28",)), [choice("1402", choice("1402-06", choice("1402-06-28")))], PERSIAN)
    assert (year.chosen, year.opened) == (False, True)
    assert year.children[0].children[0].chosen


def test_chips_have_the_label_of_their_facet_or_what_was_written():
    facets = {"category": [{"value": "علموفناوری", "label": "علم و فناوری"}]}
    state = State(category=("علموفناوری", "ناشناس"), tag=("آب",))
    assert [chip.label for chip in chips(state, facets, PERSIAN)] == ["علم و فناوری", "ناشناس", "برچسب: آب"]


def test_the_default_order_leaves_the_address_bare():
    assert [(choice.url, choice.chosen) for choice in sorts(State(q="x", sort="newest"), PERSIAN)] == [
        ("/?q=x", False),
        ("/?q=x&sort=newest", True),
        ("/?q=x&sort=oldest", False),
    ]
