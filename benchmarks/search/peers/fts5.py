"""SQLite with FTS5. Plain words only."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.search.peers.base import TOP, Asked, Found
from search_service.engine.base import Document
from search_service.engine.query import All, Days, Filter, Keyword, Node, Phrase, Prefix, Term
from search_service.engine.query import Any as Some

_TABLES = """
CREATE VIRTUAL TABLE words USING fts5(body, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '_'");
CREATE TABLE articles(number INTEGER PRIMARY KEY, id TEXT, month INT, day INT, published INT, stored BLOB);
CREATE TABLE labels(number INT, category TEXT, PRIMARY KEY(number, category)) WITHOUT ROWID;
"""
_HITS = "CREATE TEMP TABLE hits(number INTEGER PRIMARY KEY, score REAL)"
_CATEGORIES = "SELECT category, count(*) FROM hits JOIN labels USING(number) {where} GROUP BY category"
_MONTHS = "SELECT month, count(*) FROM hits JOIN articles USING(number) {where} GROUP BY month"


class Prepared(NamedTuple):
    """The words to match, and the statements that follow."""

    match: str
    values: Mapping[str, Any]
    ranked: bool
    total: str
    top: str
    facets: tuple[str, ...]


class Answer(NamedTuple):
    """What its statements returned."""

    total: int
    categories: list[tuple[str, int]]
    months: list[tuple[int | None, int]]
    articles: list[tuple[bytes]]


class Fts5:
    """A contentless table of words beside one of articles and one of their categories."""

    name = "SQLite FTS5"
    asked = (
        "the matches into a temporary table (with bm25 unless sorted by date), from which total, both facets and the "
        "ten stored articles are selected; contentless, detail full, optimised after indexing, page cache of 256 MB"
    )
    once = False

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "fts5.sqlite"
        fresh = not self._file.exists()
        self._db = sqlite3.connect(self._file, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-256000")
        if fresh:
            self._db.executescript(_TABLES)
        self._db.execute(_HITS)
        self._added = self.count()

    def add(self, document: Document) -> None:
        """Insert; the benchmark updates nothing here."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN")
        self._added += 1
        number, day = self._added, document.day
        words = [word for word in document.text.get("body", {}).get("exact", ()) if word is not None]
        self._db.execute("INSERT INTO words(rowid, body) VALUES(?, ?)", (number, " ".join(words)))
        row = (number, document.id, day // 100 if day else None, day, document.published, document.stored)
        self._db.execute("INSERT INTO articles VALUES(?, ?, ?, ?, ?, ?)", row)
        labels = [(number, label.key) for label in document.labels.get("category", ())]
        self._db.executemany("INSERT INTO labels VALUES(?, ?)", labels)

    def commit(self) -> None:
        """Commit."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def finish(self) -> None:
        """Commit, and merge into one tree."""
        self.commit()
        self._db.execute("INSERT INTO words(words) VALUES('optimize')")
        self._db.executescript("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")

    def settle(self) -> None:
        """The same as ``finish``."""
        self.finish()

    def open(self) -> None:
        """Nothing to do: a statement sees the newest commit."""

    def prepare(self, asked: Asked) -> Prepared:
        """Statements; the facet with a choice of its own is counted without it."""
        where, values = _where(asked.filter)
        own = None if asked.filter is None else "categories" if isinstance(asked.filter, Keyword) else "months"
        order = "published DESC" if asked.newest else "score"
        facets = (
            _CATEGORIES.format(where="" if own == "categories" else where),
            _MONTHS.format(where="" if own == "months" else where),
        )
        return Prepared(
            match=_match(asked.node),
            values=values,
            ranked=not asked.newest,
            total=f"SELECT count(*) FROM hits {where}",
            top=f"SELECT stored FROM hits JOIN articles USING(number) {where} ORDER BY {order} LIMIT {TOP}",
            facets=facets if asked.facets else (),
        )

    def ask(self, prepared: Prepared) -> Answer:
        """Match once; select from the matches."""
        run = self._db.execute
        run("DELETE FROM hits")
        score = "bm25(words)" if prepared.ranked else "0"
        run(f"INSERT INTO hits SELECT rowid, {score} FROM words WHERE words MATCH ?", (prepared.match,))
        counted = [run(statement, prepared.values).fetchall() for statement in prepared.facets]
        categories, months = counted or ([], [])
        (total,) = run(prepared.total, prepared.values).fetchone()
        return Answer(total, categories, months, run(prepared.top, prepared.values).fetchall())

    def found(self, answer: Answer) -> Found:
        """Total and counts."""
        months = {month: count for month, count in answer.months if month is not None}
        return Found(answer.total, dict(answer.categories), months, len(answer.articles))

    def count(self) -> int:
        """They are numbered from 1."""
        (number,) = self._db.execute("SELECT max(number) FROM articles").fetchone()
        return int(number or 0)

    def segments(self) -> int | None:
        """One tree after ``optimize``."""
        return 1

    def size(self) -> int:
        """The file, but for the bytes of the articles as shown."""
        (stored,) = self._db.execute("SELECT sum(length(stored)) FROM articles").fetchone()
        return self._file.stat().st_size - int(stored or 0)

    def close(self) -> None:
        """Close the database."""
        self._db.close()


def _match(node: Node) -> str:
    match node:
        case Term(text=text):
            return f'"{text}"'
        case Phrase(terms=terms):
            return '"' + " ".join(term for term in terms if term) + '"'
        case Prefix(text=text):
            return f'"{text}"*'
        case All(nodes=nodes):
            return " AND ".join(_match(each) for each in nodes)
        case Some(nodes=nodes):
            return " OR ".join(_match(each) for each in nodes)
    raise TypeError(f"FTS5 is asked plain words only, not {type(node).__name__}")


def _where(condition: Filter | None) -> tuple[str, Mapping[str, Any]]:
    match condition:
        case None:
            return "", {}
        case Keyword(keys=(key,)):
            return "WHERE number IN (SELECT number FROM labels WHERE category = :key)", {"key": key}
        case Days(ranges=((first, last),)):
            chosen = "WHERE number IN (SELECT number FROM articles WHERE day BETWEEN :first AND :last)"
            return chosen, {"first": first, "last": last}
    raise TypeError("a question has one category or one range of days")
