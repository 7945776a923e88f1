"""A worker: how long opening takes it, and what memory of its own it needs after many searches."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.search.analyses import PersianStreams
from benchmarks.search.answers import service
from benchmarks.search.apart import Tell
from benchmarks.search.contestants import named
from benchmarks.search.peers.base import Asked
from benchmarks.search.peers.ours import Ours
from benchmarks.search.questions import Question
from search_service.search.params import SearchParams
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

OPENINGS = 7
_ROLLUP = Path("/proc/self/smaps_rollup")
TELLS_MEMORY = _ROLLUP.exists()
"""Whether the system tells a process what memory is its own."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One worker, in a process of its own; the index in the page cache."""

    open_ms: float
    first_ms: float
    """The first whole answer."""
    engine_mb: float
    """Growth of memory that is written to, and so never shared, over that before opening: after searches."""
    private_mb: float
    """The same after as many whole answers."""
    unshared_mb: float
    """The same, with pages of the index that no other process has mapped just now."""
    searches: int


def openings(_tell: Tell, keys: Sequence[str], folder: Path) -> dict[str, float]:
    """Milliseconds to open each index, from its folder, the median of a few times; call it apart."""
    found = {}
    for key in keys:
        contestant, taken = named(key), []
        contestant.peer_class()  # imports its package
        for _time in range(OPENINGS):
            began = perf_counter()
            peer = contestant.open(folder)
            peer.open()
            taken.append(1000 * (perf_counter() - began))
            peer.close()
        found[key] = median(taken)
    return found


def work(_tell: Tell, folder: Path, queries: Sequence[str]) -> Worked:
    """Open our index and answer the queries; call it apart."""
    analyzer, settings = Analyzer.default(), Settings()
    analyzer.words("گرم")
    gc.collect()
    dirty, clean = _private()
    began = perf_counter()
    peer = Ours(folder / "ours")
    peer.open()
    opened = perf_counter()
    analysis = PersianStreams(analyzer, settings)
    answers = service(peer.searcher, analyzer, settings)
    answers.search(SearchParams(q=queries[0])).model_dump_json()
    first = perf_counter()
    for query in queries:
        question = Question("any", "any", tuple(query.split()))
        peer.ask(peer.prepare(Asked(analysis.tree(question, peer.searcher), None, newest=False, facets=True)))
    gc.collect()
    dirty_engine, _ = _private()
    for query in queries:
        answers.search(SearchParams(q=query)).model_dump_json()
    gc.collect()
    dirty_after, clean_after = _private()
    return Worked(
        open_ms=1000 * (opened - began),
        first_ms=1000 * (first - opened),
        engine_mb=dirty_engine - dirty,
        private_mb=dirty_after - dirty,
        unshared_mb=dirty_after + clean_after - dirty - clean,
        searches=len(queries),
    )


def _private() -> tuple[float, float]:
    """Private memory of this process in MB: dirty, clean."""
    sizes = {"Private_Dirty": 0.0, "Private_Clean": 0.0}
    for line in _ROLLUP.read_text("ascii").splitlines():
        name, _, value = line.partition(":")
        if name in sizes:
            sizes[name] = int(value.split()[0]) / 1024
    return sizes["Private_Dirty"], sizes["Private_Clean"]
