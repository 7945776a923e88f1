"""Indexes that grow together, a piece at a time: each piece is analysed once, for all of them."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time, thread_time

from benchmarks.search.analysed import TELL_EVERY, Part, analyse, documents
from benchmarks.search.apart import Call, Tell, side_by_side
from benchmarks.search.contestants import Contestant, Reading, named
from benchmarks.search.corpus import CorpusSpec
from search_service.cli.progress import Progress

LEDGER = "building.json"
"""What each piece took."""
CORPUS = "corpus.txt"
"""Says what the indexes hold."""
WAITING = "analysed"
"""Folder of the piece that is being indexed."""
WHOLLY = "merged"
"""Stands in the place of a piece's beginning where an index was merged as far as can be."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What one index took on one occasion: a piece, or merging at ``end`` articles."""

    of: str
    """A contestant, or a reading, whose analysis it was."""
    first: int | str
    end: int
    seconds: float
    cpu: float
    """Seconds of all threads."""
    words: int = 0
    """Of the titles, leads and bodies, between spaces; a reading's alone."""
    peak_mb: float = 0
    """Of memory, above that of the process before it."""


@dataclass(frozen=True, slots=True)
class Built:
    """What indexing so many articles took, of one core."""

    articles: int
    cpu_seconds: float
    """Adding and committing, piece by piece."""
    analysis_seconds: float
    """CPU of the analysis, which was shared with all of the same reading."""
    merge_seconds: float
    """CPU of the merging at the end."""
    peak_mb: float
    words: int


