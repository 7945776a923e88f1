"""The labels of one facet over all segments of a commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import smallest
from search_service.engine.whoosh.columns import Labels, merged_labels
from search_service.engine.whoosh.lists import ranges
from search_service.engine.whoosh.matches import FEW, Docs


class FacetLabels:
    """Which documents have which keys, and how a key is spelt.

    Most articles have one label of a facet at most: it stands in an array beside the
    documents, and further ones in a table of pairs.
    """

    def __init__(self, tables: Sequence[tuple[Labels, NDArray[Any]]], alive: NDArray[np.bool_]) -> None:
        """``tables``: the segments' labels with the numbers of their documents here; spellings count the ``alive``."""
        labels, docs, ordinals = merged_labels(tables)
        self.keys = tuple(sorted({label.key for label in labels}))
        """All keys, sorted; a key's ordinal is its place."""
        place = {key: i for i, key in enumerate(self.keys)}
        counts = np.bincount(ordinals[alive[docs]], minlength=len(labels)).tolist()
        best: dict[str, tuple[int, str]] = {}
        for label, count in zip(labels, counts, strict=True):
            best[label.key] = min(best.get(label.key, (1, "")), (-count, label.text))
        self.spellings = tuple(best[key][1] for key in self.keys)
        """By key ordinal: how most articles spell it."""
        of_key = np.fromiter((place[label.key] for label in labels), np.intp, len(labels))[ordinals]
        firsts = np.flatnonzero(np.diff(docs, prepend=-1))
        first = np.zeros(len(alive), np.intp)
        first[docs[firsts]] = of_key[firsts] + 1
        self._first = smallest(first)
        """Of each document the ordinal of a key and 1; 0: it has none."""
        further = np.ones(len(docs), np.bool_)
        further[firsts] = False
        self._docs = docs[further]
        self._ordinals = smallest(of_key[further])

    def counts(self, docs: Docs) -> NDArray[np.intp]:
        """By key ordinal: how many of the documents have it."""
        counts = np.bincount(self._first[docs], minlength=len(self.keys) + 1)[1:]
        if len(docs) * FEW < len(self._docs):
            starts, ends = (np.searchsorted(self._docs, docs, side=side) for side in ("left", "right"))
            more = self._ordinals[ranges(starts, ends - starts)]
            counts = counts + np.bincount(more, minlength=len(self.keys))
        elif len(self._docs):
            chosen = np.zeros(len(self._first), np.bool_)
            chosen[docs] = True
            more = self._ordinals[np.flatnonzero(chosen[self._docs])]
            counts = counts + np.bincount(more, minlength=len(self.keys))
        return counts

    def having(self, keys: Collection[str]) -> NDArray[np.bool_]:
        """The documents with one of the keys, as a mask over all."""
        mask = np.zeros(len(self._first), np.bool_)
        for ordinal, key in enumerate(self.keys):
            if key in keys:
                mask |= self._first == ordinal + 1
                mask[self._docs[np.flatnonzero(self._ordinals == ordinal)]] = True
        return mask

    def of(self, doc: int) -> list[str]:
        """The keys of a document."""
        first = int(self._first[doc])
        more = self._ordinals[self._docs == doc].tolist()
        return [self.keys[i] for i in ([first - 1] if first else []) + more]
