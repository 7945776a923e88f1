"""The figures as a mapping for JSON, and as tables for people."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.search.contestants import READINGS, Contestant
from benchmarks.search.measuring import Measured, Plan
from benchmarks.search.peers.base import Peer
from benchmarks.search.questions import KINDS
from benchmarks.search.rounds import Rounds, summary

Figures = Mapping[str, Any]
SHARES = {"p50": 0.5, "p95": 0.95}
_PACKAGES = ("numpy", "whoosh", "tantivy")


def whole(plan: Plan, measured: Sequence[Measured]) -> Figures:
    """A run: the machine, what was asked, and the figures of each size."""
    return {
        "machine": machine(),
        "corpus": plan.spec.corpus().name,
        "queries": "given" if plan.lines else "drawn from titles",
        "questions of a kind": plan.questions,
        "rounds": plan.rounds,
        "clock": "cpu" if plan.cpu else "wall",
        "kinds": KINDS,
        "readings": READINGS,
        "contestants": {each.key: {"name": each.name, "asked": _class(each).asked} for each in plan.contestants},
        "sizes": [described(each) for each in measured],
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
    assert rounds is not None
    held = [(each.key, each.against) for each in measured.contestants if each.against in rounds.times]
    return {
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
            key: {**asdict(built), "articles_per_second": built.articles / built.seconds}
            for key, built in measured.built.items()
        },
        "opening_ms": measured.opening,
        "worker": asdict(measured.worker) if measured.worker else None,
        "answer": summary({"whole": measured.answers.whole, **measured.answers.parts}) if measured.answers else None,
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


def table(measured: Measured) -> str:
    """The figures of one size, for reading."""
    figures = described(measured)
    names = {each.key: each.name for each in measured.contestants}
    parts = [f"\n{measured.size:,} articles", _searches(figures, names), _ratio_lines(figures, names)]
    failures = "\n".join(f"updates of {names[key]} failed: {why}" for key, why in measured.failures.items())
    parts += [_indexing(figures, names), _service(figures), _hard(figures), _updates(figures, names), failures]
    return "\n\n".join(part for part in parts if part)


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


def _searches(figures: Figures, names: Mapping[str, str]) -> str:
    rows = [["search, ms: p50 / p95", "hits", *names.values()]]
    for kind, found in figures["search"].items():
        cells = [_pair(found["times"][key]) for key in names]
        rows.append([kind, f"{found['hits']:,.0f}", *cells])
    return columns(rows)


def _ratio_lines(figures: Figures, names: Mapping[str, str]) -> str:
    held = list(figures["mean_ratios"])
    if not held:
        return ""
    rows = [["ratio to Tantivy, same reading", *(f"{names[key]} {name}" for key in held for name in SHARES)]]
    for kind, found in figures["search"].items():
        rows.append([kind, *(_spread(found["ratios"][key][name]) for key in held for name in SHARES)])
    rows.append(["geometric mean", *(_spread(figures["mean_ratios"][key][name]) for key in held for name in SHARES)])
    differ = figures["disagreements"]
    kinds = ", ".join(sorted({each["kind"] for each in differ}))
    agree = (
        f"{len(differ)} answers differ from Tantivy's ({kinds})" if differ else "all totals and counts equal Tantivy's"
    )
    return f"{columns(rows)}\n{agree}"


def _indexing(figures: Figures, names: Mapping[str, str]) -> str:
    rows = [
        ["indexing, one writer", "articles/s", "CPU s", "analysis s", "all s", "MB", "peak MB", "segments", "open ms"]
    ]
    for key, built in figures["indexing"].items():
        rows.append(
            [
                names[key],
                f"{built['articles_per_second']:,.0f}",
                f"{built['cpu_seconds']:.1f}",
                f"{built['analysis_seconds']:.1f}",
                f"{built['seconds']:.1f}",
                f"{built['bytes'] / 1e6:.1f}",
                f"{built['peak_mb'] - built['base_mb']:.0f}",
                str(built["segments"] or "–"),
                f"{figures['opening_ms'].get(key, 0):.1f}",
            ]
        )
    words = [built["words"] / built["articles"] for built in figures["indexing"].values()]
    return (
        f"{columns(rows)}\n{words[0]:.0f} words an article; MB without the articles as stored; peak above that before"
    )


def _service(figures: Figures) -> str:
    parts, worker = figures["answer"], figures["worker"]
    if not parts or not worker:
        return ""
    rows = [["whole answer, ms", *parts]]
    rows += [[name, *(f"{part[name]:.2f}" for part in parts.values())] for name in SHARES]
    lines = (
        f"worker: opens in {worker['open_ms']:.1f} ms, first answer {worker['first_ms']:.1f} ms; after "
        f"{worker['searches']:,} searches {worker['engine_mb']:.1f} MB of its own, after as many answers "
        f"{worker['private_mb']:.1f} MB, with pages of the index that no "
        f"other process has mapped {worker['unshared_mb']:.1f} MB"
    )
    return f"{columns(rows)}\n{lines}"


def _hard(figures: Figures) -> str:
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
