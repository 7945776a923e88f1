from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.steps.headword import headword


def lemmas(form: str, lexicon: Lexicon) -> list[str]:
    return [read.lemma for read in headword(form, lexicon)]


def test_a_headword_is_itself(lexicon: Lexicon) -> None:
    assert lemmas("دفتر", lexicon) == ["دفتر"]


def test_an_infinitive_is_its_verb_and_a_participle_is_both(lexicon: Lexicon) -> None:
    assert lemmas("نوشتن", lexicon) == ["نوشت"]
    assert lemmas("نوشته", lexicon) == ["نوشته", "نوشت"]


def test_a_bare_spelling_is_the_word_with_madda(lexicon: Lexicon) -> None:
    assert lemmas("اهنگ", lexicon) == ["آهنگ"]


def test_an_unknown_form_is_passed_on(lexicon: Lexicon) -> None:
    assert headword("قزلقورت", lexicon) == ()
