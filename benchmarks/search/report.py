"""The figures as a mapping for JSON, and as tables for people."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import geometric_mean
from typing import Any

from benchmarks.search.building import Built
from benchmarks.search.contestants import READINGS, Contestant, Reading
from benchmarks.search.measuring import Measured, Plan
from benchmarks.search.peers.base import Peer
from benchmarks.search.questions import KINDS
from benchmarks.search.rounds import Rounds, summary

Figures = Mapping[str, Any]
SHARES = {"p50": 0.5, "p95": 0.95}
GROUPS: dict[str, tuple[Reading, ...]] = {
    "search by Persian streams": ("streams", "served"),
    "search by plain words": ("words",),
}
_PACKAGES = ("numpy", "whoosh", "tantivy")
_DIGITS = 4


def whole(plan: Plan, sizes: Sequence[Figures]) -> Figures:
    """A run: the machine, what was asked, and the figures of each size."""
    return {
        "machine": machine(),
        "date": datetime.now(UTC).date().isoformat(),
        "corpus": plan.spec.corpus().name,
        "queries": "given" if plan.lines else "drawn from titles",
        "questions of a kind": plan.questions,
        "rounds": plan.rounds,
        "clock": "cpu" if plan.cpu else "wall",
        "kinds": KINDS,
        "readings": READINGS,
        "contestants": {each.key: {"name": each.name, "asked": _class(each).asked} for each in plan.contestants},
        "sizes": sizes,
    }


def machine() -> Figures:
    """Processor, memory, system, and the versions of what is compared."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(int((_line("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 2**20, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **versions,
    }


def described(measured: Measured) -> Figures:
    """The figures of one size; times in milliseconds, ratios ours over theirs, each with its range over the rounds."""
    rounds = measured.rounds
    assert rounds is not None, "nothing was asked"
    held = [(each.key, each.against) for each in measured.contestants if each.against in rounds.times]
    found: Figures = _short(
        {
            "articles": measured.size,
            "search": {
                kind: {
                    "hits": rounds.hits("ours", kind),
                    "times": {key: _quantiles(rounds, key, kind) for key in rounds.times},
                    "ratios": {key: _ratios(rounds, key, other, kind) for key, other in held if other},
                }
                for kind in KINDS
            },
            "mean_ratios": {
                key: {name: rounds.mean_ratio(key, other, share)._asdict() for name, share in SHARES.items()}
                for key, other in held
                if other
            },
            "disagreements": [
                {
                    "kind": each.question.kind,
                    "words": " ".join(each.question.words),
                    "of": [each.first, each.second],
                    "totals": each.totals,
                }
                for each in measured.disagreements
            ],
            "indexing": {
                key: {
                    **(_indexed(built) if built else {}),
                    "bytes": measured.bytes[key],
                    "segments": measured.segments[key],
                }
                for key, built in measured.built.items()
            },
            "opening_ms": measured.opening,
            "worker": asdict(measured.worker) if measured.worker else None,
            "answer": summary({"whole": measured.answers.whole, **measured.answers.parts})
            if measured.answers
            else None,
            "hard_queries": [each._asdict() for each in measured.deaths],
            "updates": {
                key: {
                    **summary({"searchable": updated.searchable, "commit": updated.commits}),
                    "slowest_commit": max(updated.commits),
                    "slowest_search": updated.slowest_search,
                    "updates": len(updated.commits),
                    "segments": updated.segments,
                    "search_after": measured.after_updates[key]._asdict(),
                }
                for key, updated in measured.updated.items()
            },
            "failures": measured.failures,
        }
    )
    return found


def table(figures: Figures, contestants: Sequence[Contestant]) -> str:
    """The figures of one size, for reading."""
    there = [each for each in contestants if each.key in figures["search"]["any"]["times"]]
    parts = [f"\n{figures['articles']:,} articles"]
    for title, readings in GROUPS.items():
        parts.append(_searches(figures, title, [each for each in there if each.reading in readings]))
    names = {each.key: each.name for each in there}
    failures = "\n".join(f"updates of {names[key]} failed: {why}" for key, why in figures["failures"].items())
    parts += [_agreement(figures), _indexing(figures, names), _service(figures), _hard(figures)]
    parts += [_updates(figures, names), failures]
    return "\n\n".join(part for part in parts if part)


def growth(sizes: Sequence[Figures], contestants: Sequence[Contestant]) -> str:
    """The median time of a search at each size, as the geometric mean over all kinds."""
    rows = [["ms p50, geometric mean of all kinds", *(f"{figures['articles']:,}" for figures in sizes)]]
    for each in contestants:
        row = [each.name]
        for figures in sizes:
            times = [found["times"].get(each.key) for found in figures["search"].values()]
            row.append(f"{geometric_mean(time['p50']['middle'] for time in times):.2f}" if all(times) else "–")
        rows.append(row)
    return f"\n{columns(rows)}"


