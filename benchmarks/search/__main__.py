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
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

from benchmarks.search import report
from benchmarks.search.building import Building
from benchmarks.search.contestants import CONTESTANTS, Contestant
from benchmarks.search.corpus import CorpusSpec
from benchmarks.search.measuring import Measuring, Plan, indexes, say
from search_service.errors import ServiceError

QUICK = (300, 1_000, 3_000)
MOST_PROCESSES = 4
ROOM = 10_000
"""Bytes on the disk for an article in an index, merging included: refused before, rather than when it is full."""
_BLAMELESS = (OSError, UnicodeDecodeError, ServiceError)
FULL = 1_000_000
"""Fewer bytes than these are a full disk, whatever the error says."""


def main() -> None:
    """Measure at each size, smallest first; print tables, write JSON and the plot."""
    given = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        try:
            folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="search-bench-")))
            with _one_line(folder):
                _run(given, folder)
        except KeyboardInterrupt:
            kept = f"what is built is kept in {given.folder}" if given.folder else "nothing is kept"
            raise SystemExit(f"\ninterrupted; {kept}") from None


def _run(given: argparse.Namespace, folder: Path) -> None:
    contestants = _taking_part(given.only)
    plan = Plan(
        spec=CorpusSpec(_file("SEARCH_BENCH_DATA"), given.seed),
        sizes=sorted(set(given.sizes)),
        lines=_lines(_file("SEARCH_BENCH_QUERIES")),
        contestants=contestants,
        questions=given.questions,
        rounds=given.rounds,
        updates=given.updates,
        answers=given.answers,
        whoosh_to=given.whoosh_to,
        peers_to=given.peers_to,
        around_all=given.around_all,
        cpu=given.cpu,
    )
    plan.spec.corpus().article(0)
    folder.mkdir(parents=True, exist_ok=True)
    _check_room(plan, folder)
    for file in filter(None, (given.json, given.plot)):
        file.parent.mkdir(parents=True, exist_ok=True)
    if given.plot and not find_spec("matplotlib"):
        print("no plot is drawn: pip install matplotlib", file=sys.stderr)
        given.plot = None
    measuring = Measuring(plan, folder, Building(folder, plan.spec, given.piece, given.processes))
    sizes: list[report.Figures] = []
    for size in plan.sizes:
        kept = folder / f"{size}.json"
        if not measuring.outgrown(size):
            kept.write_text(json.dumps(report.described(measuring.at(size))), encoding="utf-8")
        elif kept.exists():
            say(f"{size:,} articles: as an earlier run measured them, for the indexes hold more now")
        else:
            say(f"{size:,} articles: left out, for the indexes in {folder} hold more already")
            continue
        sizes.append(json.loads(kept.read_text("utf-8")))
        _write(given, report.whole(plan, sizes))
        if plan.around(size):
            print(report.table(sizes[-1], plan.contestants), flush=True)
    if len(sizes) > 1:
        print(report.growth(sizes, plan.contestants))
    print(report.spelt_out(plan.contestants))
    if written := [str(file) for file in (given.json, given.plot) if file]:
        say(f"written: {', '.join(written)}")


def _write(given: argparse.Namespace, found: report.Figures) -> None:
    """What is measured so far: a run of hours that is broken has it."""
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if given.plot:
        from benchmarks.search import plot

        plot.draw(found, given.plot)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=_count, default=QUICK, metavar="SIZE", help="articles")
    parser.add_argument("--only", metavar="NAMES", help=f"of {', '.join(each.key for each in CONTESTANTS)}")
    parser.add_argument("--questions", type=_count, default=20, metavar="N", help="of each kind")
    parser.add_argument("--rounds", type=_count, default=5, metavar="N")
    parser.add_argument("--answers", type=_count, default=1_000, metavar="N", help="whole answers, of a worker too")
    parser.add_argument("--updates", type=int, default=1_000, metavar="N", help="single updates; 0: none")
    parser.add_argument(
        "--around-all", action="store_true", help="answers, hard queries, a worker, updates: not at the largest alone"
    )
    parser.add_argument("--piece", type=_count, default=100_000, metavar="N", help="most articles in one commit")
    parser.add_argument(
        "--processes",
        type=_count,
        default=min(MOST_PROCESSES, os.cpu_count() or 1),
        metavar="N",
        help="that analyse and index at once; searches are timed alone",
    )
    parser.add_argument("--whoosh-to", type=int, default=5_000, metavar="SIZE", help="most articles for stock Whoosh")
    parser.add_argument(
        "--peers-to", type=int, default=200_000, metavar="SIZE", help="most articles for all but the streams"
    )
    parser.add_argument("--cpu", action="store_true", help="time searches by CPU seconds, on a busy machine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the indexes here; a later run goes on from them")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    return parser.parse_args()


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _taking_part(only: str | None) -> tuple[Contestant, ...]:
    """Those that are wanted and installed; what is missing is named in a line."""
    known = [each.key for each in CONTESTANTS]
    names = only.split(",") if only else known
    if unknown := set(names) - set(known):
        raise SystemExit(f"--only: {', '.join(sorted(unknown))} is none of {', '.join(known)}")
    if "ours" not in names:
        raise SystemExit("--only: 'ours' has to take part, for it knows the terms that the questions are made of")
    wanted = [each for each in CONTESTANTS if each.key in names]
    for each in wanted:
        if not each.installed():
            print(f"{each.name} is left out: pip install {each.needs}", file=sys.stderr)
    return tuple(each for each in wanted if each.installed())


def _file(variable: str) -> Path | None:
    value = os.environ.get(variable)
    if value and not Path(value).is_file():
        raise SystemExit(f"{variable} names no file: {value}")
    return Path(value) if value else None


def _lines(file: Path | None) -> Sequence[str]:
    return tuple(file.read_text("utf-8").splitlines()) if file else ()


def _check_room(plan: Plan, folder: Path) -> None:
    indexed = sum(
        max([size for size in plan.sizes if each in plan.at(size)], default=0) for each in indexes(plan.contestants)
    )
    needed, free = indexed * ROOM, shutil.disk_usage(folder).free
    if needed > free:
        raise SystemExit(
            f"about {needed / 1e9:.1f} GB are needed in {folder}, {free / 1e9:.1f} GB are free: "
            "name another folder with --folder or TMPDIR"
        )


@contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    """What the machine or the input is to blame for needs no traceback."""
    try:
        yield
    except Exception as error:
        if shutil.disk_usage(folder).free < FULL:
            raise SystemExit(
                f"the disk of {folder} is full: make room, or name another with --folder or TMPDIR"
            ) from None
        if isinstance(error, _BLAMELESS) or type(error) is ValueError:
            raise SystemExit(str(error)) from None
        raise


if __name__ == "__main__":
    main()
