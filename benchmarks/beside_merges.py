"""One changed article after the other while the whole index is merged and another process searches.

    python -m benchmarks.beside_merges FOLDER ARTICLES [--data news.jsonl.gz]

FOLDER holds ``ours`` as ``python -m benchmarks.search ARTICLES --folder …`` leaves it;
a copy of it is worked on.  Merging is given as long a turn as the indexer gives it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.search.analyses import Analysis
from benchmarks.search.contestants import named
from benchmarks.search.corpus import Corpus, CorpusSpec
from benchmarks.search.peers.base import Asked
from benchmarks.search.peers.ours import Ours
from benchmarks.search.rounds import quantile
from benchmarks.search.updates import COPY, apply, changed, search_beside, wait_until_found
from search_service.engine.query import Any, Term
from search_service.indexing.indexer import MERGE_SECONDS
from search_service.text.analyzer import Analyzer

QUESTIONS = 100
QUIET = 40
"""Updates while nothing is merged."""
Times = Sequence[float]


def main() -> None:
    """Print the figures, in milliseconds, and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--data", type=Path, help="JSON lines of articles; default: made ones")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    corpus = CorpusSpec(given.data, 1).corpus()
    copies = given.folder / COPY
    shutil.rmtree(copies / "ours", ignore_errors=True)
    shutil.copytree(given.folder / "ours", copies / "ours")
    figures = measure(copies, corpus, given.articles)
    for name, times in figures.items():
        print(f"{name:24}{len(times):7}  p50 {quantile(times, 0.5):8.1f}  p95 {quantile(times, 0.95):8.1f}", end="")
        print(f"  p99 {quantile(times, 0.99):8.1f}  most {max(times):8.1f}")
    if given.json:
        given.json.write_text(json.dumps(figures))


def measure(copies: Path, corpus: Corpus, size: int) -> dict[str, Times]:
    """Milliseconds of updates until they are found, searches beside them, and turns of the merge."""
    analysis = named("ours").analysis(Analyzer.default())
    questions = draw(corpus, size)
    ours = Ours(copies / "ours")
    ours.open()
    stop = copies / "ours.stop"
    stop.unlink(missing_ok=True)
    figures: dict[str, Times] = {}
    with search_beside("ours", copies, questions, stop) as result:
        figures["updates, quiet"] = [update(ours, analysis, corpus, size, number) for number in range(QUIET)]
    figures["searches, quiet"] = result[0]
    updates, turns, busy = [], [], []
    with search_beside("ours", copies, questions, stop) as result:
        more = True
        while more:
            began, worked = perf_counter(), process_time()
            more = ours.generation.merge(MERGE_SECONDS, segments=1 if len(updates) < QUIET else None)
            turns.append(1000 * (perf_counter() - began))
            busy.append(1000 * (process_time() - worked))
            updates.append(turns[-1] + update(ours, analysis, corpus, size, QUIET + len(updates)))
    figures |= {"updates, merging": updates, "searches, merging": result[0]}
    return figures | {"turns of the merge": turns, "the same, processor": busy}


def update(ours: Ours, analysis: Analysis, corpus: Corpus, size: int, number: int) -> float:
    """Change one article; milliseconds until a search finds its new word."""
    article = changed(corpus.article(number * 7919 % size), number)
    began = perf_counter()
    apply(ours, analysis, article)
    wait_until_found(ours, article)
    return 1000 * (perf_counter() - began)


def draw(corpus: Corpus, size: int) -> list[Asked]:
    """Any of some words of a title, with both facets."""
    chance = random.Random(1)
    analyzer = Analyzer.default()
    found = []
    while len(found) < QUESTIONS:
        stream = analyzer.streams(corpus.article(chance.randrange(size)).title)["lemma"]
        words = [word for word in stream if word is not None]
        if words:
            chosen = chance.sample(words, min(len(words), chance.randint(1, 4)))
            found.append(Asked(Any(tuple(Term("body", "lemma", word) for word in chosen)), None, False, True))
    return found


if __name__ == "__main__":
    main()