def spelt_out(contestants: Sequence[Contestant]) -> str:
    """What was asked of whom."""
    lines = [
        "",
        "Each question wants the exact total, both facets and the ten best articles as stored, unless it says so:",
    ]
    lines += [f"  {kind}: {what}" for kind, what in KINDS.items()]
    lines += ["Texts and questions are read as"]
    lines += [f"  {reading}: {what}" for reading, what in READINGS.items()]
    lines += ["and each is asked by"]
    lines += [f"  {name}: {asked}" for name, asked in {_class(e).name: _class(e).asked for e in contestants}.items()]
    return "\n".join(lines)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _searches(figures: Figures, title: str, contestants: Sequence[Contestant]) -> str:
    """Times of those with a reading, and beside each its ratio to the one that it is held against."""
    if not contestants:
        return ""
    means = figures["mean_ratios"]
    rows = [[f"{title}, ms p50 / p95", "hits"]]
    for each in contestants:
        rows[0].append(each.name.removesuffix(f", {each.reading}"))
        if each.key in means:
            rows[0].append("÷ Tantivy")
    for kind, found in figures["search"].items():
        row = [kind, f"{found['hits']:,.0f}"]
        for each in contestants:
            row.append(_pair(found["times"][each.key]))
            if each.key in means:
                row.append(_pair(found["ratios"][each.key]))
        rows.append(row)
    held = [each for each in contestants if each.key in means]
    if held:
        row = ["geometric mean", ""]
        for each in contestants:
            row += ["", _pair(means[each.key])] if each in held else [""]
        rows.append(row)
    lines = [
        f"{each.name} ÷ Tantivy, geometric mean and range of the rounds: "
        + ", ".join(f"{name} {_spread(means[each.key][name])}" for name in SHARES)
        for each in held
    ]
    return "\n".join((columns(rows), *lines))


def _agreement(figures: Figures) -> str:
    differ = figures["disagreements"]
    if differ:
        return f"{len(differ)} answers differ from Tantivy's ({', '.join(sorted({each['kind'] for each in differ}))})"
    return "all totals and counts equal Tantivy's" if figures["mean_ratios"] else ""


def _indexing(figures: Figures, names: Mapping[str, str]) -> str:
    heads = ["articles/s", "analysis s", "adding s", "merging s", "peak MB", "index MB", "segments", "open ms"]
    rows = [["indexing, CPU of all threads", *heads]]
    words = None
    for key, built in figures["indexing"].items():
        noted = ["–"] * 5
        if "cpu_seconds" in built:
            words = built["words"] / built["articles"]
            noted = [f"{built['articles_per_second']:,.0f}"]
            noted += [f"{built[name]:.1f}" for name in ("analysis_seconds", "cpu_seconds", "merge_seconds")]
            noted.append(f"{built['peak_mb']:.0f}")
        opening = f"{figures['opening_ms'].get(key, 0):.1f}"
        rows.append([names[key], *noted, f"{built['bytes'] / 1e6:.1f}", str(built["segments"] or "–"), opening])
    length = f"{words:.0f} words an article; " if words else ""
    return (
        f"{columns(rows)}\n{length}articles/s: analysis and adding; the analysis is made once and shared; peak: memory "
        "of indexing alone; index: without the articles as stored"
    )


def _indexed(built: Built) -> Figures:
    seconds = built.analysis_seconds + built.cpu_seconds
    return {**asdict(built), "articles_per_second": built.articles / max(seconds, 1e-9)}


def _service(figures: Figures) -> str:
    parts, worker = figures["answer"], figures["worker"]
    if not parts:
        return ""
    rows = [["whole answer, ms", *parts]]
    rows += [[name, *(f"{part[name]:.2f}" for part in parts.values())] for name in SHARES]
    if not worker:
        return columns(rows)
    lines = (
        f"worker: opens in {worker['open_ms']:.1f} ms, first answer {worker['first_ms']:.1f} ms; after "
        f"{worker['searches']:,} searches {worker['engine_mb']:.1f} MB of its own, after as many answers "
        f"{worker['private_mb']:.1f} MB, with pages of the index that no "
        f"other process has mapped {worker['unshared_mb']:.1f} MB"
    )
    return f"{columns(rows)}\n{lines}"


def _hard(figures: Figures) -> str:
    if not figures["hard_queries"]:
        return ""
    rows = [["hard query", "ms", "outcome"]]
    rows += [[each["name"], f"{each['milliseconds']:.1f}", each["outcome"]] for each in figures["hard_queries"]]
    return columns(rows)


def _updates(figures: Figures, names: Mapping[str, str]) -> str:
    if not figures["updates"]:
        return ""
    rows = [
        [
            "updates, ms",
            "searchable p50 / p95",
            "commit p50 / p95",
            "slowest",
            "slowest search",
            "segments",
            "then search x",
        ]
    ]
    for key, found in figures["updates"].items():
        rows.append(
            [
                f"{names[key]}, {found['updates']:,}",
                _two(found["searchable"]),
                _two(found["commit"]),
                f"{found['slowest_commit']:.0f}",
                f"{found['slowest_search']:.0f}",
                str(found["segments"] or "–"),
                _spread(found["search_after"]),
            ]
        )
    return columns(rows)


def _short(value: Any) -> Any:
    """The same with numbers cut to the digits that mean something."""
    match value:
        case float():
            return float(f"{value:.{_DIGITS}g}")
        case dict():
            return {key: _short(each) for key, each in value.items()}
        case list() | tuple():
            return [_short(each) for each in value]
    return value


def _quantiles(rounds: Rounds, key: str, kind: str) -> Figures:
    return {name: rounds.of(key, kind, share)._asdict() for name, share in SHARES.items()}


def _ratios(rounds: Rounds, key: str, other: str, kind: str) -> Figures:
    return {name: rounds.ratio(key, other, kind, share)._asdict() for name, share in SHARES.items()}


def _pair(times: Figures) -> str:
    return f"{times['p50']['middle']:.2f} / {times['p95']['middle']:.2f}"


def _two(times: Figures) -> str:
    return f"{times['p50']:.1f} / {times['p95']:.1f}"


def _spread(found: Figures) -> str:
    return f"{found['middle']:.2f} [{found['least']:.2f}–{found['most']:.2f}]"


def _class(contestant: Contestant) -> type[Peer]:
    return contestant.peer_class()


def _line(file: str, name: str) -> str | None:
    """The value of a line ``name: value`` of a file of the kernel."""
    try:
        lines = Path(file).read_text("ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
