"""Chooses the defaults of the ranking's settings: on half of the queries, reported on the other half.

    python benchmarks/ranking_sweep.py FOLDER… [--most N] [--out FILE.json]

A folder holds ``docs.jsonl`` (or ``.jsonl.gz``; ``id, title, text``) and ``queries.jsonl``
(``id, text, relevant``), of which about N are taken.  One setting after the other takes the
value of its grid with the best mean of MRR@10 over all folders, the others held; ties keep
the smaller value.  A setting that makes no difference stays.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from search_service.engine.base import Searcher
from search_service.engine.whoosh import WhooshEngine
from search_service.quality.evaluation import Judged, Measures, evaluate, read_documents, read_queries
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

GRID: dict[str, tuple[float, ...]] = {
    "rarity": (1.0, 1.25, 1.5, 1.75),
    "coverage_boost": (0.01, 0.5, 1.0, 2.0),
    "exact_boost": (1.0, 1.2, 1.4, 1.7),
    "title_weight": (1.0, 2.0, 3.0),
    "proximity_boost": (0.0, 0.5, 1.0, 2.0),
    "split_boost": (0.3, 0.5, 0.8, 1.0),
}


class JudgedSet(NamedTuple):
    """One folder, indexed."""

    name: str
    searcher: Searcher
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
        begin = Settings()
        chosen, tries = sweep(sets, analyzer, begin)
        report = {
            "analyser": analyzer.fingerprint,
            "chosen": {name: getattr(chosen, name) for name in GRID},
            "tries": tries,
            "held_out": {
                name: {each.name: measured(each, analyzer, settings, half=1).model_dump() for each in sets}
                for name, settings in (("defaults", begin), ("chosen", chosen))
            },
        }
    print(json.dumps({name: report[name] for name in ("chosen", "held_out")}, indent=1))
    if given.out:
        given.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def sweep(sets: list[JudgedSet], analyzer: Analyzer, settings: Settings) -> tuple[Settings, list[dict[str, float]]]:
    """Settings one after the other; each try with its scores on the first half of the queries."""
    tries: list[dict[str, float]] = []
    for name, values in GRID.items():
        scores: dict[float, float] = {}
        for value in values:
            varied = settings.model_copy(update={name: value})
            found = {each.name: measured(each, analyzer, varied, half=0).mrr for each in sets}
            scores[value] = round(fmean(found.values()), 4)
            tries.append({name: value, "mean": scores[value], **found})
            print(name, value, scores[value], found, file=sys.stderr, flush=True)
        if len(set(scores.values())) > 1:
            settings = settings.model_copy(update={name: max(values, key=lambda value: (scores[value], -value))})
    return settings, tries


def measured(judged: JudgedSet, analyzer: Analyzer, settings: Settings, half: int) -> Measures:
    """Any word, ranked; every second query."""
    return evaluate(judged.searcher, analyzer, judged.queries[half::2], settings, "any")


def indexed(path: Path, folder: Path, analyzer: Analyzer, most: int) -> JudgedSet:
    """The documents of a folder in an index of their own."""
    generation = WhooshEngine(folder).create(analyzer.fingerprint, {})
    writer = generation.writer()
    for document in read_documents(next(path.glob("docs.jsonl*")), analyzer):
        writer.upsert(document)
    writer.commit(1)
    queries = read_queries(next(path.glob("queries.jsonl*")))
    return JudgedSet(path.name, generation.searcher(), queries[:: max(1, round(len(queries) / most))])


if __name__ == "__main__":
    main()
