"""BM25 over one list of terms a document, in arrays: the same for every analysis that is compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from search_service.engine import bm25

Idf = Callable[[int, int], float]
"""Number of documents, number of those that hold the term -> weight."""


def probabilistic_idf(articles: int, holding: int) -> float:
    """The idf of Robertson and Sparck Jones with one added, as Lucene has it."""
    return float(np.log(1 + (articles - holding + 0.5) / (holding + 0.5)))


class PlainBm25:
    """An index of documents, each a list of terms; K1 and B are the engine's."""

    def __init__(self, documents: Mapping[str, Sequence[str]], idf: Idf) -> None:
        self._ids = np.array(sorted(documents))
        lengths = np.array([len(documents[id]) for id in self._ids], dtype=float)
        norms = bm25.norm(lengths, float(lengths.mean()))
        holding: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for at, id in enumerate(self._ids):
            for term, times in Counter(documents[id]).items():
                holding[term].append((at, times))
        self._postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        for term, pairs in holding.items():
            places, times = np.array(pairs).T
            rarity = idf(len(self._ids), len(places))
            self._postings[term] = places, bm25.score(rarity, times.astype(float), norms[places])

    def rank(self, terms: Sequence[str], depth: int) -> list[str]:
        """The best documents that hold any of the terms; equal scores by id."""
        scores = np.zeros(len(self._ids))
        for term in dict.fromkeys(terms):
            if term in self._postings:
                places, share = self._postings[term]
                scores[places] += share
        best = np.argsort(-scores, kind="stable")[:depth]
        return [str(self._ids[at]) for at in best if scores[at] > 0]
