"""Whoosh as it comes: its own codec, searcher and facets. Plain words only."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import whoosh.query as q
from whoosh import fields, index, sorting
from whoosh.analysis import SpaceSeparatedTokenizer

import search_service.engine.whoosh  # noqa: F401  # imports whoosh without its warnings
from benchmarks.search.peers.base import TOP, Asked, Found, bytes_under
from search_service.engine.base import Document
from search_service.engine.query import All, Filter, Keyword, Node, Phrase, Prefix, Term
from search_service.engine.query import Any as Some

_WRITER = {"limitmb": 512, "compound": False}
_UNDATED = datetime(1, 1, 1)  # its facets fail on a missing value
_FACETS = {"categories": sorting.FieldFacet("category", allow_overlap=True), "months": sorting.FieldFacet("month")}


class Prepared(NamedTuple):
    """The query with its filter, and that of the facet that leaves it out."""

    query: q.Query
    filter: q.Query | None
    own: str | None
    facets: bool
    newest: bool


class Answer(NamedTuple):
    """What its calls returned."""

    total: int
    groups: dict[str, dict[Any, int]]
    articles: list[Any]


class Whoosh:
    """One field of words, one of categories, columns of month and time."""

    name = "stock Whoosh"
    asked = (
        "searcher.search(limit 10, groupedby two FieldFacets, maptype Count; a facet with a choice of its own in a "
        "second search), the ten stored ids; W3 codec, no compound segments, merged into one"
    )
    once = True

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._index = index.open_dir(folder) if index.exists_in(folder) else index.create_in(folder, _schema())
        self._writer: Any = None
        self._searcher: Any = None

    def add(self, document: Document) -> None:
        """Add; the benchmark updates nothing here."""
        if self._writer is None:
            self._writer = self._index.writer(**_WRITER)
        published = document.published
        self._writer.add_document(
            id=document.id,
            body=" ".join(_words(document)),
            category=",".join(label.key for label in document.labels.get("category", ())),
            month=(document.day or 0) // 100,
            day=document.day or 0,
            published=_UNDATED if published is None else datetime.fromtimestamp(published, UTC).replace(tzinfo=None),
        )

    def commit(self) -> None:
        """Commit as a segment of its own."""
        if self._writer is not None:
            self._writer.commit(merge=False)
            self._writer = None

    def finish(self) -> None:
        """Commit, and merge into one."""
        self.commit()
        with closing(self._index.reader()) as reader:
            segments = len(reader.leaf_readers())
        if segments > 1:
            self._index.optimize(**_WRITER)

    def settle(self) -> None:
        """The same as ``finish``."""
        self.finish()

    def open(self) -> None:
        """A fresh searcher."""
        self._searcher = self._index.searcher()

    def prepare(self, asked: Asked) -> Prepared:
        """Its filter, and the facet whose counts leave the filter out."""
        own = None if asked.filter is None else "categories" if isinstance(asked.filter, Keyword) else "months"
        chosen = None if asked.filter is None else _filter(asked.filter)
        return Prepared(_query(asked.node), chosen, own, asked.facets, asked.newest)

    def ask(self, prepared: Prepared) -> Answer:
        """Search once, or twice when a facet leaves the filter out."""
        wanted = [name for name in _FACETS if prepared.facets and name != prepared.own]
        results = self._search(prepared, prepared.filter, wanted)
        groups = {name: results.groups(name) for name in wanted}
        if prepared.facets and prepared.own:
            groups[prepared.own] = self._search(prepared, None, [prepared.own]).groups(prepared.own)
        best = islice(results, TOP)  # its own limit does not hold when it groups
        return Answer(len(results.docs()), groups, [hit["id"] for hit in best])

    def found(self, answer: Answer) -> Found:
        """Total and counts, without those that have no value."""
        categories = {key: count for key, count in answer.groups.get("categories", {}).items() if key}
        months = {month: count for month, count in answer.groups.get("months", {}).items() if month}
        return Found(answer.total, categories, months, len(answer.articles))

    def count(self) -> int:
        """As its table of contents says."""
        return int(self._index.doc_count())

    def segments(self) -> int | None:
        """As many as it has."""
        return len(self._searcher.reader().leaf_readers()) if self._searcher else None

    def size(self) -> int:
        """All files; it stores the ids only."""
        return bytes_under(self._folder)

    def close(self) -> None:
        """Close the searcher."""
        if self._searcher is not None:
            self._searcher.close()

    def _search(self, prepared: Prepared, chosen: q.Query | None, facets: list[str]) -> Any:
        order = sorting.FieldFacet("published", reverse=True) if prepared.newest else None
        grouped = sorting.Facets({name: _FACETS[name] for name in facets}) if facets else None
        return self._searcher.search(
            prepared.query, limit=TOP, filter=chosen, sortedby=order, groupedby=grouped, maptype=sorting.Count
        )


def _schema() -> fields.Schema:
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        body=fields.TEXT(analyzer=SpaceSeparatedTokenizer()),
        category=fields.KEYWORD(commas=True),
        month=fields.NUMERIC(sortable=True),
        day=fields.NUMERIC(sortable=True),
        published=fields.DATETIME(sortable=True),
    )


def _words(document: Document) -> list[str]:
    return [word for word in document.text.get("body", {}).get("exact", ()) if word is not None]


def _query(node: Node) -> q.Query:
    match node:
        case Term(text=text):
            return q.Term("body", text)
        case Phrase(terms=terms):
            return q.Phrase("body", list(terms))
        case Prefix(text=text):
            return q.ConstantScoreQuery(q.Prefix("body", text))
        case All(nodes=nodes):
            return q.And([_query(each) for each in nodes])
        case Some(nodes=nodes):
            return q.Or([_query(each) for each in nodes])
    raise TypeError(f"stock Whoosh is asked plain words only, not {type(node).__name__}")


def _filter(condition: Filter) -> q.Query:
    if isinstance(condition, Keyword):
        return q.Or([q.Term("category", key) for key in condition.keys])
    return q.Or([q.NumericRange("day", first, last) for first, last in condition.ranges])
