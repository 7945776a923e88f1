from __future__ import annotations

import pytest

from search_service.text.lexicon import Lexicon
from search_service.text.reading import Cut
from search_service.text.steps.suffix import comparative, plural, possessive, short_suffix


def test_ha_is_cut_from_a_known_and_from_a_long_unknown_host(lexicon: Lexicon) -> None:
    assert plural("قلمها", lexicon) == (Cut("قلم", "ها"),)
    assert plural("زلنسکیها", lexicon) == (Cut("زلنسکی", "ها"),)
    assert plural("طاها", lexicon) == ()


def test_an_ambiguous_joined_form_is_cut_in_both_ways(lexicon: Lexicon) -> None:
    assert {found.host for found in plural("نامهای", lexicon) if isinstance(found, Cut)} == {"نام", "نامه"}


def test_tar_is_cut_from_an_adjective_only(lexicon: Lexicon) -> None:
    assert comparative("سریعتر", lexicon) == (Cut("سریع", "تر"),)
    assert comparative("پیتر", lexicon) == ()


def test_a_possessive_is_cut_from_a_noun(lexicon: Lexicon) -> None:
    assert possessive("کتابمان", lexicon) == (Cut("کتاب", "مان"),)
    assert possessive("سازمان", lexicon) == ()


@pytest.mark.parametrize("form", ["فرمانداری", "خبرنگاری", "آرایشگری"])
def test_the_name_of_a_trade_or_office_is_not_cut(lexicon: Lexicon, form: str) -> None:
    assert Cut(form[:-1], "ی") not in short_suffix(form, lexicon)
