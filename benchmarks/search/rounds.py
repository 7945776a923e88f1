"""Timing: the same questions to all contestants, in random order, warm, on one thread, in rounds."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import geometric_mean, median, quantiles
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks.search.contestants import Contestant
from benchmarks.search.peers.base import Asked, Found, Peer
from benchmarks.search.questions import Question

Milliseconds = float
Clock = Callable[[], float]
"""Seconds, of the wall or of the process's threads on a processor."""
Times = dict[str, list[list[Milliseconds]]]
"""Kind -> round -> the times of its questions."""


class Entry(NamedTuple):
    """A contestant, its open index, and the questions in the form that it is asked them."""

    contestant: Contestant
    peer: Peer
    asked: Sequence[Asked]


class Range(NamedTuple):
    """The median over the rounds, and the least and the most of a round."""

    middle: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A question that two contestants with the same reading answer differently."""

    question: Question
    first: str
    second: str
    totals: tuple[int, int]
    """Equal where only counts of a facet differ."""


class Rounds:
    """Answers of a first round, which is not timed, and the times of those after it.

    A peer that is asked ``once`` has the first round only, which then is timed.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        questions: Sequence[Question],
        rounds: int,
        seed: int = 1,
        clock: Clock = perf_counter,
        tell: Callable[[int, int], object] = lambda done, of: None,
    ) -> None:
        self._questions = questions
        often = [entry for entry in entries if not entry.peer.once]
        asked, whole = 0, len(questions) * (len(entries) + rounds * len(often))
        self.times: dict[str, Times] = {}
        self.answers: dict[str, list[Found]] = {}
        for entry in entries:
            self.answers[entry.contestant.key] = self._warm(entry, clock)
            asked += len(questions)
            tell(asked, whole)
        chance = Random(seed)
        prepared = [[entry.peer.prepare(each) for each in entry.asked] for entry in often]
        gc.collect()
        gc.freeze()
        for number in range(rounds):
            turns = [(who, what) for who in range(len(often)) for what in range(len(questions))]
            chance.shuffle(turns)
            for who, what in turns:
                ask, question = often[who].peer.ask, prepared[who][what]
                began = clock()
                ask(question)
                taken = 1000 * (clock() - began)
                self._note(often[who].contestant.key, questions[what].kind, number, taken)
            asked += len(turns)
            tell(asked, whole)
        gc.unfreeze()

    def disagreements(self, entries: Sequence[Entry]) -> list[Disagreement]:
        """Answers of contestants held against each other that differ in a total or a count."""
        found = []
        for entry in entries:
            first, second = entry.contestant.key, entry.contestant.against
            for question, ours, theirs in zip(
                self._questions, self.answers[first], self.answers.get(second or "", ()), strict=False
            ):
                if second and ours != theirs:
                    found.append(Disagreement(question, first, second, (ours.total, theirs.total)))
        return found

    def hits(self, key: str, kind: str) -> float:
        """The median of the totals of a kind's questions."""
        pairs = zip(self._questions, self.answers[key], strict=True)
        return median(found.total for question, found in pairs if question.kind == kind)

    def of(self, key: str, kind: str, share: float) -> Range:
        """A quantile of the times of a contestant, such as 0.5."""
        return spread([quantile(times, share) for times in self.times[key][kind]])

    def ratio(self, key: str, against: str, kind: str, share: float) -> Range:
        """The quantile's ratio of two contestants, round by round."""
        pairs = zip(self.times[key][kind], self.times[against][kind], strict=False)
        return spread([quantile(ours, share) / quantile(theirs, share) for ours, theirs in pairs])

    def mean_ratio(self, key: str, against: str, share: float) -> Range:
        """The geometric mean over all kinds of that ratio."""
        rounds = zip(
            *(zip(self.times[key][k], self.times[against][k], strict=False) for k in self.times[key]), strict=True
        )
        return spread(
            [
                geometric_mean([quantile(ours, share) / quantile(theirs, share) for ours, theirs in kinds])
                for kinds in rounds
            ]
        )

    def _warm(self, entry: Entry, clock: Clock) -> list[Found]:
        """Each question once; the answers, for comparison."""
        found = []
        for question, asked in zip(self._questions, entry.asked, strict=True):
            prepared = entry.peer.prepare(asked)
            began = clock()
            answer = entry.peer.ask(prepared)
            if entry.peer.once:
                self._note(entry.contestant.key, question.kind, 0, 1000 * (clock() - began))
            found.append(entry.peer.found(answer))
        return found

    def _note(self, key: str, kind: str, number: int, taken: Milliseconds) -> None:
        rounds = self.times.setdefault(key, defaultdict(list))[kind]
        if len(rounds) == number:
            rounds.append([])
        rounds[number].append(taken)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    return quantiles(values, n=100, method="inclusive")[round(100 * share) - 1] if len(values) > 1 else values[0]


def spread(values: Sequence[float]) -> Range:
    """Median, least and most."""
    return Range(median(values), min(values), max(values))


def timed(work: Callable[[], Any], times: int) -> list[Milliseconds]:
    """How long each of so many calls took."""
    found = []
    for _ in range(times):
        began = perf_counter()
        work()
        found.append(1000 * (perf_counter() - began))
    return found


def summary(times: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """p50 and p95 of each."""
    return {name: {"p50": quantile(values, 0.5), "p95": quantile(values, 0.95)} for name, values in times.items()}
