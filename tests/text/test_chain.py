from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text.chain import CHAIN, readings
from search_service.text.fold import fold
from search_service.text.lexicon import Lexicon


def test_the_guard_comes_before_every_cut_but_a_listed_one() -> None:
    names = [step.__name__ for step in CHAIN]
    assert names.index("listed_plural") < names.index("headword") < names.index("plural")
    assert names.index("verb_form") < names.index("short_suffix")


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("قلمهایشان", "قلم"),
        ("گلها", "گل"),
        ("کارخانهها", "کارخانه"),
        ("زیباترین", "زیبا"),
        ("دوستشان", "دوست"),
        ("بامهای", "بام"),
        ("رنگی", "رنگ"),
        ("دریای", "دریا"),
        ("پزشکان", "پزشک"),
        ("رزمندگان", "رزمنده"),
        ("ترسوها", "ترسو"),
        ("پرسیدند", "پرسید"),
        ("میپرسند", "پرسید"),
    ],
)
def test_a_form_is_read_as_its_lemma(lexicon: Lexicon, form: str, lemma: str) -> None:
    assert lemma in [read.lemma for read in readings(form, lexicon)]


@pytest.mark.parametrize(
    "form",
    [
        "تهران",
        "زمان",
        "باران",
        "دختر",
        "کبوتر",
        "پایان",
        "میدان",
        "میزان",
        "استان",
        "فرمانداری",
        "ادبیات",
        "بها",
        "دست",
    ],
)
def test_a_headword_is_not_cut(lexicon: Lexicon, form: str) -> None:
    assert [read.lemma for read in readings(form, lexicon)][:1] == [form]


def test_a_reading_is_always_found_and_never_empty(lexicon: Lexicon) -> None:
    assert all(
        read.exact and read.lemma for form in ("ء", "ی", "ها", "م", "قزلقورت") for read in readings(form, lexicon)
    )


@given(st.text(alphabet="آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئءأؤ", min_size=1, max_size=12))
def test_any_letters_have_a_reading(lexicon: Lexicon, letters: str) -> None:
    form = fold(letters)
    found = readings(form, lexicon)
    assert 1 <= len(found) <= 2
    assert all(read.exact and read.lemma for read in found)