class Building:
    """Grows the indexes under a folder; what a broken run has committed is not made again."""

    def __init__(self, folder: Path, spec: CorpusSpec, piece: int, processes: int) -> None:
        """``piece``: most articles in a commit; ``processes``: how many work at once.

        Raises ``ValueError`` where the folder's indexes hold articles of another corpus.
        """
        folder.mkdir(parents=True, exist_ok=True)
        corpus, name = folder / CORPUS, f"{spec.corpus().name}, seed {spec.seed}"
        if corpus.exists() and (there := corpus.read_text("utf-8")) != name:
            raise ValueError(f"the indexes in {folder} are of {there}, not of {name}: name another folder")
        corpus.write_text(name, encoding="utf-8")
        self._folder = folder
        self._spec = spec
        self._piece = piece
        self._processes = processes
        self._ledger = folder / LEDGER
        self._grown = [Grown(**each) for each in json.loads(self._ledger.read_text())] if self._ledger.exists() else []
        shutil.rmtree(folder / WAITING, ignore_errors=True)

    def grow(self, contestants: Sequence[Contestant], size: int) -> None:
        """Give each index of theirs so many articles, and merge it."""
        have = {each.key: self.count(each) for each in contestants}
        for first, end in pieces(min(have.values(), default=size), size, self._piece):
            takers = [each for each in contestants if have[each.key] < end]
            self._index(takers, first, end, size)
        merged = {each.of for each in self._grown if each.first == WHOLLY and each.end == size}
        unmerged = [each for each in contestants if each.key not in merged and self.count(each) == size]
        for grown in side_by_side([Call(merge, (each.key, self._folder)) for each in unmerged], self._processes):
            self._note(grown)

    def count(self, contestant: Contestant) -> int:
        """How many articles its index holds."""
        if not (self._folder / contestant.key).exists():
            return 0
        peer = contestant.open(self._folder)
        try:
            return peer.count()
        finally:
            peer.close()

    def built(self, contestant: Contestant, size: int) -> Built | None:
        """What its index took; None where another run, or nobody, noted it."""
        pieces = list(self._pieces_of(contestant.key, size))
        analyses = list(self._pieces_of(contestant.reading, size))
        if not pieces or not analyses:
            return None
        merges = [
            each for each in self._grown if each.of == contestant.key and (each.first, each.end) == (WHOLLY, size)
        ]
        return Built(
            articles=size,
            cpu_seconds=sum(each.cpu for each in pieces),
            analysis_seconds=sum(each.cpu for each in analyses),
            merge_seconds=sum(each.cpu for each in merges),
            peak_mb=max(each.peak_mb for each in (*pieces, *merges)),
            words=sum(each.words for each in analyses),
        )

    def _index(self, takers: Sequence[Contestant], first: int, end: int, size: int) -> None:
        parts = self._analysed(takers, first, end, size)
        calls = [Call(fill, (each.key, self._folder, parts, each.reading)) for each in takers]
        whole = len(takers) * (end - first)
        with Progress(f"indexing to {end:,} of {size:,}", "articles, all indexes") as progress:
            for grown in side_by_side(calls, self._processes, lambda done: progress(done, whole)):
                self._note(grown)
        shutil.rmtree(self._folder / WAITING)

    def _analysed(self, takers: Sequence[Contestant], first: int, end: int, size: int) -> list[Part]:
        waiting = self._folder / WAITING
        waiting.mkdir()
        readings = sorted({each.reading for each in takers})
        share = -(-(end - first) // self._processes)
        parts = [Part(waiting, at, min(at + share, end)) for at in range(first, end, share)]
        calls = [Call(analyse, (self._spec, readings, part)) for part in parts]
        with Progress(f"analysing to {end:,} of {size:,}") as progress:
            began = perf_counter()
            found = list(side_by_side(calls, self._processes, lambda done: progress(done, end - first)))
        seconds, words = perf_counter() - began, sum(each["words"] for each in found)
        for reading in readings:
            self._note(Grown(reading, first, end, seconds, sum(each["cpu"][reading] for each in found), words))
        return parts

    def _pieces_of(self, name: str, size: int) -> Iterator[Grown]:
        """Those that lead from nothing to so many articles, each the last of its kind; none if one is missing."""
        by_end = {each.end: each for each in self._grown if each.of == name and each.first != WHOLLY}
        found = []
        while size:
            if size not in by_end:
                return
            found.append(by_end[size])
            size = int(found[-1].first)
        yield from found

    def _note(self, grown: Grown) -> None:
        self._grown.append(grown)
        beside = self._ledger.with_suffix(".new")
        beside.write_text("[\n" + ",\n".join(json.dumps(asdict(each)) for each in self._grown) + "\n]\n")
        beside.replace(self._ledger)


def pieces(first: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """From ``first`` to ``end``: steps that end at multiples of ``most``, and at ``end``."""
    while first < end:
        until = min(end, (first // most + 1) * most)
        yield first, until
        first = until


def fill(tell: Tell, key: str, folder: Path, parts: Sequence[Part], reading: Reading) -> Grown:
    """Add the articles that an index does not hold yet, and commit."""
    peer = named(key).open(folder)
    first, end, have = parts[0].first, parts[-1].end, peer.count()
    base = peak_mb()
    began, busy, reading_them = perf_counter(), process_time(), 0.0
    analysed = documents(part.file(reading) for part in parts)
    for number in range(first, end):
        turned = thread_time()
        document = next(analysed)
        reading_them += thread_time() - turned
        if number >= have:
            peer.add(document)
        if not number % TELL_EVERY:
            tell(number - first)
    peer.commit()
    peer.close()
    seconds, cpu = perf_counter() - began, process_time() - busy - reading_them
    tell(end - first)
    return Grown(key, first, end, seconds, cpu, peak_mb=peak_mb() - base)


def merge(_tell: Tell, key: str, folder: Path) -> Grown:
    """Merge an index as far as it can be made to."""
    peer = named(key).open(folder)
    count, base = peer.count(), peak_mb()
    began, busy = perf_counter(), process_time()
    peer.finish()
    peer.close()
    return Grown(key, WHOLLY, count, perf_counter() - began, process_time() - busy, peak_mb=peak_mb() - base)


def peak_mb() -> float:
    """The most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
