"""Where words stand is kept in a few letters, and is where their tokens stand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.text.analyzer import Analyzer
from search_service.text.layout import Layout, Line
from tests.words import texts


def same(one: Layout, other: Layout) -> None:
    assert one.sizes == other.sizes
    for mine, its in zip(one[:3], other[:3], strict=True):
        assert np.array_equal(mine, its)


def laid_out(analyzer: Analyzer, *texts: str) -> Layout:
    _, _, layout = analyzer.coded(*texts)
    return layout


def line(analyzer: Analyzer, text: str) -> Line:
    (its,) = laid_out(analyzer, text).lines([text])
    return its


def told(line: Line, text: str) -> list[object]:
    """All that a line tells."""
    positions = range(line.size)
    return [
        [line.span(at, at + 1) for at in positions],
        [line.whole(at) for at in positions],
        [line.inside(place) for place in range(len(text))],
    ]


@given(text=texts | st.text(max_size=80))
def test_positions_stand_where_their_tokens_do(analyzer: Analyzer, text: str) -> None:
    layout = laid_out(analyzer, text)
    assert list(zip(layout.starts.tolist(), layout.ends.tolist(), strict=True)) == [
        (token.start, token.end) for token in analyzer.analyze(text)
    ]


@given(text=texts | st.text(max_size=80))
def test_wholes_are_the_words_of_several_tokens(analyzer: Analyzer, text: str) -> None:
    mine = line(analyzer, text)
    at = 0
    for word in analyzer.words(text):
        assert mine.whole(at) - at == len(word.tokens) or len({token.start for token in word.tokens}) == 1
        at += len(word.tokens)


@given(several=st.lists(texts | st.text(max_size=80), min_size=1, max_size=4))
def test_several_texts_are_each_laid_out_as_alone(analyzer: Analyzer, several: list[str]) -> None:
    _, codes, layout = analyzer.coded(*several)
    for text, its, mine in zip(several, codes, layout.lines(several), strict=True):
        assert told(mine, text) == told(line(analyzer, text), text)
        assert its.tolist() == analyzer.coded(text)[1][0].tolist()


@given(several=st.lists(texts | st.text(max_size=80), min_size=1, max_size=3))
def test_what_is_kept_is_read_again_as_it_was(analyzer: Analyzer, several: list[str]) -> None:
    layouts = [laid_out(analyzer, *each) for each in (several, *([text] for text in several))]
    dumped = [layouts[0].dump(several, len(several)), layouts[0].dump(several, 1)]
    for mine, its in zip(Layout.load([json.loads(each) for some in dumped for each in some]), layouts, strict=True):
        same(mine, its)


def test_of_no_articles_there_is_nothing_to_read() -> None:
    assert Layout.load([]) == []


def test_long_words_and_gaps_are_kept(analyzer: Analyzer) -> None:
    text = f"{' ' * 70_000}{'ب' * 300} و {'پ' * 60}"
    (layout,) = Layout.load([json.loads(each) for each in laid_out(analyzer, text).dump([text], 1)])
    assert layout.starts.tolist() == [70_000, 70_301, 70_303]
    assert layout.ends.tolist() == [70_300, 70_302, 70_363]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_long_words_and_gaps_are_those_of_their_article(analyzer: Analyzer, size: int) -> None:
    far, short = f"{' ' * 60}{'ب' * 70} وزارت بهداشت", "وزارت بهداشت"
    several = [far, "", far, far, "", "", short, short, far]
    alone = [several[at : at + size] for at in range(0, len(several), size)]
    expected = [laid_out(analyzer, *texts).dump(texts, size)[0] for texts in alone]
    assert laid_out(analyzer, *several).dump(several, size) == expected


@pytest.mark.parametrize(("text", "position", "behind"), [("وزارت بهداشت گفت", 0, 2), ("وزارت بهداشت گفت", 2, 3)])
def test_a_whole_tells_where_it_ends(analyzer: Analyzer, text: str, position: int, behind: int) -> None:
    assert line(analyzer, text).whole(position) == behind


def test_a_space_inside_a_word_is_told_from_one_between_words(analyzer: Analyzer) -> None:
    mine = line(analyzer, "کتاب ها را")
    assert [mine.inside(place) for place in (4, 7)] == [True, False]
