"""Search, indexing, updates and memory, beside others that are asked the same in the same run.

    python -m benchmarks.search [SIZE…]

SEARCH_BENCH_DATA names JSON lines of articles, SEARCH_BENCH_QUERIES a file of queries, a line
each; without them, articles are made and queries drawn from their titles.  What each peer is
asked to do stands in benchmarks/README.md, and below the table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.search import plot, report
from benchmarks.search.contestants import CONTESTANTS, Contestant
from benchmarks.search.corpus import CorpusSpec
from benchmarks.search.measuring import Measuring, Plan

QUICK = (300, 1_200)


def main() -> None:
    """Measure at each size, smallest first; print tables, write JSON and the plot."""
    given = _arguments()
    contestants = _taking_part(given.only)
    plan = Plan(
        spec=CorpusSpec(_path("SEARCH_BENCH_DATA"), given.seed),
        lines=_lines(_path("SEARCH_BENCH_QUERIES")),
        contestants=contestants,
        questions=given.questions,
        rounds=given.rounds,
        piece=given.piece,
        updates=given.updates,
        answers=given.answers,
        whoosh_to=given.whoosh_to,
        peers_to=given.peers_to,
        cpu=given.cpu,
    )
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="search-bench-")))
        measured = []
        for size in sorted(given.sizes):
            measured.append(Measuring(plan, size, folder / f"{size}").run())
            print(report.table(measured[-1]), flush=True)
    found = report.whole(plan, measured)
    print(report.spelt_out(plan.contestants))
    for file in filter(None, (given.json, given.plot)):
        file.parent.mkdir(parents=True, exist_ok=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if given.plot:
        plot.draw(found, given.plot)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=QUICK, metavar="SIZE", help="articles")
    parser.add_argument("--only", metavar="NAMES", help=f"of {', '.join(each.key for each in CONTESTANTS)}")
    parser.add_argument("--questions", type=int, default=20, metavar="N", help="of each kind")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--answers", type=int, default=1_000, metavar="N", help="whole answers, of a worker too")
    parser.add_argument("--updates", type=int, default=1_000, metavar="N", help="single updates; 0: none")
    parser.add_argument("--piece", type=int, default=100_000, metavar="N", help="articles in one commit")
    parser.add_argument("--whoosh-to", type=int, default=5_000, metavar="SIZE", help="most articles for stock Whoosh")
    parser.add_argument(
        "--peers-to", type=int, default=200_000, metavar="SIZE", help="most articles for all but the streams"
    )
    parser.add_argument("--cpu", action="store_true", help="time searches by CPU seconds, on a busy machine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the indexes here; what is there is not built anew")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    return parser.parse_args()


def _taking_part(only: str | None) -> tuple[Contestant, ...]:
    """Those that are wanted and installed; what is missing is named in a line."""
    names = only.split(",") if only else [each.key for each in CONTESTANTS]
    wanted = [each for each in CONTESTANTS if each.key in names]
    for each in wanted:
        if not each.installed():
            print(f"{each.name} is left out: pip install {each.needs}", file=sys.stderr)
    return tuple(each for each in wanted if each.installed())


def _path(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _lines(file: Path | None) -> tuple[str, ...]:
    return tuple(file.read_text("utf-8").splitlines()) if file else ()


if __name__ == "__main__":
    main()
