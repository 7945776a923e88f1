"""Indexes that grow piece by piece hold what they would if they were built at once, wherever a run was broken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.search.analysed import Part, Spool, analyse, documents
from benchmarks.search.building import WAITING, Building, fill, pieces
from benchmarks.search.contestants import CONTESTANTS, Contestant, named, read_as
from benchmarks.search.corpus import CorpusSpec
from benchmarks.search.peers.base import Asked, Found
from benchmarks.search.peers.ours import Ours
from search_service.engine.base import Coded
from search_service.engine.query import Any, Term
from search_service.text.analyzer import Analyzer

SPEC = CorpusSpec(None, seed=4)
INDEXES = [each for each in CONTESTANTS if each.index_of is None and each.installed()]
WORDS = Any((Term("body", "exact", "در"), Term("body", "exact", "که")))


def found(contestant: Contestant, folder: Path) -> Found:
    """What an index answers to a search that finds all articles."""
    peer = contestant.open(folder)
    peer.open()
    try:
        return peer.found(peer.ask(peer.prepare(Asked(WORDS, None, newest=False, facets=True))))
    finally:
        peer.close()


def built_at_once(contestant: Contestant, folder: Path, size: int, analyzer: Analyzer) -> Found:
    """What an index of so many articles in one commit answers to the same search."""
    peer, analysis = contestant.open(folder), contestant.analysis(analyzer)
    for number in range(size):
        peer.add(*analysis.documents([SPEC.corpus().article(number)]))
    peer.finish()
    peer.close()
    return found(contestant, folder)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 200))
def test_pieces_lead_from_one_size_to_the_next_and_end_at_the_same_places_wherever_they_begin(
    first: int, more: int, most: int
) -> None:
    steps = list(pieces(first, first + more, most))
    assert [number for step in steps for number in range(*step)] == list(range(first, first + more))
    assert all(until - at <= most and (until % most == 0 or until == first + more) for at, until in steps)


@pytest.mark.parametrize("reading", ["streams", "words"])
def test_documents_come_back_as_they_were(reading: str, tmp_path: Path) -> None:
    one, other = Analyzer.default(), Analyzer.default()
    numbers = {one: range(5), other: range(5, 9)}
    given_ones = [
        document
        for analyzer, some in numbers.items()
        for document in read_as(reading, analyzer).documents(list(map(SPEC.corpus().article, some)))  # type: ignore[arg-type]
    ]
    spool = Spool(tmp_path / "spool")
    for each in given_ones:
        spool.add(each)
    spool.close()
    again = list(documents([tmp_path / "spool"]))
    assert [plain(each) for each in again] == [plain(each) for each in given_ones]
    tables = {id(streams.table) for each in again for streams in each.text.values() if isinstance(streams, Coded)}
    assert len(tables) == (2 if reading == "streams" else 0)


def plain(document: object) -> object:
    """The document with its streams as lists."""
    text = document.text  # type: ignore[attr-defined]
    streams = {field: {stream: list(terms) for stream, terms in each.items()} for field, each in text.items()}
    return document.id, document.labels, document.day, document.published, document.stored, streams  # type: ignore[attr-defined]


def test_indexes_that_grew_answer_as_those_built_at_once(tmp_path: Path, analyzer: Analyzer) -> None:
    growing = Building(tmp_path / "grown", SPEC, piece=15, processes=2)
    growing.grow(INDEXES, 20)
    for each in INDEXES:
        assert growing.count(each) == 20
        assert found(each, tmp_path / "grown") == built_at_once(each, tmp_path / "at once", 20, analyzer)
    assert not (tmp_path / "grown" / WAITING).exists()
    ours = Ours(tmp_path / "grown" / "ours")
    ours.open()
    assert ours.segments() == 1
    ours.close()


def test_figures_cover_all_pieces_and_are_there_for_the_next_run(tmp_path: Path) -> None:
    ours = named("ours")
    Building(tmp_path, SPEC, piece=15, processes=1).grow([ours], 20)
    again = Building(tmp_path, SPEC, piece=15, processes=1)
    again.grow([ours], 40)
    built = again.built(ours, 40)
    assert built
    assert built.articles == 40
    assert built.words == sum(
        len(text.split())
        for number in range(40)
        for article in [SPEC.corpus().article(number)]
        for text in (article.title, article.lead, article.body)
    )
    assert min(built.cpu_seconds, built.analysis_seconds, built.peak_mb) > 0
    assert again.built(ours, 35) is None


def test_a_folder_of_another_corpus_is_not_gone_on_with(tmp_path: Path) -> None:
    Building(tmp_path, SPEC, piece=10, processes=1)
    Building(tmp_path, SPEC, piece=20, processes=2)
    with pytest.raises(ValueError, match=r"seed 4, not of .* seed 5"):
        Building(tmp_path, SPEC._replace(seed=5), piece=10, processes=1)


@pytest.mark.parametrize("further", ["ours", "fts5"])
def test_a_broken_run_goes_on_where_each_index_stands(further: str, tmp_path: Path, analyzer: Analyzer) -> None:
    both: Sequence[Contestant] = [named("ours"), named("fts5")]
    Building(tmp_path, SPEC, piece=10, processes=1).grow(both, 10)
    # One index has its next piece committed, and the figures of it are lost with the run.
    contestant = named(further)
    folder = tmp_path / WAITING
    folder.mkdir()
    part = Part(folder, 10, 20)
    analyse(lambda done: None, SPEC, [contestant.reading], part)
    fill(lambda done: None, further, tmp_path, [part], contestant.reading)
    again = Building(tmp_path, SPEC, piece=10, processes=1)
    assert [again.count(each) for each in both] == [20 if each.key == further else 10 for each in both]
    again.grow(both, 30)
    for each in both:
        assert again.count(each) == 30
        assert found(each, tmp_path) == built_at_once(each, tmp_path / "at once", 30, analyzer)
    assert again.built(contestant, 30) is None
    other = next(each for each in both if each.key != further)
    assert again.built(other, 30) is not None
