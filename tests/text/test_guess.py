from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text.guess import finglish, one_edit, other_layout, within_one_edit

VOCABULARY = [
    ("روحانی", 50),
    ("خبر", 90),
    ("پرسپولیس", 40),
    ("بنگاه", 10),
    ("بانک", 70),
    ("سپاهان", 12),
    ("شهر", 80),
    ("شهرداری", 30),
    ("علی", 60),
    ("خامنه‌ای", 20),
    ("اصفهان", 25),
    ("آسیا", 22),
    ("دانشکده", 15),
    ("دانشگاه", 99),
    ("اقتصاد", 60),
    ("iran", 5),
]


@pytest.mark.parametrize(
    ("typed", "meant"), [("ofv", "خبر"), ("hsjrghg", "استقلال"), ("`hdjoj", "پایتخت"), ("سحخقف", "sport")]
)
def test_keys_of_the_other_layout_give_the_word(typed: str, meant: str) -> None:
    assert meant in other_layout(typed)


@pytest.mark.parametrize("text", ["ایران iran", "123", ""])
def test_mixed_text_has_no_other_layout(text: str) -> None:
    assert other_layout(text) == []


@pytest.mark.parametrize(
    ("latin", "persian"),
    [
        ("khabar", "خبر"),
        ("rohani", "روحانی"),
        ("rouhani", "روحانی"),
        ("perspolis", "پرسپولیس"),
        ("sepahan", "سپاهان"),
        ("shahrdari", "شهرداری"),
        ("ali", "علی"),
        ("khamenei", "خامنه‌ای"),
        ("esfahan", "اصفهان"),
        ("asia", "آسیا"),
        ("bank", "بانک"),
    ],
)
def test_finglish_finds_the_word(latin: str, persian: str) -> None:
    assert finglish(latin, VOCABULARY)[:1] == [persian]


@pytest.mark.parametrize("latin", ["bengah2", "x", "ایران", "", "bankdari"])
def test_finglish_accounts_for_every_letter(latin: str) -> None:
    assert finglish(latin, VOCABULARY) == []
    assert "بنگاه" not in finglish("bank", VOCABULARY)


@pytest.mark.parametrize(("wrong", "right"), [("دانشگده", "دانشکده"), ("اقصاد", "اقتصاد"), ("دانشگاخ", "دانشگاه")])
def test_one_edit_finds_the_word(wrong: str, right: str) -> None:
    assert right in one_edit(wrong, VOCABULARY)


@pytest.mark.parametrize("word", ["خبز", "شهز", "بانگ", "قزلقورت"])
def test_short_or_far_words_are_not_corrected(word: str) -> None:
    assert one_edit(word, VOCABULARY) == []


@given(st.text(max_size=40))
def test_no_guess_raises(text: str) -> None:
    other_layout(text)
    finglish(text, VOCABULARY)
    one_edit(text, VOCABULARY)


@given(st.text("ابپت", min_size=1, max_size=6), st.text("ابپت", min_size=1, max_size=6))
def test_one_edit_is_symmetric(one: str, other: str) -> None:
    assert within_one_edit(one, other) == within_one_edit(other, one)
