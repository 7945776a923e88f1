"""What belongs together is joined, whatever was read before."""

import json
from importlib.resources import files

import pytest

from search_service.text import spacing
from search_service.text.analyzer import Analyzer
from search_service.text.form import Form

TEXTS = [
    article[field]
    for line in files("search_service").joinpath("data/sample.jsonl").read_text(encoding="utf-8").splitlines()
    for article in [json.loads(line)]
    for field in ("title", "lead")
]


def test_a_compound_is_read_the_same_after_its_beginnings() -> None:
    whole = "گفت و گوی تلفنی دو رئیس جمهور"
    fresh = Analyzer.default().streams(whole)
    used = Analyzer.default()
    for end in range(len(whole)):
        used.streams(whole[:end])
    assert used.streams(whole) == fresh


def test_no_text_is_read_otherwise_for_what_was_read_before() -> None:
    fresh = Analyzer.default()
    expected = [fresh.streams(text) for text in TEXTS]
    used = Analyzer.default()
    for text in TEXTS:
        words = text.split()
        for at in range(len(words)):
            used.streams(" ".join(words[at : at + 2]))
            used.streams(" ".join(words[at : at + 3]))
    assert [used.streams(text) for text in TEXTS] == expected


def test_a_suffix_is_read_the_same_after_it_stood_behind_a_silent_sign() -> None:
    fresh = Analyzer.default().analyze("کتاب ها رسید")
    used = Analyzer.default()
    used.analyze("کتاب \ufe77 ها رسید")
    assert used.analyze("کتاب ها رسید") == fresh


def test_a_suffix_behind_a_prefix_is_read_the_same_again() -> None:
    analyzer = Analyzer.default()
    assert analyzer.streams("در می ها") == analyzer.streams("در می ها")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("بی بی سی هات", "سی هات"),  # سی is a number in the second only
        ("۵ جی ها", "جی ها"),
        ("بر می ها", "می ها"),  # «می» carries a suffix, and is no prefix of it
        ("آی سی سیی", "سی سیی"),  # a compound begins within another one
    ],
)
def test_one_text_is_read_the_same_before_and_after_another(analyzer: Analyzer, one: str, other: str) -> None:
    first, second = Analyzer(analyzer.lexicon), Analyzer(analyzer.lexicon)
    assert [first.streams(one), first.streams(other)] == [second.streams(other), second.streams(one)][::-1]


def test_the_places_of_a_forms_fields_are_what_spacing_takes_them_for() -> None:
    places = (spacing._ROLE, spacing._OPENS, spacing._CLOSES, spacing._WATCHED)
    assert [Form._fields[place] for place in places] == ["role", "opens", "closes", "watched"]
