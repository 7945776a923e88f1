"""One size: grow the indexes to it, ask the questions, and look at the service around them."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.search import answers, updates, workers
from benchmarks.search.answers import Death, Split
from benchmarks.search.apart import apart
from benchmarks.search.building import Building, Built
from benchmarks.search.contestants import Contestant
from benchmarks.search.corpus import CorpusSpec
from benchmarks.search.peers.base import Asked
from benchmarks.search.peers.ours import Ours
from benchmarks.search.questions import Question, Questions
from benchmarks.search.rounds import Clock, Disagreement, Entry, Range, Rounds
from benchmarks.search.updates import Updated
from benchmarks.search.workers import Worked
from search_service.cli.progress import Progress
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

UPDATED = ("ours", "tantivy")
"""Contestants whose indexes are changed, too."""
WATCHED = 100
"""Updates that are made while searches run; ours goes on to all of them alone."""
SAMPLE = 500
"""Articles whose words are counted to find the commonest."""
_BEGAN = perf_counter()
MOST_EXPANSIONS = 150
"""Words that a prefix may stand for in one stream: below the limit of our settings, so that all peers mean the same."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to measure."""

    spec: CorpusSpec
    sizes: Sequence[int]
    lines: Sequence[str]
    contestants: Sequence[Contestant]
    questions: int
    rounds: int
    updates: int
    answers: int
    whoosh_to: int
    peers_to: int
    around_all: bool = False
    """Whether what is around a search is measured at each size; else only at the largest."""
    cpu: bool = False
    """Whether searches are timed by what processors were busy with them, for a machine that has more to do."""

    @property
    def clock(self) -> Clock:
        """What searches are timed with."""
        return process_time if self.cpu else perf_counter

    def around(self, size: int) -> bool:
        """Whether what is around a search is measured, too, and the size has tables of its own."""
        return self.around_all or size == max(self.sizes)

    def at(self, size: int) -> list[Contestant]:
        """Those that can bear the size."""
        return [
            each
            for each in self.contestants
            if size <= (self.whoosh_to if each.key == "whoosh" else self.peers_to if each.reading == "words" else size)
        ]


@dataclass(slots=True)
class Measured:
    """All figures of one size."""

    size: int
    contestants: list[Contestant]
    built: dict[str, Built | None] = field(default_factory=dict)
    """Contestant -> what its index took; None: nobody noted it."""
    bytes: dict[str, int] = field(default_factory=dict)
    segments: dict[str, int | None] = field(default_factory=dict)
    opening: dict[str, float] = field(default_factory=dict)
    rounds: Rounds | None = None
    disagreements: list[Disagreement] = field(default_factory=list)
    answers: Split | None = None
    deaths: list[Death] = field(default_factory=list)
    worker: Worked | None = None
    updated: dict[str, Updated] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    """Contestant -> why its updates could not be measured; all other figures stand."""
    after_updates: dict[str, Range] = field(default_factory=dict)
    """Contestant -> its time after all updates over that of the fresh index, the geometric mean over kinds."""


