from __future__ import annotations

import pytest

from search_service.text.lexicon import Lexicon
from search_service.text.word import cuts, positions


@pytest.mark.parametrize(
    ("folded", "lemmas", "whole"),
    [
        ("رنگ\u200cآمیزی", ["رنگ", None], "رنگامیزی"),
        ("حسین\u200cپور", ["حسین", "پور"], "حسینپور"),
        ("حسین\u200cپورها", ["حسین", "پور"], "حسینپور"),
        ("بین\u200cالمللی", ["بین", "المللی"], "بینالمللی"),
    ],
)
def test_an_open_compound_has_a_position_for_each_part(
    lexicon: Lexicon, folded: str, lemmas: list[str | None], whole: str
) -> None:
    found = positions(folded, lexicon)
    assert len(found) == len(lemmas)
    assert all(lemma in (None, terms.lemma) for lemma, terms in zip(lemmas, found, strict=True))
    assert found[0].joined is not None
    assert found[0].joined.startswith(whole[:6])


@pytest.mark.parametrize("folded", ["هم\u200cکار", "آزاد\u200cراه", "این\u200cکه"])
def test_a_word_that_is_usually_joined_has_one_position(lexicon: Lexicon, folded: str) -> None:
    assert len(positions(folded, lexicon)) == 1


def test_mi_and_its_verb_are_one_word_behind_a_preverb_too(lexicon: Lexicon) -> None:
    assert [terms.lemma for terms in positions("بر\u200cمی\u200cگردد", lexicon)] == ["برگشت"]
    assert [terms.lemma for terms in positions("برمی\u200cگردد", lexicon)] == ["برگشت"]


@pytest.mark.parametrize(
    ("form", "stems"),
    [
        ("کتابهای", {"کتابهای": "", "کتاب": "های", "کتابه": "ای", "کتابها": "ی"}),
        ("نمایندگان", {"نمایندگان": "", "نماینده": "گان", "نمایندگ": "ان"}),
        ("من", {"من": ""}),
        ("تر", {"تر": ""}),
        ("", {"": ""}),
    ],
)
def test_a_form_may_be_an_inflection_of_what_stands_before_each_suffix(form: str, stems: dict[str, str]) -> None:
    assert cuts(form) == stems
    assert next(iter(cuts(form))) == form
