"""The query language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.errors import ServiceError
from search_service.search.parser import LAST_DAY, parse
from search_service.search.syntax import (
    Both,
    Either,
    InTitle,
    Label,
    Part,
    Period,
    Quote,
    Star,
    Text,
    Without,
    written,
)
from search_service.settings import Settings

SETTINGS = Settings()
SIGNS = [*'«»"“”()| -–−*:،…\n🎉\u200c\u064b', " OR "]
WORDS = [
    "دلار",
    "قیمت",
    "1402",
    "۱۴۰۲/۱۲/۳۰",
    "می‌شود",
    "A",
    "title:",
    "tag:",
    "after:",
    "before:1402 ",
    "category:ورزش ",
]


def parts(text: str) -> tuple[Part, ...]:
    return parse(text, SETTINGS).root.parts


def refused(text: str) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        parse(text, SETTINGS)
    return caught.value


def test_neighbouring_words_stay_one_text() -> None:
    assert parts("  رئیس جمهور  ") == (Text("رئیس جمهور", 2),)


@pytest.mark.parametrize("quoted", ['"وزیر خارجه"', "«وزیر خارجه»", "“وزیر خارجه”"])
def test_all_three_kinds_of_quotes_make_a_phrase(quoted: str) -> None:
    assert parts(f"سفر {quoted}") == (Text("سفر", 0), Quote("وزیر خارجه", 5))


def test_a_minus_counts_only_directly_before_a_letter_or_a_quote() -> None:
    assert parts("دلار -یورو") == (Text("دلار", 0), Without(Text("یورو", 6)))
    assert parts("دلار -«بازار آزاد»") == (Text("دلار", 0), Without(Quote("بازار آزاد", 7)))
    assert parts("دلار - یورو") == (Text("دلار - یورو", 0),)
    assert parts("تهران-مشهد") == (Text("تهران-مشهد", 0),)
    assert parts("«تهران»-مشهد") == (Quote("تهران", 1), Text("-مشهد", 7))
    assert parts("-5 درجه") == (Text("-5 درجه", 0),)
    assert parts("-(دلار)") == (Text("دلار", 2),)


@pytest.mark.parametrize("dash", ["–", "−"])
def test_other_dashes_are_a_minus_where_a_hyphen_is(dash: str) -> None:
    assert parts(f"دلار {dash}یورو") == (Text("دلار", 0), Without(Text("یورو", 6)))
    assert parts(f"دلار {dash}«بازار آزاد»") == (Text("دلار", 0), Without(Quote("بازار آزاد", 7)))
    assert parts(f"{dash}tag:ارز") == (Without(Label("tag", "ارز")),)
    for text in (f"دلار {dash} یورو", f"تهران{dash}مشهد", f"{dash}5 درجه", f"۱۴۰۱{dash}۱۴۰۲"):
        assert parts(text) == (Text(text, 0),)


@pytest.mark.parametrize("sign", [" OR ", " | ", "|"])
def test_or_binds_the_parts_beside_it(sign: str) -> None:
    price, either, now = parts(f"قیمت دلار{sign}یورو امروز")
    assert isinstance(either, Either)
    assert [part.text for part in (price, *either.parts, now) if isinstance(part, Text)] == [
        "قیمت",
        "دلار",
        "یورو",
        "امروز",
    ]


def test_or_takes_more_than_two() -> None:
    (either,) = parts("دلار OR یورو | پوند")
    assert isinstance(either, Either)
    assert len(either.parts) == 3


def test_or_is_text_where_it_joins_nothing() -> None:
    assert parts("OR دلار") == (Text("OR دلار", 0),)
    assert parts("دلار OR") == (Text("دلار OR", 0),)
    assert parts("| دلار |") == (Text("دلار", 2),)
    assert parts("این یا آن") == (Text("این یا آن", 0),)
    assert parts("this or that") == (Text("this or that", 0),)


def test_brackets_group() -> None:
    (either,) = parts("(نخست وزیر) OR (رئیس جمهور)")
    assert either == Either((Text("نخست وزیر", 1), Text("رئیس جمهور", 16)))
    assert parts("(دلار -یورو) OR طلا") == (
        Either((Both((Text("دلار", 1), Without(Text("یورو", 7)))), Text("طلا", 16))),
    )


def test_a_star_ends_a_plain_word() -> None:
    assert parts("کتابخان*") == (Star("کتابخان", 0),)
    assert parts("کتابخان*؟") == (Star("کتابخان", 0),)
    assert parts("title:کتابخان*") == (InTitle(Star("کتابخان", 6)),)
    assert parts("*دلار") == (Text("*دلار", 0),)
    assert parts("دل*ار") == (Text("دل*ار", 0),)
    assert parts("*") == parts("** * *") == ()


def test_a_star_needs_two_letters() -> None:
    assert refused("ا*").code == "prefix_too_short"
    assert refused("اَ*").code == "prefix_too_short"


def test_known_fields_filter() -> None:
    assert parts("category:بین‌الملل دلار") == (Label("category", "بین‌الملل"), Text("دلار", 19))
    assert parts("tag:«بازار ارز»") == (Label("tag", "بازار ارز"),)
    assert parts("-author:رضایی") == (Without(Label("author", "رضایی")),)
    assert parts("title:دلار یورو") == (InTitle(Text("دلار", 6)), Text("یورو", 11))
    assert parts("title:(دلار یورو)") == (InTitle(Text("دلار یورو", 7)),)
    assert parts('title:"قیمت دلار"') == (InTitle(Quote("قیمت دلار", 7)),)


def test_before_and_after_share_no_day_and_leave_none_out() -> None:
    assert parts("after:۱۴۰۲/۶/۲۸") == (Period(14020628, LAST_DAY),)
    (before,) = parts("before:1402")
    (after,) = parts("after:1402")
    assert isinstance(before, Period)
    assert isinstance(after, Period)
    assert before.last == after.first - 1
    assert parts("after:2023-09-19") == (Period(14020628, LAST_DAY),)


def test_a_day_that_does_not_exist_is_refused() -> None:
    error = refused("دلار after:1402/12/30")
    assert (error.code, error.field) == ("date_invalid", "q")


@pytest.mark.parametrize(
    "headline",
    [
        'قیمت دلار: ۵۰۰ (پنجاه) - گزارش "ناتمام» …',
        "source:ایسنا",
        "title: خبر (نخست",
        "after:انتخابات",
        "category:",
        "tag:| x",
        "(title:)",
        'او گفت: "نه',
        ")(",
        "()",
        '""',
        "«»",
        "-",
        "--دلار",
        ":",
        '5" و 6" اینچ',
        "خبر | سایت",
    ],
)
def test_a_pasted_headline_is_never_an_error(headline: str) -> None:
    parse(headline, SETTINGS)


def test_unknown_and_unfinished_syntax_is_text() -> None:
    assert parts("source:ایسنا") == (Text("source:ایسنا", 0),)
    assert parts("after:انتخابات") == (Text("after:انتخابات", 0),)
    assert parts("گزارش (ناتمام") == (Text("گزارش (ناتمام", 0),)
    assert parts('5" و 6" اینچ') == (Text('5" و 6" اینچ', 0),)


def test_limits_hold_before_any_work() -> None:
    assert refused("د" * 513).code == "query_too_long"
    assert refused("x " * 33).code == "query_too_complex"
    assert refused("(" * 200 + "دلار" + ")" * 200).code == "query_too_complex"
    assert refused("(" * 400).code == "query_too_complex"
    assert refused("دلار\ud800").code == "text_invalid"
    assert parts("(" * 10 + "دلار" + ")" * 10) == (Text("دلار", 10),)


def test_the_rest_of_an_overlong_word_is_not_looked_at() -> None:
    query = parse("د" * 100 + " دلار", SETTINGS)
    assert query.text == "د" * 64 + " دلار"
    assert query.root.parts == (Text(query.text, 0),)


def test_only_an_empty_query_is_blank() -> None:
    assert parse("  ", SETTINGS).blank
    assert not parse("؟؟", SETTINGS).blank


@given(st.one_of(st.text(max_size=600), st.lists(st.sampled_from(SIGNS + WORDS), max_size=60).map("".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        query = parse(text, SETTINGS)
    except ServiceError:
        return
    for part in written(query.root):
        assert query.text[part.start : part.start + len(part.text)] == part.text


@given(st.lists(st.sampled_from(["دلار", "-", "–", "«", "(", ")", "؟", "…", "5", '"']), max_size=30).map(" ".join))
def test_plain_text_keeps_all_its_words(text: str) -> None:
    found = sum(part.text.count("دلار") for part in written(parse(text, SETTINGS).root))
    assert found == text.count("دلار")


def test_reading_takes_time_in_proportion_to_the_length() -> None:
    settings = Settings(max_query_length=10**6, max_query_words=10**6, max_nesting=10**6, max_word_length=10**6)

    def seconds(size: int) -> float:
        began = time.perf_counter()
        for piece in ("«", '"', "( ", ") ", "-", "| ", "\u064b", "دل* ", "دلار OR "):
            parse(piece * size, settings)
        return time.perf_counter() - began

    seconds(100)
    assert seconds(8000) < 60 * max(seconds(1000), 0.005)
