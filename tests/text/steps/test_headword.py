from __future__ import annotations

from search_service.text.lexicon import Lexicon
from search_service.text.steps.headword import headword


def lemmas(form: str, lexicon: Lexicon) -> list[str]:
    return [read.lemma for read in headword(form, lexicon)]


def test_a_headword_is_itself(lexicon: Lexicon) -> None:
    assert lemmas("دفتر", lexicon) == ["دفتر"]


def test_an_infinitive_and_a_participle_are_words_and_forms_of_their_verb(lexicon: Lexicon) -> None:
    assert lemmas("نوشتن", lexicon) == ["نوشتن", "نوشت"]
    assert lemmas("نوشته", lexicon) == ["نوشته", "نوشت"]


def test_a_frequent_verb_has_third_persons_that_are_also_words_and_a_rare_one_has_none(lexicon: Lexicon) -> None:
    assert lemmas("رود", lexicon) == ["رود", "رفت"]
    assert lemmas("درود", lexicon) == ["درود"]


def test_a_bare_spelling_is_the_word_with_madda(lexicon: Lexicon) -> None:
    assert lemmas("اهنگ", lexicon) == ["آهنگ"]


def test_an_unknown_form_is_passed_on(lexicon: Lexicon) -> None:
    assert headword("قزلقورت", lexicon) == ()
