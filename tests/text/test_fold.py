from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text.fold import bare, fold, key


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("علي", "علی"),
        ("موسى", "موسی"),
        ("کتابهای", "کتابهای"),
        ("كتاب", "کتاب"),
        ("ہمدان", "همدان"),
        ("نامۀ", "نامه"),
        ("نامهٔ", "نامه"),
        ("فاطمة", "فاطمه"),
        ("مُدَرِّس", "مدرس"),
        ("دانـــشگاه", "دانشگاه"),
        ("ﺗﻬﺮﺍﻥ", "تهران"),
        ("﷼", "ریال"),
        ("آذر", "آذر"),
        ("یٔ", "ئ"),
        ("گل¬ها", "گل\u200cها"),
        ("گل\u200bها", "گل\u200cها"),
        ("مجـ\u200dلس", "مجلس"),
        ("ش\u00adیراز", "شیراز"),
        ("۱۲۳٤٥6", "123456"),
        ("PARİS", "paris"),
        ("Málaga", "malaga"),
        ("خیلیییی", "خیلی"),
    ],
)
def test_spellings_of_one_letter_become_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_stretched_letter_is_shortened_but_a_number_is_not() -> None:
    assert fold("سلاااام 1000 ۱۰۰۰") == "سلام 1000 1000"
    assert fold("سلاااام") == bare("سلاااام") == "سلام"
    assert fold("دههها") == bare("دههها") == "دههها"


def test_the_plural_of_a_word_in_heh_keeps_its_letters_without_half_space() -> None:
    assert fold("دهههای") == "دهههای"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("آذر", "اذر"),
        ("مسئول", "مسوول"),
        ("مسؤول", "مسوول"),
        ("هیئت", "هیات"),
        ("جرئت", "جرات"),
        ("قرائت", "قرایت"),
        ("برائت", "برایت"),
        ("رئیس", "رییس"),
        ("مؤمن", "مومن"),
        ("املاء", "املا"),
        ("شیء", "شی"),
    ],
)
def test_a_bare_spelling_has_neither_hamza_nor_madda(written: str, plain: str) -> None:
    assert bare(written) == plain


def test_all_spellings_of_a_label_have_one_key() -> None:
    assert len({key(label) for label in ("بین‌الملل", "بین الملل", "بينالملل", "بین  الملل", " بین\u00a0الملل ")}) == 1


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert bare(bare(text)) == bare(text)


@given(st.text(alphabet=st.characters(categories=["Cs", "Mn", "Cf", "Lo"])))
def test_no_text_raises_and_what_comes_out_is_valid_unicode(text: str) -> None:
    fold(text).encode()
    key(text).encode()
