from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.steps.verbal import joined_imperfective, past_stem, verb_form


def test_mi_is_cut_from_a_verb_but_not_from_a_noun(lexicon: Lexicon) -> None:
    assert [read.lemma for read in joined_imperfective("میرود", lexicon)] == ["رفت"]
    assert joined_imperfective("میهن", lexicon) == ()


def test_the_perfect_is_written_in_one_way(lexicon: Lexicon) -> None:
    assert verb_form("خریدهاند", lexicon)[0].exact == "خریده\u200cاند"


def test_a_past_stem_is_itself(lexicon: Lexicon) -> None:
    assert past_stem("نوشت", lexicon)[0].lemma == "نوشت"
    assert past_stem("کتاب", lexicon) == ()
