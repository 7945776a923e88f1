"""Single updates: how soon each is searchable while searches run, and what many of them do to searching."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.search.analyses import Analysis
from benchmarks.search.apart import Tell, beside
from benchmarks.search.contestants import named
from benchmarks.search.corpus import Corpus
from benchmarks.search.peers.base import Asked, Peer
from search_service.article import Article
from search_service.engine.query import Term

COPY = "updated"
LONGEST_WAIT = 60
"""Seconds for one update to be found."""


@dataclass(frozen=True, slots=True)
class Updated:
    """Times in milliseconds."""

    searchable: list[float]
    """From the article to a search that finds its new text, while another process searches."""
    commits: list[float]
    """The analysis, the writing and the commit alone, of all updates."""
    slowest_search: float
    """Of those of the other process, opening the new commit included."""
    searches: int
    segments: int | None


def update(
    key: str,
    folder: Path,
    corpus: Corpus,
    size: int,
    analysis: Analysis,
    asked: Sequence[Asked],
    watched: int,
    count: int,
) -> tuple[Updated, Path]:
    """Change so many articles of a copy of the index, one a commit, the first ``watched`` while searches run.

    Gives the folder of the copy, too.
    """
    contestant = named(key)
    copies = folder / COPY
    shutil.rmtree(copies / key, ignore_errors=True)
    shutil.copytree(folder / key, copies / key)
    peer = contestant.open(copies)
    stop = copies / f"{key}.stop"
    stop.unlink(missing_ok=True)
    searchable, commits = [], []
    with search_beside(key, copies, asked, stop) as result:
        for number in range(watched):
            article = changed(corpus.article(number * 7919 % size), number)
            began = perf_counter()
            commits.append(apply(peer, analysis, article))
            wait_until_found(peer, article)
            searchable.append(1000 * (perf_counter() - began))
    for number in range(watched, count):
        commits.append(apply(peer, analysis, changed(corpus.article(number * 7919 % size), number)))
    peer.settle()
    peer.open()
    segments = peer.segments()
    peer.close()
    searches = result[0]
    return Updated(searchable, commits, max(searches), len(searches), segments), copies


def searching(_tell: Tell, key: str, folder: Path, asked: Sequence[Asked], stop: Path) -> list[float]:
    """Search, each time the newest commit, until the file is there; milliseconds. Call it apart."""
    peer = named(key).open(folder)
    peer.open()
    prepared = [peer.prepare(each) for each in asked]
    times: list[float] = []
    while not times or not stop.exists():
        for each in prepared:
            began = perf_counter()
            peer.open()
            peer.ask(each)
            times.append(1000 * (perf_counter() - began))
    peer.close()
    return times


@contextmanager
def search_beside(key: str, folder: Path, asked: Sequence[Asked], stop: Path) -> Iterator[list[list[float]]]:
    """Another process that searches meanwhile; its times are in the list afterwards."""
    result: list[list[float]] = []
    with beside(searching, key, folder, asked, stop) as process:
        yield result
        stop.touch()
        result.append(process.result())
        stop.unlink()


def apply(peer: Peer, analysis: Analysis, article: Article) -> float:
    """Write and commit the article; milliseconds."""
    began = perf_counter()
    peer.add(*analysis.documents([article]))
    peer.commit()
    return 1000 * (perf_counter() - began)


def changed(article: Article, number: int) -> Article:
    """The article with a word that no other has."""
    return article.model_copy(update={"version": number + 2, "body": f"{article.body}\n{_mark(number)}"})


def _mark(number: int) -> str:
    return f"{990_000_000 + number}"


def wait_until_found(peer: Peer, article: Article) -> None:
    """Search until the new word is found; RuntimeError after a minute."""
    node = Term("body", "exact", article.body.rpartition("\n")[2])
    asked = Asked(node, None, newest=False, facets=False)
    until = perf_counter() + LONGEST_WAIT
    while perf_counter() < until:
        peer.open()
        if peer.found(peer.ask(peer.prepare(asked))).total == 1:
            return
    raise RuntimeError(f"{peer.name} does not find {article.id!r} by its new word")
