"""How the contract asks an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from search_service.engine.base import DateCounts, Document, Engine, Request, Searcher
from search_service.engine.query import Everything, Filter, Node, Phrase, Term
from tests.engine.documents import NOW

Index = Callable[..., Searcher]
EVERYTHING = Everything()


def body(text: str, stream: str = "exact") -> Term:
    return Term("body", stream, text)


def phrase(*terms: str | None, stream: str = "exact") -> Phrase:
    return Phrase("body", stream, terms)


def found(searcher: Searcher, query: Node, *filters: Filter, now: int = NOW) -> dict[str, float]:
    """Ids with their scores."""
    result = searcher.search(Request(query, now=now, filters=filters, size=1000))
    assert len(result.hits) == result.total
    if not filters:
        assert searcher.total(query, now) == result.total
    return {hit.id: hit.score for hit in result.hits}


def order(searcher: Searcher, query: Node, sort: str, offset: int = 0, size: int = 1000) -> list[str]:
    """Ids in the order of the hits."""
    return [hit.id for hit in searcher.search(Request(query, now=NOW, sort=sort, offset=offset, size=size)).hits]


def labels(searcher: Searcher, facet: str, *filters: Filter) -> dict[str, int]:
    """Keys with their counts among all articles."""
    result = searcher.search(Request(Everything(), now=NOW, filters=filters, facets=(facet,)))
    return {label.key: label.count for label in result.labels[facet]}


def dates(searcher: Searcher, *filters: Filter, days_of: tuple[int, ...] = (), query: Node = EVERYTHING) -> DateCounts:
    """The date facet."""
    counts = searcher.search(Request(query, now=NOW, filters=filters, facets=("date",), days_of=days_of)).dates
    assert counts is not None
    return counts


class Asking:
    """An engine to ask; a contract inherits from it."""

    def make(self, folder: Path) -> Engine:
        """The engine under test."""
        raise NotImplementedError

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Engine:
        return self.make(tmp_path / "index")

    @pytest.fixture
    def index(self, engine: Engine) -> Iterator[Index]:
        """Put documents into a new generation, one commit for each list of them."""
        opened: list[Searcher] = []

        def fill(*batches: Iterable[Document]) -> Searcher:
            generation = engine.create("analyser", {})
            for position, batch in enumerate(batches, 1):
                writer = generation.writer()
                for each in batch:
                    writer.upsert(each)
                writer.commit(position)
            opened.append(generation.searcher())
            return opened[-1]

        yield fill
        for searcher in opened:
            searcher.close()
