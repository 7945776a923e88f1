from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.steps.spelling import aliased


def test_a_variant_of_the_tables_stands_for_its_right_spelling(lexicon: Lexicon) -> None:
    assert lexicon.entry("اطاق").canonical == "اتاق"
    assert [found.other for found in aliased("اطاق", lexicon)] == ["اتاق"]  # type: ignore[union-attr]


def test_a_right_spelling_stands_for_nothing_else(lexicon: Lexicon) -> None:
    assert aliased("اتاق", lexicon) == ()
