"""All peers of the benchmark answer the same: what differs is only how fast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.search.contestants import Contestant, named
from benchmarks.search.generated import Generated
from benchmarks.search.peers.base import Asked, Found, Peer
from benchmarks.search.peers.ours import Ours
from benchmarks.search.questions import KINDS, Question, Questions
from search_service.text.analyzer import Analyzer

ARTICLES = 60
CORPUS = Generated(seed=2)


def opened(contestant: Contestant, folder: Path, analyzer: Analyzer) -> Peer:
    """A peer that holds the articles, in three commits."""
    peer, analysis = contestant.open(folder), contestant.analysis(analyzer)
    for number in range(ARTICLES):
        peer.add(*analysis.documents([CORPUS.article(number)]))
        if number % 20 == 19:
            peer.commit()
    peer.finish()
    peer.open()
    return peer


def answers(
    peer: Peer, contestant: Contestant, ours: Ours, questions: list[Question], analyzer: Analyzer
) -> list[Found]:
    """What a peer finds for each question, read as the contestant reads it."""
    analysis = contestant.analysis(analyzer)
    asked = [Asked(analysis.tree(each, ours.searcher), each.filter, each.newest, each.facets) for each in questions]
    return [peer.found(peer.ask(peer.prepare(each))) for each in asked]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Iterator[dict[str, Peer]]:
    """Ours, by the key of the contestant."""
    folder = tmp_path_factory.mktemp("ours")
    peers = {key: opened(named(key), folder, analyzer) for key in ("ours", "ours-words")}
    yield peers
    for peer in peers.values():
        peer.close()


@pytest.fixture(scope="module")
def questions(ours: dict[str, Peer]) -> list[Question]:
    streams = ours["ours"]
    assert isinstance(streams, Ours)
    vocabulary = streams.searcher.vocabulary

    def fits(prefix: str) -> bool:
        return 0 < len(vocabulary.with_prefix("exact", prefix, 101)) <= 100

    return Questions(CORPUS, ARTICLES, (), fits).draw(5)


def test_each_kind_is_asked_and_finds_something(
    ours: dict[str, Peer], questions: list[Question], analyzer: Analyzer
) -> None:
    found = answers(ours["ours"], named("ours"), ours["ours"], questions, analyzer)  # type: ignore[arg-type]
    kinds = {question.kind for question, answer in zip(questions, found, strict=True) if answer.total}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("key", ["tantivy", "tantivy-words", "fts5", "whoosh"])
def test_a_peer_finds_the_totals_and_counts_that_we_find(
    key: str, ours: dict[str, Peer], questions: list[Question], analyzer: Analyzer, tmp_path: Path
) -> None:
    contestant = named(key)
    if contestant.needs:
        pytest.importorskip(contestant.needs)
    of_ours = named("ours" if contestant.reading == "streams" else "ours-words")
    streams = ours[of_ours.key]
    assert isinstance(streams, Ours)
    peer = opened(contestant, tmp_path, analyzer)
    try:
        theirs = answers(peer, contestant, streams, questions, analyzer)
    finally:
        peer.close()
    assert theirs == answers(streams, of_ours, streams, questions, analyzer)
