from __future__ import annotations

import pytest

from search_service.text.lexicon import Lexicon
from search_service.text.steps.guarded import guarded_plural


@pytest.mark.parametrize(("form", "host"), [("کودکان", "کودک"), ("رانندگان", "راننده"), ("سخنگویان", "سخنگو")])
def test_an_animate_plural_is_cut_to_a_noun(lexicon: Lexicon, form: str, host: str) -> None:
    assert [found.other for found in guarded_plural(form, lexicon)] == [host]  # type: ignore[union-attr]


def test_what_leaves_no_word_is_passed_on(lexicon: Lexicon) -> None:
    assert guarded_plural("قزلقوران", lexicon) == ()
