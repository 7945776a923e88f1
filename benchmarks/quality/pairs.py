"""Pairs of a query and a text that should meet, tried through the public search path."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from search_service.quality.cases import Case, check
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

Row = dict[str, str]
Write = Callable[[dict[str, Any]], None]


class Pair(NamedTuple):
    """One query and one text; ``word`` says whose pair it is, ``group`` of which kind."""

    group: str
    word: str
    query: str
    text: str


def run(about: str | None, pairs_of: Callable[[Row], list[Pair]]) -> tuple[list[Row], list[Pair], Write]:
    """Read the file named on the command line and try the pairs of its rows.

    Returns the rows, the pairs that failed, and what writes the report where it was asked for.
    """
    arguments = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--json", type=Path, metavar="FILE")
    arguments.add_argument("--failures", type=Path, metavar="FILE", help="write each pair that failed")
    given = arguments.parse_args()
    with given.file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    pairs = [pair for row in rows for pair in pairs_of(row)]
    cases = [Case(at, pair.group, pair.query, pair.text, "match", "") for at, pair in enumerate(pairs)]
    failed = [pairs[failure.line] for failure in check(cases, Analyzer.default(), Settings()).failures]
    if given.failures:
        lines = ["\t".join(Pair._fields), *("\t".join(pair) for pair in failed)]
        given.failures.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def write(report: dict[str, Any]) -> None:
        if given.json:
            given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    return rows, failed, write


def percent(part: int, whole: int) -> float:
    """Rounded to two places; of nothing all."""
    return round(100 * part / whole, 2) if whole else 100.0
