"""Chooses the defaults of the ranking's settings: on half of the queries, reported on the other half.

    python -m benchmarks.quality.ranking_sweep FOLDER… [--most N] [--out FILE.json]

A folder holds ``docs.jsonl`` (or ``.jsonl.gz``; ``id, title, text``) and ``queries.jsonl``
(``id, text, relevant``), of which about N are taken.  One setting after the other takes the
value of its grid that is best for the first folder, the others held: name the set there whose
queries are most like readers' own.  A value that costs another folder more than ``GUARD`` of
what is best for it is out; ties keep the smaller value, and a setting that makes no
difference stays.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from search_service.engine import bm25
from search_service.engine.base import Generation
from search_service.engine.whoosh import WhooshEngine
from search_service.quality.evaluation import Judged, Measures, evaluate, read_documents, read_queries
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

GRID: dict[str, tuple[float, ...]] = {
    "K1": (1.2, 1.6, 2.0),
    "B": (0.65, 0.75, 0.85),
    "rarity": (1.0, 1.25, 1.5, 1.75),
    "coverage_boost": (0.01, 0.5, 1.0, 2.0),
    "exact_boost": (1.0, 1.1, 1.2, 1.4),
    "title_weight": (1.0, 2.0, 3.0),
    "proximity_boost": (0.0, 0.5, 1.0, 2.0),
    "split_boost": (0.3, 0.5, 0.8, 1.0),
}


GUARD = 0.005
"""MRR@10 that a choice may cost another folder."""
CONSTANTS = ("K1", "B")
"""What is no setting, but a constant of ``engine.bm25``."""


class JudgedSet(NamedTuple):
    """One folder, indexed."""

    name: str
    generation: Generation
    queries: list[Judged]


def main() -> None:
    """Sweep, print a line a try, and write what was found."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folders", nargs="+", type=Path)
    arguments.add_argument("--most", type=int, default=10**6)
    arguments.add_argument("--out", type=Path)
    given = arguments.parse_args()
    analyzer = Analyzer.default()
    with tempfile.TemporaryDirectory() as folder:
        sets = [
            indexed(path, Path(folder) / str(number), analyzer, given.most) for number, path in enumerate(given.folders)
        ]
        held_out = {"defaults": halves(sets, analyzer, Settings())}
        chosen, tries = sweep(sets, analyzer, Settings())
        held_out["chosen"] = halves(sets, analyzer, chosen)
        report = {
            "analyser": analyzer.fingerprint,
            "chosen": {name: getattr(bm25 if name in CONSTANTS else chosen, name) for name in GRID},
            "tries": tries,
            "held_out": held_out,
        }
    print(json.dumps({name: report[name] for name in ("chosen", "held_out")}, indent=1))
    if given.out:
        given.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def sweep(sets: list[JudgedSet], analyzer: Analyzer, settings: Settings) -> tuple[Settings, list[dict[str, float]]]:
    """Settings and constants one after the other; each try with its scores on the first half of the queries."""
    begun = {name: getattr(bm25 if name in CONSTANTS else settings, name) for name in GRID}
    tries: list[dict[str, float]] = []
    for name, values in GRID.items():
        scores: dict[float, dict[str, float]] = {}
        for value in values:
            varied = with_value(settings, name, value)
            scores[value] = {each.name: measured(each, analyzer, varied, half=0).mrr for each in sets}
            tries.append({name: value, **scores[value]})
            print(name, value, scores[value], file=sys.stderr, flush=True)
        first, *others = (each.name for each in sets)
        best = {other: max(score[other] for score in scores.values()) for other in others}
        fair = [value for value in values if all(scores[value][other] >= best[other] - GUARD for other in others)]
        if len({score[first] for score in scores.values()}) > 1 and fair:
            settings = with_value(settings, name, max(fair, key=lambda value: (scores[value][first], -value)))
        else:
            settings = with_value(settings, name, begun[name])
    return settings, tries


def halves(sets: list[JudgedSet], analyzer: Analyzer, settings: Settings) -> dict[str, dict[str, float]]:
    """The measures on the second half of the queries, by set."""
    return {each.name: measured(each, analyzer, settings, half=1).model_dump() for each in sets}


def with_value(settings: Settings, name: str, value: float) -> Settings:
    """The settings with another value; a constant of BM25 is changed in its place."""
    if name in CONSTANTS:
        setattr(bm25, name, value)
        return settings
    return settings.model_copy(update={name: value})


def measured(judged: JudgedSet, analyzer: Analyzer, settings: Settings, half: int) -> Measures:
    """Any word, ranked; every second query."""
    return evaluate(judged.generation.searcher(), analyzer, judged.queries[half::2], settings, "any")


def indexed(path: Path, folder: Path, analyzer: Analyzer, most: int) -> JudgedSet:
    """The documents of a folder in an index of their own."""
    generation = WhooshEngine(folder).create(analyzer.fingerprint, {})
    writer = generation.writer()
    for document in read_documents(next(path.glob("docs.jsonl*")), analyzer):
        writer.upsert(document)
    writer.commit(1)
    queries = read_queries(next(path.glob("queries.jsonl*")))
    return JudgedSet(path.name, generation, queries[:: max(1, round(len(queries) / most))])


if __name__ == "__main__":
    main()
