"""One size: build the indexes, ask the questions, and look at the service around them."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.search import answers, updates, workers
from benchmarks.search.answers import Death, Split
from benchmarks.search.building import Built, apart, build
from benchmarks.search.contestants import Contestant
from benchmarks.search.corpus import CorpusSpec
from benchmarks.search.peers.base import Asked
from benchmarks.search.peers.ours import Ours
from benchmarks.search.questions import Question, Questions
from benchmarks.search.rounds import Clock, Disagreement, Entry, Range, Rounds
from benchmarks.search.updates import Updated
from benchmarks.search.workers import Worked
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

UPDATED = ("ours", "tantivy")
"""Contestants whose indexes are changed, too."""
WATCHED = 100
"""Updates that are made while searches run; ours goes on to all of them alone."""
SAMPLE = 500
"""Articles whose words are counted to find the commonest."""
MOST_EXPANSIONS = 150
"""Words that a prefix may stand for in one stream: below the limit of our settings, so that all peers mean the same."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to measure."""

    spec: CorpusSpec
    lines: Sequence[str]
    contestants: Sequence[Contestant]
    questions: int
    rounds: int
    piece: int
    updates: int
    answers: int
    whoosh_to: int
    peers_to: int
    cpu: bool = False
    """Whether searches are timed by what processors were busy with them, for a machine that has more to do."""

    @property
    def clock(self) -> Clock:
        """What searches are timed with."""
        return process_time if self.cpu else perf_counter

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
    built: dict[str, Built] = field(default_factory=dict)
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
    """Measures one size, with its indexes under a folder."""

    def __init__(self, plan: Plan, size: int, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._corpus = plan.spec.corpus()
        self._analyzer = Analyzer.default()
        self._measured = Measured(size, plan.at(size))
        self._began = perf_counter()

    def run(self) -> Measured:
        """Everything, in turn."""
        measured = self._measured
        self._folder.mkdir(parents=True, exist_ok=True)
        self._build()
        if not any(each.key == "ours" for each in measured.contestants):
            raise SystemExit("'ours' has to take part: it knows the terms that the questions are made of")
        with_ours = Ours(self._folder / "ours")
        with_ours.open()
        questions, entries = self._entries(with_ours)
        self._say(f"{len(questions)} questions, {self._plan.rounds} rounds")
        measured.rounds = Rounds(entries, questions, self._plan.rounds, clock=self._plan.clock)
        measured.disagreements = measured.rounds.disagreements(entries)
        self._say("whole answers, hard queries, a worker")
        queries = self._questions(with_ours).queries(self._plan.answers)
        settings = Settings()
        answers.split(with_ours.searcher, self._analyzer, settings, queries)  # warm: a worker lives long
        measured.answers = answers.split(with_ours.searcher, self._analyzer, settings, queries)
        measured.deaths = answers.deaths(with_ours.searcher, self._analyzer, settings, self._commonest())
        measured.worker = apart(workers.work, self._folder, queries)
        for each in measured.contestants:
            if each.index_of is None:
                measured.opening[each.key] = apart(workers.opening, each.key, self._folder)
        if self._plan.updates:
            self._update(entries, questions)
        for entry in entries:
            entry.peer.close()
        return measured

    def _build(self) -> None:
        for each in self._measured.contestants:
            if each.index_of is not None:
                continue
            figures = self._folder / f"{each.key}.json"
            if not figures.exists():
                self._say(f"indexing: {each.name}")
                shutil.rmtree(self._folder / each.key, ignore_errors=True)  # what an earlier run left unfinished
                arguments = (each.key, self._folder, self._plan.spec, self._measured.size, self._plan.piece)
                figures.write_text(json.dumps(asdict(apart(build, *arguments))))
            self._measured.built[each.key] = Built(**json.loads(figures.read_text()))

    def _questions(self, ours: Ours) -> Questions:
        vocabulary = ours.searcher.vocabulary

        def fits(prefix: str) -> bool:
            found = [vocabulary.with_prefix(stream, prefix, MOST_EXPANSIONS + 1) for stream in ("exact", "lemma")]
            return len(found[0]) > 0 and max(map(len, found)) <= MOST_EXPANSIONS

        return Questions(self._corpus, self._measured.size, self._plan.lines, fits)

    def _entries(self, ours: Ours) -> tuple[list[Question], list[Entry]]:
        """The questions, and each contestant with them in its own reading."""
        questions = self._questions(ours).draw(self._plan.questions)
        entries = []
        for contestant in self._measured.contestants:
            analysis = contestant.analysis(self._analyzer)
            asked = [
                Asked(analysis.tree(each, ours.searcher), each.filter, each.newest, each.facets) for each in questions
            ]
            peer = contestant.open(self._folder)
            peer.open()
            entries.append(Entry(contestant, peer, asked))
        return questions, entries

    def _commonest(self) -> list[str]:
        """The words that stand in most articles of a sample."""
        step = max(1, self._measured.size // SAMPLE)
        words: Counter[str] = Counter()
        for number in range(0, self._measured.size, step):
            words.update({each.strip('.،؛:!؟») («"') for each in self._corpus.article(number).body.split()})
        return [word for word, _ in words.most_common(200) if word.isalpha()]

    def _update(self, entries: Sequence[Entry], questions: Sequence[Question]) -> None:
        for entry in entries:
            if entry.contestant.key in UPDATED:
                self._say(f"updates: {entry.contestant.name}")
                try:
                    self._update_one(entry, questions)
                except Exception as error:
                    # Hours of other figures are not given up for it; the table says so.
                    self._measured.failures[entry.contestant.key] = f"{type(error).__name__}: {error}"

    def _update_one(self, entry: Entry, questions: Sequence[Question]) -> None:
        key, watched = entry.contestant.key, min(WATCHED, self._plan.updates)
        some = [asked for asked, question in zip(entry.asked, questions, strict=True) if question.kind == "any"]
        found, copies = updates.update(
            key,
            self._folder,
            self._corpus,
            self._measured.size,
            entry.contestant.analysis(self._analyzer),
            some,
            watched,
            self._plan.updates if key == "ours" else watched,
        )
        self._measured.updated[key] = found
        self._measured.after_updates[key] = self._aged(entry, copies, questions)

    def _aged(self, entry: Entry, copies: Path, questions: Sequence[Question]) -> Range:
        """The updated copy against the fresh index, asked in turns."""
        peer = entry.contestant.open(copies)
        peer.open()
        aged = Entry(entry.contestant._replace(key="aged", against=None), peer, entry.asked)
        rounds = Rounds([entry, aged], questions, self._plan.rounds, clock=self._plan.clock)
        peer.close()
        return rounds.mean_ratio("aged", entry.contestant.key, 0.5)

    def _say(self, what: str) -> None:
        passed = perf_counter() - self._began
        print(f"{passed:6.0f} s  {self._measured.size:,} articles: {what}", file=sys.stderr, flush=True)
