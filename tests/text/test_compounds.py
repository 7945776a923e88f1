"""Compounds that are found by numbers are those that spacing joins, whatever stands around them."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text import coding
from search_service.text.analyzer import STREAMS, Analyzer
from search_service.text.compounds import _alone
from tests.words import BETWEEN, WORDS

AROUND = ("ها", "ای", "می", "بر", "پنج", "هزار", "و", "۵", "بهمن", "ماه", "۱۴۰۲", "اف", "سی", "ـ", "رود", "است")


@pytest.fixture(scope="module")
def chains(analyzer: Analyzer) -> list[str]:
    """Compounds, some of which begin with the last word of one before them."""
    chance = Random(1)
    spaced = sorted(analyzer.lexicon.spaced)
    by_first: dict[str, list[str]] = {}
    for each in spaced:
        by_first.setdefault(each.split()[0], []).append(each)
    found = []
    for text in chance.sample(spaced, 400):
        found.append(text)
        chained = text
        while len(chained) < 60 and (following := by_first.get(chained.split()[-1])):
            chained = " ".join((*chained.split()[:-1], chance.choice(following)))
            found.append(chained)
    return found


def read(analyzer: Analyzer, *texts: str) -> list[dict[str, list[str | None]]]:
    table, found, _ = analyzer.coded(*texts)
    return [{stream: [table[code][at] for code in codes] for at, stream in enumerate(STREAMS)} for codes in found]


@given(data=st.data())
def test_texts_of_compounds_are_read_as_by_their_tokens(
    analyzer: Analyzer, chains: list[str], data: st.DataObject
) -> None:
    some = st.sampled_from(chains)
    parts = some.map(lambda text: text.split()[0]) | some.map(lambda text: text.split()[-1])
    word = some | parts | st.sampled_from(AROUND) | st.sampled_from(WORDS)
    text = st.lists(st.tuples(word, st.sampled_from(BETWEEN)), max_size=12).map(
        lambda pairs: "".join(each + between for each, between in pairs)
    )
    texts = data.draw(st.lists(text, max_size=4))
    for _ in range(2):
        assert read(analyzer, *texts) == [analyzer.streams(each) for each in texts]


def test_what_a_compound_is_does_not_depend_on_what_was_read_before(analyzer: Analyzer) -> None:
    # The two compounds share گران, which is another word in the first one.
    texts = ["لابی گران بها", "گران بها"]
    for read_by in (Analyzer.streams, read):
        one, other = Analyzer(analyzer.lexicon), Analyzer(analyzer.lexicon)
        assert [read_by(one, text) for text in texts] == [read_by(other, text) for text in reversed(texts)][::-1]


def test_a_known_compound_is_not_looked_at_again(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    some = Analyzer(analyzer.lexicon)
    texts = ["وزارت بهداشت اعلام کرد", "به گفته رئیس جمهور"]
    before = read(some, *texts)
    looks: list[int] = []
    monkeypatch.setattr(some._coding._spacing, "join_at", lambda forms, at: looks.extend(at))
    assert read(some, *texts) == before
    assert not looks


def test_what_no_compound_goes_on_with_is_not_told_apart(analyzer: Analyzer) -> None:
    some = Analyzer(analyzer.lexicon)
    pairs = sorted(parts for parts in analyzer.lexicon.beginnings if parts.count(" ") == 1)
    found = set()
    for end in (" رفتند", " دیدند", ".", ""):
        read(some, *[pair + end for pair in pairs])
        found.add(len(some._coding._compounds._found))
    assert len(found) == 1


def test_what_compounds_go_on_with_is_told(analyzer: Analyzer) -> None:
    texts = [text for text in analyzer.lexicon.spaced if text.count(" ") > 1]
    assert read(Analyzer(analyzer.lexicon), *texts) == [analyzer.streams(text) for text in texts]


def test_without_room_compounds_are_joined_as_ever(
    analyzer: Analyzer, chains: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coding, "GROUPS", 2)
    some = Analyzer(analyzer.lexicon)
    assert read(some, *chains) == [analyzer.streams(text) for text in chains]
    assert len(some._coding._compounds._found) < 10


@given(stretches=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8)), max_size=12))
def test_a_stretch_is_alone_where_no_other_one_is(stretches: list[tuple[int, int]]) -> None:
    begins = np.array([begin for begin, _ in stretches], np.intp)
    ends = np.array([begin + length for begin, length in stretches], np.intp)
    expected = [
        all(at == other or ends[at] < begins[other] or ends[other] < begins[at] for other in range(len(stretches)))
        for at in range(len(stretches))
    ]
    assert _alone(begins, ends).tolist() == expected
