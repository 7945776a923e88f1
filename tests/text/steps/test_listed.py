from __future__ import annotations

import pytest

from search_service.text.lexicon import Lexicon
from search_service.text.steps.listed import listed_plural


@pytest.mark.parametrize(
    ("plural", "single"), [("مجالس", "مجلس"), ("اجزاء", "جزء"), ("برادران", "برادر"), ("آیات", "آیه")]
)
def test_a_listed_plural_stands_for_its_singular(lexicon: Lexicon, plural: str, single: str) -> None:
    assert single in [found.other for found in listed_plural(plural, lexicon)]  # type: ignore[union-attr]


def test_a_word_that_is_no_plural_is_passed_on(lexicon: Lexicon) -> None:
    assert listed_plural("قالی", lexicon) == ()
