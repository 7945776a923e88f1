"""How many articles a second does one core index, and where does the time go?

    python -m benchmarks.indexing_speed ARTICLES [--most N] [--rounds N] [--json FILE]

ARTICLES are JSON lines (``.gz`` or not).  The first round reads every word form for the first
time; in the later ones the memo of forms is warm.  Figures are CPU microseconds of one process an
article, each part the least of the rounds, summed over slices of fifty articles, so that
what else the machine does counts little; the first round stands alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeVar

from search_service.article import Article
from search_service.engine.base import Document
from search_service.engine.whoosh.build import SegmentBuilder
from search_service.engine.whoosh.storage import IndexStorage
from search_service.indexing import garbage
from search_service.indexing.batch import Refused, analysed
from search_service.settings import Settings
from search_service.sources.reader import Found, read
from search_service.text.analyzer import Analyzer

SLICE = 50
_T = TypeVar("_T")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("--most", type=int, default=3000, metavar="N", help="articles taken")
    arguments.add_argument("--rounds", type=int, default=4, metavar="N", help="warm rounds")
    arguments.add_argument("--json", type=Path, metavar="FILE")
    given = arguments.parse_args()
    garbage.look_seldom()  # as whoever indexes does
    articles = taken(given.articles, given.most)
    analyzer = Analyzer.default()
    found: list[Document | Refused] = []
    first = clocked(articles, lambda some: found.extend(analysed(some, analyzer)))
    made = [each for each in found if isinstance(each, Document)]
    analysing = least(clocked(articles, lambda some: analysed(some, analyzer)) for _ in range(given.rounds))
    written = [write(made) for _ in range(given.rounds)]
    adding, finishing = least(adding for adding, _ in written), min(finishing for _, finishing in written)
    parts = {
        "analysis, first time": sum(first),
        "analysis, warm": analysing,
        "taking up": adding,
        "writing the segment": finishing,
    }
    warm = analysing + adding + finishing
    positions = sum(len(streams["exact"]) for each in made for streams in each.text.values())
    report = {
        "articles": len(articles),
        "positions_an_article": round(positions / len(articles)),
        "microseconds_an_article": {name: round(1e6 * seconds / len(articles)) for name, seconds in parts.items()},
        "articles_a_second_warm": round(len(articles) / warm),
        "articles_a_second_first_time": round(len(articles) / (warm - analysing + sum(first))),
    }
    print(json.dumps(report, indent=1))
    if given.json:
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def taken(path: Path, most: int) -> list[Article]:
    """The first articles of a file."""
    items = read(path, known_categories=(), today=date.today(), max_article_bytes=Settings().max_article_bytes)
    found = (item.article for item in items if isinstance(item, Found))
    return [article for article, _ in zip(found, range(most), strict=False)]


def clocked(items: Sequence[_T], work: Callable[[Sequence[_T]], object]) -> list[float]:
    """Seconds for each slice of the items."""
    seconds = []
    for at in range(0, len(items), SLICE):
        began = process_time()
        work(items[at : at + SLICE])
        seconds.append(process_time() - began)
    return seconds


def least(rounds: Iterable[list[float]]) -> float:
    """Seconds of all slices, each as quick as it was in its best round."""
    total: float = sum(min(each) for each in zip(*rounds, strict=True))
    return total


def write(documents: list[Document]) -> tuple[list[float], float]:
    """Seconds to take documents up, by slices, and to write them as a segment."""
    with TemporaryDirectory() as folder:
        builder = SegmentBuilder(IndexStorage(Path(folder)), "segment")
        adding = clocked(documents, lambda some: [builder.add(each) for each in some])
        began = process_time()
        builder.finish()
        return adding, process_time() - began


if __name__ == "__main__":
    main()
