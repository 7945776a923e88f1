"""``python -m benchmarks.load``: latencies of the whole service, asked at a constant rate from another process."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from benchmarks.load.preparing import prepare
from benchmarks.load.scenarios import Load, Measured
from benchmarks.load.service import running
from benchmarks.search.corpus import Corpus, CorpusSpec

SCENARIOS = ("steady", "writes", "reindex", "overload")
COLUMNS = ("name", "rate", "p50", "p95", "p99", "max", "statuses", "refused_p99", "web_cpu_ms", "others_cores")


def main() -> None:
    """Prepare, start, ask, tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("scenarios", nargs="*", choices=[[], *SCENARIOS], help="default: all of them")
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--rate", type=float, default=100.0, help="searches a second (100)")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of a run (30)")
    parser.add_argument("--warm", type=float, default=20.0, help="seconds of searches before anything is measured")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, required=True, help="the index folder; made when it is not there")
    parser.add_argument("--data", type=Path, default=os.environ.get("SEARCH_BENCH_DATA"), help="articles, JSON lines")
    parser.add_argument("--queries", type=Path, default=os.environ.get("SEARCH_BENCH_QUERIES"), help="one a line")
    parser.add_argument("--gzip", action="store_true", help="ask for compressed answers")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    corpus = CorpusSpec(given.data, 1).corpus()
    prepare(given.folder, corpus, given.articles)
    queries = _queries(given.queries, corpus)
    rows: list[dict[str, object]] = []
    with running(given.folder, given.folder / "load.log") as service:
        load = Load(service, queries, corpus, given.articles, gzip=given.gzip)
        load.warm(given.warm)
        for _ in range(given.rounds):
            for name in given.scenarios or SCENARIOS:
                for measured in _scenario(load, name, given.rate, given.seconds):
                    rows.append(measured.row())
                    _tell(rows[-1])
    if given.json is not None:
        given.json.write_text(json.dumps(rows, indent=1) + "\n")


def _scenario(load: Load, name: str, rate: float, seconds: float) -> list[Measured]:
    match name:
        case "steady":
            return [load.steady("steady", rate, seconds)]
        case "writes":
            return [load.with_writes("with writes", rate, seconds, reindex=False)]
        case "reindex":
            return [load.with_writes("with writes and reindex", rate, seconds, reindex=True)]
    saturated = load.capacity(10.0)
    return [saturated, *load.overload(saturated.run.rate, 10.0)]


def _queries(file: Path | None, corpus: Corpus) -> list[str]:
    if file is not None:
        return [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [" ".join(corpus.article(number).title.split()[:2]) for number in range(500)]


def _tell(row: dict[str, object]) -> None:
    first = {name: row[name] for name in COLUMNS}
    rest = {name: value for name, value in row.items() if name not in COLUMNS and value is not None}
    print(json.dumps(first, ensure_ascii=False), "\n   ", json.dumps(rest, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
