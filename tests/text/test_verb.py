from __future__ import annotations

import pytest

from search_service.text.lexicon import Lexicon
from search_service.text.verb import VerbKind, Verbs


@pytest.mark.parametrize(
    ("form", "past"),
    [
        ("نشستند", "نشست"),
        ("ننشستیم", "نشست"),
        ("بنشیند", "نشست"),
        ("ننشین", "نشست"),
        ("نشسته‌اند".replace("\u200c", ""), "نشست"),
        ("نشستن", "نشست"),
        ("بیاورند", "آورد"),
        ("نیاورد", "آورد"),
        ("بیندازید", "انداخت"),
        ("بیاندازید", "انداخت"),
        ("بفرمایید", "فرمود"),
        ("فرماید", "فرمود"),
        ("برنگشت", "برگشت"),
        ("برگشتند", "برگشت"),
        ("بنویسمش", "نوشت"),
        ("مکن", "کرد"),
        ("رسوندن", "رساند"),
        ("نرسوندیم", "رساند"),
        ("خونده", "خواند"),
    ],
)
def test_a_form_is_read_as_its_past_stem(lexicon: Lexicon, form: str, past: str) -> None:
    assert past in [reading.past for reading in lexicon.verbs.finite(form)]


@pytest.mark.parametrize(
    ("form", "past"),
    [
        ("مینشینند", "نشست"),
        ("نمیاورد", "آورد"),
        ("نمیآورد", "آورد"),
        ("میبینمش", "دید"),
        ("میتونه", "توانست"),
        ("میخوام", "خواست"),
        ("میکنه", "کرد"),
        ("میرفته", "رفت"),
        ("میگه", "گفت"),
        ("نمیشن", "شد"),
        ("میتوان", "توانست"),
    ],
)
def test_an_imperfective_form_is_read_written_or_spoken(lexicon: Lexicon, form: str, past: str) -> None:
    assert past in [reading.past for reading in lexicon.verbs.joined_imperfective(form)]


@pytest.mark.parametrize("form", ["دهم", "بده", "ندهد", "زد", "نزد", "شو", "بشو", "آیم", "بیا", "نیاید", "نه", "رسون"])
def test_what_may_be_a_verb_begins_as_one_however_short(lexicon: Lexicon, form: str) -> None:
    assert lexicon.verbs.begins(form)


@pytest.mark.parametrize("form", ["کتابخانه", "تهرانی", "فوتبال"])
def test_most_other_words_do_not(lexicon: Lexicon, form: str) -> None:
    assert not lexicon.verbs.begins(form)


@pytest.mark.parametrize("form", ["دار", "گوی", "کن", "دان", "ران"])
def test_a_bare_present_stem_is_no_verb_form(lexicon: Lexicon, form: str) -> None:
    assert lexicon.verbs.finite(form) == ()


def test_a_form_of_two_verbs_has_both_the_frequent_one_first() -> None:
    verbs = Verbs([("پر", "پرد", 1, "پر"), ("کشید", "کش", 5, "کشید"), ("کشت", "کش", 9, "کشت")], {})
    assert [reading.past for reading in verbs.imperfective("کشند")] == ["کشت", "کشید"]


def test_two_past_stems_of_one_verb_have_one_lemma(lexicon: Lexicon) -> None:
    for form in ("رسانیدند", "رساندند", "می‌رسانند".replace("می\u200c", "")):
        assert [reading.past for reading in lexicon.verbs.finite(form)][:1] == ["رساند"]
    assert [reading.past for reading in lexicon.verbs.past("گذارد")] == ["گذاشت"]
    assert [reading.past for reading in lexicon.verbs.past("کشت")] == ["کشت", "کاشت"]


def test_an_obsolete_verb_is_read_behind_mi_only() -> None:
    verbs = Verbs([("هلید", "هل", 0, "هلید")], {})
    assert verbs.finite("هلند") == ()
    assert verbs.imperfective("هلند")[0].kind is VerbKind.IMPERFECTIVE


def test_what_hazm_conjugates_is_recognised(lexicon: Lexicon) -> None:
    hazm = pytest.importorskip("hazm")
    conjugation = hazm.Conjugation()
    forms = [form for form in conjugation.get_all("نوشت#نویس") if " " not in form]
    unknown = [
        form
        for form in (form.replace("\u200c", "") for form in forms)
        if form != "نوشت" and not lexicon.verbs.finite(form) and not lexicon.verbs.joined_imperfective(form)
    ]
    assert len(forms) > 50
    assert unknown == []


@pytest.mark.parametrize("form", ["روند", "شوند", "نشوند", "پرونده", "گه", "شن"])
def test_a_spoken_stem_is_not_read_into_other_words(lexicon: Lexicon, form: str) -> None:
    spoken = {"راند", "نشاند", "پراند", "گفت"} | ({"شد"} if form == "شن" else set())
    assert not spoken & {reading.past for reading in lexicon.verbs.finite(form)}
