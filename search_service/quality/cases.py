"""Hard cases: does a query find a text, or stay away from it?

A case's text is the body of an article without a title.  Cases whose reason begins with
``fallback:`` may use the whole ladder; all others must hold without its later steps and
without guesses, and a case of ``no`` also with guesses.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from search_service.article import Article
from search_service.engine import memory
from search_service.engine.base import Request, Searcher
from search_service.errors import ServiceError
from search_service.indexing.document import document
from search_service.search.compile import Compiler
from search_service.search.ladder import Ladder
from search_service.search.parser import parse
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

COLUMNS = ("group", "query", "document_text", "expect", "why")
_NOW = 2**62


class Case(NamedTuple):
    """One row."""

    line: int
    group: str
    query: str
    text: str
    expect: Literal["match", "no"]
    why: str

    @property
    def fallback(self) -> bool:
        """Whether it may be found by the ladder's later steps only."""
        return self.why.startswith("fallback:")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Count(_Model):
    """How many cases came out as expected."""

    passed: int
    total: int


class Failure(_Model):
    """A case that did not come out as expected."""

    line: int
    group: str
    query: str
    document_text: str
    expect: str
    why: str
    error: str | None = None


class CaseReport(_Model):
    """All cases, by what was expected and by group."""

    match: Count
    no: Count
    groups: dict[str, Count]
    failures: tuple[Failure, ...]


def read_cases(path: Path) -> list[Case]:
    """Read a file of tab-separated cases, quotes taken as they are; raises ``source_unreadable``."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ServiceError("source_unreadable", f"{path.name} cannot be read: {error}") from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise ServiceError("source_unreadable", f"{path.name}: the first line names {', '.join(COLUMNS)}.")
    cases = []
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) != len(COLUMNS) or row[3] not in ("match", "no"):
            raise ServiceError(
                "source_unreadable", f"{path.name}, line {number}: five columns, the fourth 'match' or 'no'."
            )
        group, query, text, expect, why = row
        cases.append(Case(number, group, query, text, "match" if expect == "match" else "no", why))
    return cases


def check(
    cases: Sequence[Case], analyzer: Analyzer, settings: Settings, *, fallback: bool = True, together: bool = False
) -> CaseReport:
    """Try every case against an index of its own text, or of all texts ``together``."""
    everything = _searcher(cases, analyzer) if together else None
    outcomes = []
    for case in cases:
        searcher = everything or _searcher([case], analyzer)
        try:
            error, passed = None, holds(case, searcher, analyzer, settings, fallback)
        except ServiceError as refused:
            error, passed = refused.detail, False
        outcomes.append((case, passed, error))
    return CaseReport(
        match=_count(passed for case, passed, _ in outcomes if case.expect == "match"),
        no=_count(passed for case, passed, _ in outcomes if case.expect == "no"),
        groups={
            group: _count(passed for case, passed, _ in outcomes if case.group == group)
            for group in dict.fromkeys(case.group for case in cases)
        },
        failures=tuple(_failure(case, error) for case, passed, error in outcomes if not passed),
    )


def holds(case: Case, searcher: Searcher, analyzer: Analyzer, settings: Settings, fallback: bool = True) -> bool:
    """Whether the case comes out as it expects, in an index that holds its text under its line as id."""
    if case.expect == "no":
        return not _found(case, searcher, analyzer, settings, relax=False, guess=True)
    helped = case.fallback and fallback
    return _found(case, searcher, analyzer, settings, relax=helped, guess=helped)


def _found(case: Case, searcher: Searcher, analyzer: Analyzer, settings: Settings, *, relax: bool, guess: bool) -> bool:
    """Whether the case's text is among the hits."""
    compiler = Compiler(analyzer, searcher, settings)
    ladder = Ladder(compiler, searcher.vocabulary, settings, relax=relax, guess=guess)
    for meaning in ladder.meanings(parse(case.query, settings), "auto"):
        tree = meaning.compiled.node(meaning.at_least)
        hits = searcher.search(Request(tree, _NOW, size=searcher.count())).hits
        if hits:
            return str(case.line) in {hit.id for hit in hits}
    return False


def _searcher(cases: Iterable[Case], analyzer: Analyzer) -> Searcher:
    return memory.searcher(
        document(Article(id=str(case.line), body=case.text, version=1), analyzer) for case in cases if case.text.strip()
    )


def _count(outcomes: Iterable[bool]) -> Count:
    listed = list(outcomes)
    return Count(passed=sum(listed), total=len(listed))


def _failure(case: Case, error: str | None) -> Failure:
    return Failure(
        line=case.line,
        group=case.group,
        query=case.query,
        document_text=case.text,
        expect=case.expect,
        why=case.why,
        error=error,
    )
