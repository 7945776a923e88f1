"""Contestants are asked the same, in rounds, and held against each other round by round."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.search.contestants import Contestant
from benchmarks.search.peers.base import Asked, Found
from benchmarks.search.questions import Question
from benchmarks.search.rounds import Entry, Rounds, quantile, spread
from search_service.engine.query import Term

QUESTIONS = [Question(kind, "any", ("باران",)) for kind in ("any", "any by date") for _ in range(3)]
ASKED = [Asked(Term("body", "exact", "باران"), None, newest=False, facets=True) for _ in QUESTIONS]


class Listening:
    """Counts what it is asked, and finds what it was told to."""

    name = asked = "listening"

    def __init__(self, folder: Path, total: int = 1, once: bool = False) -> None:
        self.heard: Counter[int] = Counter()
        self.once = once
        self._total = total
        self._prepared = 0

    def prepare(self, asked: Asked) -> int:
        self._prepared += 1
        return self._prepared % len(QUESTIONS)

    def ask(self, prepared: int) -> int:
        self.heard[prepared] += 1
        return self._total

    def found(self, answer: int) -> Found:
        return Found(answer, {}, {}, 0)


def entry(key: str, peer: Any, against: str | None = None) -> Entry:
    return Entry(Contestant(key, key, "none.None", "words", against), peer, ASKED)


def test_each_question_is_asked_once_to_warm_and_once_a_round_but_slow_peers_once_at_all() -> None:
    often, slow = Listening(Path()), Listening(Path(), once=True)
    rounds = Rounds([entry("often", often), entry("slow", slow)], QUESTIONS, rounds=4)
    assert set(often.heard.values()) == {5}
    assert set(slow.heard.values()) == {1}
    assert [len(times) for times in rounds.times["often"]["any"]] == [3, 3, 3, 3]
    assert [len(times) for times in rounds.times["slow"]["any"]] == [3]


def test_answers_that_differ_are_named() -> None:
    entries = [entry("ours", Listening(Path(), total=2), against="theirs"), entry("theirs", Listening(Path(), total=3))]
    found = Rounds(entries, QUESTIONS, rounds=1).disagreements(entries)
    assert [each.totals for each in found] == [(2, 3)] * len(QUESTIONS)
    assert Rounds(entries[1:], QUESTIONS, rounds=1).disagreements(entries[1:]) == []


def test_ratios_are_taken_within_a_round() -> None:
    rounds = Rounds([], QUESTIONS, rounds=0)
    rounds.times = {
        "ours": {"any": [[1.0, 1.0], [4.0, 4.0], [3.0, 3.0]], "all": [[1.0], [1.0], [1.0]]},
        "theirs": {"any": [[2.0, 2.0], [4.0, 4.0], [1.5, 1.5]], "all": [[2.0], [1.0], [2.0]]},
    }
    assert rounds.ratio("ours", "theirs", "any", 0.5) == (1.0, 0.5, 2.0)
    assert rounds.mean_ratio("ours", "theirs", 0.5) == pytest.approx((1.0, 0.5, 1.0))


def test_a_quantile_lies_among_the_values() -> None:
    values = [float(value) for value in range(101)]
    assert (quantile(values, 0.5), quantile(values, 0.95)) == (50.0, 95.0)
    assert quantile([7.0], 0.95) == 7.0
    assert spread([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)
