"""Who takes part: a peer with the analysis that it is given."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from benchmarks.search.analyses import Analysis, PersianStreams, PlainWords
from benchmarks.search.peers.base import Peer
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

Reading = Literal["streams", "served", "words"]


class Contestant(NamedTuple):
    """One column of the results."""

    key: str
    name: str
    peer: str
    """Its class, as ``module.Class`` of ``benchmarks.search.peers``."""
    reading: Reading
    against: str | None = None
    """The contestant that it is held against: asked the very same."""
    index_of: str | None = None
    """The contestant whose index it searches; None: its own."""
    needs: str | None = None
    """A package that must be there."""

    def installed(self) -> bool:
        """Whether what it needs is there."""
        return self.needs is None or find_spec(self.needs) is not None

    def open(self, folder: Path) -> Peer:
        """Its index under the folder of all indexes, made when it is not there."""
        return self.peer_class()(folder / (self.index_of or self.key))

    def peer_class(self) -> type[Peer]:
        """Its class; imports its package."""
        module, _, name = self.peer.rpartition(".")
        found: type[Peer] = getattr(import_module(f"benchmarks.search.peers.{module}"), name)
        return found

    def analysis(self, analyzer: Analyzer) -> Analysis:
        """How its texts and questions are read."""
        return read_as(self.reading, analyzer)


def read_as(reading: Reading, analyzer: Analyzer) -> Analysis:
    """The analysis that a reading is."""
    match reading:
        case "words":
            return PlainWords(analyzer)
        case "served":
            return PersianStreams(analyzer, Settings())
        case "streams":
            return PersianStreams(analyzer, Settings(proximity_boost=0, recency_weight=0))


CONTESTANTS = (
    Contestant("ours", "ours, streams", "ours.Ours", "streams", against="tantivy"),
    Contestant("tantivy", "Tantivy, streams", "tantivy.Tantivy", "streams", needs="tantivy"),
    Contestant("served", "ours, as served", "ours.Ours", "served", against="tantivy", index_of="ours"),
    Contestant("ours-words", "ours, words", "ours.Ours", "words", against="tantivy-words"),
    Contestant("tantivy-words", "Tantivy, words", "tantivy.Tantivy", "words", needs="tantivy"),
    Contestant("fts5", "FTS5, words", "fts5.Fts5", "words"),
    Contestant("whoosh", "Whoosh, words", "whoosh.Whoosh", "words"),
)
READINGS: dict[Reading, str] = {
    "streams": (
        "title, lead and body, each in the four streams of our analyser; a word is the best of its readings in each "
        "field (a maximum of boosted terms and phrases), as search/compile.py makes it, without nearness and newness"
    ),
    "served": (
        "the same with what the service adds: a bonus for neighbouring words near each other, and for newness; "
        "Tantivy is not asked for either"
    ),
    "words": "one field of the words as they stand (runs of letters and digits); a word is one BM25 term",
}


def named(key: str) -> Contestant:
    """The contestant of a key."""
    return next(each for each in CONTESTANTS if each.key == key)
