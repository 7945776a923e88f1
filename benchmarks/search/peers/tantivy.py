"""Tantivy, by its own Python package."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import tantivy
from tantivy import Occur, Query

from benchmarks.search.peers.base import TOP, Asked, Found
from search_service.engine.base import Document
from search_service.engine.query import (
    STREAMS,
    TEXT_FIELDS,
    All,
    AndMaybe,
    AtLeast,
    BestOf,
    Boost,
    Everything,
    Filter,
    Keyword,
    Node,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Term,
    Where,
)
from search_service.engine.query import (
    Any as Some,
)

HEAP = 1_000_000_000
"""Bytes for its writer: large, so that it writes few segments."""
WITH_POSITIONS = ("exact", "lemma")
"""Streams that phrases run in; the others are searched by single terms only."""
_FACETS = {
    "categories": {"terms": {"field": "category", "size": 65_000}},
    "months": {"terms": {"field": "month", "size": 65_000}},
}


class Prepared(NamedTuple):
    """The query, and those that facets are counted on, with what is counted."""

    query: Query
    counted: tuple[tuple[Query, dict[str, Any]], ...]
    newest: bool


class Answer(NamedTuple):
    """What its calls returned."""

    total: int
    buckets: dict[str, Any]
    articles: list[bytes]


class Tantivy:
    """A field for each stream, fast fields for facets and dates."""

    name = "Tantivy"
    asked = (
        "searcher.search(limit 10, count) and searcher.aggregate (terms of two fast fields; a facet with a choice of "
        "its own in a second one), then the ten stored articles; one indexing thread, 1 GB for its writer; alternate "
        "and joined without positions"
    )
    once = False

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._writer: tantivy.IndexWriter | None = None
        self._searcher: tantivy.Searcher | None = None
        self._filled = self.count() > 0

    def add(self, document: Document) -> None:
        """Delete by id, unless the index is new, and add."""
        writer = self._writer = self._writer or self._index.writer(HEAP, 1)
        if self._filled:
            writer.delete_documents_by_term("id", document.id)
        made = tantivy.Document()
        made.add_text("id", document.id)
        made.add_bytes("article", document.stored)
        for field, streams in document.text.items():
            for stream, terms in streams.items():
                made.add_text(f"{field}_{stream}", " ".join([term for term in terms if term is not None]))
        for label in document.labels.get("category", ()):
            made.add_text("category", label.key)
        if document.day is not None and document.published is not None:
            made.add_unsigned("month", document.day // 100)
            made.add_unsigned("day", document.day)
            made.add_integer("published", document.published)
        writer.add_document(made)

    def commit(self) -> None:
        """Commit; merging goes on in a thread of its own."""
        if self._writer is not None:
            self._writer.commit()
            self._filled = True

    def finish(self) -> None:
        """Commit, wait for merging, and give the writer back."""
        self.commit()
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def settle(self) -> None:
        """The same as ``finish``."""
        self.finish()

    def open(self) -> None:
        """Reload."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def prepare(self, asked: Asked) -> Prepared:
        """Counts of the facet with a choice of its own are made on the query without it."""
        query = self._query(asked.node)
        if asked.filter is None:
            return Prepared(query, ((query, _FACETS),) if asked.facets else (), asked.newest)
        filtered = Query.boolean_query([(Occur.Must, query), (Occur.Must, self._filter(asked.filter))])
        own = "categories" if isinstance(asked.filter, Keyword) else "months"
        other = "months" if own == "categories" else "categories"
        counted = ((query, {own: _FACETS[own]}), (filtered, {other: _FACETS[other]}))
        return Prepared(filtered, counted if asked.facets else (), asked.newest)

    def ask(self, prepared: Prepared) -> Answer:
        """Search, aggregate, and fetch the ten articles."""
        searcher = self._searcher
        assert searcher is not None, "open() comes first"
        order = "published" if prepared.newest else None
        result = searcher.search(prepared.query, TOP, count=True, order_by_field=order)
        buckets: dict[str, Any] = {}
        for query, facets in prepared.counted:
            buckets |= searcher.aggregate(query, facets)
        return Answer(
            result.count,  # type: ignore[attr-defined]  # missing from its stub
            buckets,
            [searcher.doc(address)["article"][0] for _, address in result.hits],
        )

    def found(self, answer: Answer) -> Found:
        """Total and counts."""

        def counts(name: str) -> dict[Any, int]:
            buckets = answer.buckets.get(name, {"buckets": ()})["buckets"]
            return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

        months = {int(month): count for month, count in counts("months").items()}
        return Found(answer.total, counts("categories"), months, len(answer.articles))

    def count(self) -> int:
        """As a fresh searcher says."""
        self._index.reload()
        return self._index.searcher().num_docs

    def segments(self) -> int | None:
        """As many as it has."""
        return self._searcher.num_segments if self._searcher else None

    def size(self) -> int:
        """The files of the segments that are in use, but the document stores."""
        used = {segment["segment_id"].replace("-", "") for segment in self._meta()["segments"]}
        files = (path for path in self._folder.iterdir() if path.name.split(".")[0] in used)
        return sum(path.stat().st_size for path in files if path.suffix != ".store")

    def close(self) -> None:
        """Give the writer's lock back."""
        self.finish()
        self._searcher = None

    def _meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = json.loads((self._folder / "meta.json").read_text("utf-8"))
        return meta

    # the query tree in its terms

    def _query(self, node: Node) -> Query:
        match node:
            case Term(field=field, stream=stream, text=text):
                return Query.term_query(self._schema, f"{field}_{stream}", text, index_option="freq")
            case Phrase(field=field, stream=stream, terms=terms):
                placed = [(at, term) for at, term in enumerate(terms) if term is not None]
                if len(placed) == 1:
                    return self._query(Term(field, stream, placed[0][1]))
                return Query.phrase_query(self._schema, f"{field}_{stream}", list(placed))
            case Prefix(field=field, stream=stream, text=text):
                pattern = f"{re.escape(text)}.*"
                return Query.const_score_query(Query.regex_query(self._schema, f"{field}_{stream}", pattern), 1.0)
            case All(nodes=nodes):
                return self._all(nodes)
            case Some(nodes=nodes):
                return Query.boolean_query([(Occur.Should, self._query(each)) for each in nodes])
            case AtLeast(count=least, nodes=nodes):
                return Query.boolean_query([(Occur.Should, self._query(each)) for each in nodes], least)
            case BestOf(nodes=nodes):
                return Query.disjunction_max_query([self._query(each) for each in nodes])
            case AndMaybe(node=inner, maybe=maybe):
                return Query.boolean_query([(Occur.Must, self._query(inner)), (Occur.Should, self._query(maybe))])
            case Boost(node=inner, factor=factor):
                return Query.boost_query(self._query(inner), factor)
            case Everything():
                return Query.all_query()
            case Nothing():
                return Query.empty_query()
            case Where(filter=condition):
                return self._filter(condition)
            case Not():
                return self._all((node,))
        raise TypeError(f"Tantivy is not asked for {type(node).__name__}: leave nearness and newness out")

    def _all(self, nodes: Sequence[Node]) -> Query:
        clauses = [
            (Occur.MustNot, self._query(each.node)) if isinstance(each, Not) else (Occur.Must, self._query(each))
            for each in nodes
        ]
        if all(occur == Occur.MustNot for occur, _ in clauses):
            clauses.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(clauses)

    def _filter(self, condition: Filter) -> Query:
        if isinstance(condition, Keyword):
            any_key = Query.term_set_query(self._schema, condition.facet, list(condition.keys))
        else:
            any_key = Query.boolean_query([(Occur.Should, self._days(*ends)) for ends in condition.ranges])
        return Query.const_score_query(any_key, 0.0)

    def _days(self, first: int, last: int) -> Query:
        return Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, first, last)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("article", stored=True)
    for field in TEXT_FIELDS:
        for stream in STREAMS:
            option = "position" if stream in WITH_POSITIONS else "freq"
            builder.add_text_field(f"{field}_{stream}", tokenizer_name="whitespace", index_option=option)
    builder.add_text_field("category", tokenizer_name="raw", index_option="basic", fast=True)
    for number in ("month", "day"):
        builder.add_unsigned_field(number, fast=True)
    builder.add_integer_field("published", fast=True)
    return builder.build()
