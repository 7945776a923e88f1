"""How quick is the analysis, and what does its lexicon cost?

    python -m benchmarks.analysis_speed ARTICLES QUERIES [--most N] [--profile] [--json FILE]

ARTICLES are JSON lines with ``title`` and ``body`` (``.gz`` or not), QUERIES a query a line.
Texts are read as indexing reads them, as numbers of their terms.
Times are CPU seconds of one process.  Texts are analysed twice: the second round, with its
memo of forms warm, is the figure; loading the lexicon is the least of five.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import json
import pstats
import resource
from collections import deque
from pathlib import Path
from statistics import median
from time import process_time

from search_service.text.analyzer import Analyzer
from search_service.text.cache import compiled_lexicon
from search_service.text.lexicon import Lexicon

ROUNDS = 5


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--most", type=int, default=4000, metavar="N", help="articles taken")
    arguments.add_argument("--profile", action="store_true")
    arguments.add_argument("--json", type=Path, metavar="FILE")
    given = arguments.parse_args()
    data = compiled_lexicon()
    before = peak()
    loads = [seconds(lambda: Lexicon.parse(data)) for _ in range(ROUNDS)]
    analyzer = Analyzer.default()
    megabytes = peak() - before
    texts = read(given.articles, given.most)
    queries = given.queries.read_text("utf-8").splitlines()
    words = sum(len(analyzer.streams(text)["exact"]) for text in texts)
    warm = [seconds(lambda: deque(map(analyzer.coded, texts), 0)) for _ in range(ROUNDS)]
    asked = [seconds(lambda: deque(map(analyzer.words, queries), 0)) for _ in range(ROUNDS + 1)][1:]
    report = {
        "articles": len(texts),
        "words": words,
        "words_a_second": [round(words / time) for time in (max(warm), median(warm), min(warm))],
        "query_microseconds": [round(1e6 * time / len(queries)) for time in (min(asked), median(asked), max(asked))],
        "lexicon_load_ms": [round(1e3 * time) for time in (min(loads), median(loads), max(loads))],
        "lexicon_and_analyser_mb": round(megabytes),
        "lexicon_file_mb": round(len(data) / 2**20, 2),
    }
    print(json.dumps(report, indent=1))
    if given.profile:
        profile = cProfile.Profile()
        profile.runcall(lambda: deque(map(analyzer.coded, texts), 0))
        pstats.Stats(profile).sort_stats("tottime").print_stats(12)
    if given.json:
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def read(path: Path, most: int) -> list[str]:
    """Titles and bodies."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(most), lines, strict=False)]
    return [f"{row.get('title') or ''}\n{row.get('body') or ''}" for row in rows]


def seconds(work: object) -> float:
    """CPU seconds of a call."""
    begin = process_time()
    work()  # type: ignore[operator]
    return process_time() - begin


def peak() -> float:
    """The most memory that the process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
