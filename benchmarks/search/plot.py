"""Time of a search against the size of the archive, as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

KIND = "any"
_COLOURS = {"ours": "C0", "served": "C9", "tantivy": "C1", "fts5": "C2", "whoosh": "C3"}


def draw(figures: Mapping[str, Any], file: Path) -> None:
    """The median time of "any" questions of each contestant, and the range over the rounds, on two logarithmic axes."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for key, contestant in figures["contestants"].items():
        found = [
            (size["articles"], size["search"][KIND]["times"][key]["p50"])
            for size in figures["sizes"]
            if key in size["search"][KIND]["times"]
        ]
        if not found:
            continue
        articles = [each for each, _ in found]
        colour = _COLOURS[key.partition("-")[0]]
        style = "--" if "words" in contestant["name"] else "-"
        axes.plot(
            articles, [times["middle"] for _, times in found], style, color=colour, marker="o", label=contestant["name"]
        )
        axes.fill_between(
            articles,
            [times["least"] for _, times in found],
            [times["most"] for _, times in found],
            color=colour,
            alpha=0.2,
        )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="articles",
        ylabel="milliseconds, p50",
        title="1 to 5 words, any of them: total, both facets, ten articles",
    )
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(file, format="svg", metadata={"Date": None})
