"""Indexing, each index in a process of its own: how fast, how large, with how much memory."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TypeVar

from benchmarks.search.contestants import named
from benchmarks.search.corpus import CorpusSpec
from search_service.text.analyzer import Analyzer

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Built:
    """What indexing took."""

    articles: int
    words: int
    """Of the titles, leads and bodies, between spaces."""
    seconds: float
    """Analysis and engine, without making the articles."""
    cpu_seconds: float
    analysis_seconds: float
    bytes: int
    """Of the index, without the articles as stored."""
    segments: int | None
    peak_mb: float
    """Of the whole process, analyser and corpus included."""
    base_mb: float
    """Of it before the first article was indexed."""


def apart(work: Callable[..., _T], *arguments: Any) -> _T:
    """Call it in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def build(key: str, folder: Path, spec: CorpusSpec, size: int, piece: int) -> Built:
    """Index so many articles, with a commit after each piece; call it apart."""
    corpus, contestant = spec.corpus(), named(key)
    analysis = contestant.analysis(Analyzer.default())
    peer = contestant.open(folder)
    words = 0
    corpus.article(size - 1)  # what the corpus keeps in memory is there now
    base = _peak_mb()
    seconds = cpu = analysing = 0.0
    for number in range(size):
        article = corpus.article(number)
        words += sum(len(text.split()) for text in (article.title, article.lead, article.body))
        began, began_cpu = perf_counter(), process_time()
        document = analysis.document(article)
        analysing += perf_counter() - began
        peer.add(document)
        if (number + 1) % piece == 0:
            peer.commit()
        seconds, cpu = seconds + perf_counter() - began, cpu + process_time() - began_cpu
    began, began_cpu = perf_counter(), process_time()
    peer.finish()
    seconds, cpu = seconds + perf_counter() - began, cpu + process_time() - began_cpu
    peer.open()
    built = Built(size, words, seconds, cpu, analysing, peer.size(), peer.segments(), _peak_mb(), base)
    peer.close()
    return built


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