class Measuring:
    """Measures one size after the other, on indexes under a folder that grow."""

    def __init__(self, plan: Plan, folder: Path, building: Building) -> None:
        self._plan = plan
        self._folder = folder
        self._building = building
        self._corpus = plan.spec.corpus()
        self._analyzer = Analyzer.default()

    def outgrown(self, size: int) -> bool:
        """Whether some index holds more already, so that this size cannot be measured any more."""
        return any(self._building.count(each) > size for each in indexes(self._plan.at(size)))

    def at(self, size: int) -> Measured:
        """Everything, in turn."""
        plan, measured = self._plan, Measured(size, self._plan.at(size))
        with_index = indexes(measured.contestants)
        say(f"{size:,} articles: analysing and indexing")
        self._building.grow(with_index, size)
        with_ours = Ours(self._folder / "ours")
        with_ours.open()
        questions, entries = self._entries(with_ours, measured)
        for entry in entries:
            if entry.contestant in with_index:
                key = entry.contestant.key
                measured.built[key] = self._building.built(entry.contestant, size)
                measured.bytes[key], measured.segments[key] = entry.peer.size(), entry.peer.segments()
        say(f"{size:,} articles: {len(questions)} questions, {plan.rounds} rounds")
        with Progress("asking", "questions") as progress:
            measured.rounds = Rounds(entries, questions, plan.rounds, clock=plan.clock, tell=progress)
        measured.disagreements = measured.rounds.disagreements(entries)
        measured.opening = apart(workers.openings, [each.key for each in with_index], self._folder)
        if plan.around(size):
            self._around(with_ours, measured)
            if plan.updates:
                self._update(entries, questions, measured)
        for entry in entries:
            entry.peer.close()
        with_ours.close()
        return measured

    def _around(self, ours: Ours, measured: Measured) -> None:
        """Whole answers, hard queries, and what a worker needs."""
        say(f"{measured.size:,} articles: whole answers, hard queries, a worker")
        queries = self._questions(ours, measured.size).queries(self._plan.answers)
        settings, commonest = Settings(), self._commonest(measured.size)
        gc.collect()
        gc.freeze()  # as the service does before it forks
        answers.split(ours.searcher, self._analyzer, settings, queries)  # warm: a worker lives long
        measured.answers = answers.split(ours.searcher, self._analyzer, settings, queries)
        measured.deaths = answers.deaths(ours.searcher, self._analyzer, settings, commonest)
        gc.unfreeze()
        if workers.TELLS_MEMORY:
            measured.worker = apart(workers.work, self._folder, queries)

    def _questions(self, ours: Ours, size: int) -> Questions:
        vocabulary = ours.searcher.vocabulary

        def fits(prefix: str) -> bool:
            found = [vocabulary.with_prefix(stream, prefix, MOST_EXPANSIONS + 1) for stream in ("exact", "lemma")]
            return len(found[0]) > 0 and max(map(len, found)) <= MOST_EXPANSIONS

        return Questions(self._corpus, size, self._plan.lines, fits)

    def _entries(self, ours: Ours, measured: Measured) -> tuple[list[Question], list[Entry]]:
        """The questions, and each contestant with them in its own reading."""
        questions = self._questions(ours, measured.size).draw(self._plan.questions)
        entries = []
        for contestant in measured.contestants:
            analysis = contestant.analysis(self._analyzer)
            asked = [
                Asked(analysis.tree(each, ours.searcher), each.filter, each.newest, each.facets) for each in questions
            ]
            peer = contestant.open(self._folder)
            peer.open()
            entries.append(Entry(contestant, peer, asked))
        return questions, entries

    def _commonest(self, size: int) -> list[str]:
        """The words that stand in most articles of a sample."""
        words: Counter[str] = Counter()
        for number in range(0, size, max(1, size // SAMPLE)):
            words.update({each.strip('.،؛:!؟») («"') for each in self._corpus.article(number).body.split()})
        return [word for word, _ in words.most_common(200) if word.isalpha()]

    def _update(self, entries: Sequence[Entry], questions: Sequence[Question], measured: Measured) -> None:
        for entry in entries:
            if entry.contestant.key in UPDATED:
                say(f"{measured.size:,} articles: updates, {entry.contestant.name}")
                try:
                    self._update_one(entry, questions, measured)
                except Exception as error:
                    # Hours of other figures are not given up for it; the table says so.
                    measured.failures[entry.contestant.key] = f"{type(error).__name__}: {error}"

    def _update_one(self, entry: Entry, questions: Sequence[Question], measured: Measured) -> None:
        key, watched = entry.contestant.key, min(WATCHED, self._plan.updates)
        some = [asked for asked, question in zip(entry.asked, questions, strict=True) if question.kind == "any"]
        found, copies = updates.update(
            key,
            self._folder,
            self._corpus,
            measured.size,
            entry.contestant.analysis(self._analyzer),
            some,
            watched,
            self._plan.updates if key == "ours" else watched,
        )
        measured.after_updates[key] = self._aged(entry, copies, questions)
        measured.updated[key] = found

    def _aged(self, entry: Entry, copies: Path, questions: Sequence[Question]) -> Range:
        """The updated copy against the fresh index, asked in turns."""
        peer = entry.contestant.open(copies)
        peer.open()
        aged = Entry(entry.contestant._replace(key="aged", against=None), peer, entry.asked)
        rounds = Rounds([entry, aged], questions, self._plan.rounds, clock=self._plan.clock)
        peer.close()
        return rounds.mean_ratio("aged", entry.contestant.key, 0.5)


def indexes(contestants: Sequence[Contestant]) -> list[Contestant]:
    """Those with an index of their own."""
    return [each for each in contestants if each.index_of is None]


def say(what: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"{perf_counter() - _BEGAN:6.0f} s  {what}", file=sys.stderr, flush=True)
