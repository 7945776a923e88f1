"""Time of a search against the size of the archive, a panel for each kind of question, as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

# Okabe and Ito's colours, which stay apart for the colour-blind too.
_COLOURS = {"ours": "#0072B2", "served": "#56B4E9", "tantivy": "#D55E00", "fts5": "#009E73", "whoosh": "#888888"}
_ACROSS = 4
_CLOCKS = {"wall": "time", "cpu": "CPU time"}


def draw(figures: Mapping[str, Any], file: Path) -> None:
    """The median time of each contestant, and its range over the rounds, on two logarithmic axes."""
    kinds = list(figures["kinds"])
    machine = figures["machine"]
    about = (
        f"{figures['date']}, {machine['processor']}, {figures['corpus']}; {_CLOCKS[figures['clock']]}, median over the "
        "questions of a kind; shaded: range of the rounds.\n"
        "Each asks for the exact total, the counts of categories and Jalali months, and the ten best articles."
    )
    style = {"font.size": 10, "svg.hashsalt": "search-bench", "axes.spines.right": False, "axes.spines.top": False}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(12, 6.5), layout="constrained")
        panels = figure.subplots(-(-len(kinds) // _ACROSS), _ACROSS, sharex=True, sharey=True, squeeze=False)
        for kind, axes in zip(kinds, panels.flat, strict=False):
            _panel(axes, figures, kind)
        for axes in panels[:, 0]:
            axes.set_ylabel("milliseconds")
        for axes in panels[-1]:
            axes.set_xlabel("articles")
        figure.suptitle("Time of a search against the size of the archive", fontsize=14)
        figure.supxlabel(about, fontsize=9, color="#666666")
        handles, labels = panels.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right center", frameon=False, labelspacing=1)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _panel(axes: Axes, figures: Mapping[str, Any], kind: str) -> None:
    for key, contestant in figures["contestants"].items():
        found = [
            (size["articles"], size["search"][kind]["times"][key]["p50"])
            for size in figures["sizes"]
            if key in size["search"][kind]["times"]
        ]
        if not found:
            continue
        articles = [each for each, _ in found]
        colour = _COLOURS[key.partition("-")[0]]
        middle, least, most = ([times[name] for _, times in found] for name in ("middle", "least", "most"))
        style = "--" if "words" in contestant["name"] else "-"
        axes.plot(articles, middle, style, color=colour, marker="o", markersize=4, label=contestant["name"])
        axes.fill_between(articles, least, most, color=colour, alpha=0.15, linewidth=0)
    axes.set_title(kind, fontsize=11, loc="left")
    axes.set(xscale="log", yscale="log")
    sizes = [size["articles"] for size in figures["sizes"]]
    axes.set_xticks(sizes, [_short(size) for size in sizes])
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)


def _short(articles: int) -> str:
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if articles >= unit:
            return f"{articles / unit:g}{letter}"
    return f"{articles}"
