"""Which documents have which labels of a facet.

Documents with the same labels have the same *set*, and there are few sets: a document's
set stands in an array, so that counting hits takes no longer where articles have several
labels.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from search_service.engine.base import Label
from search_service.engine.whoosh.arrays import Array, smallest
from search_service.engine.whoosh.columns import Labels
from search_service.engine.whoosh.matches import Docs


class LabelSets:
    """The sets of one segment; they never change."""

    def __init__(self, table: Labels, size: int) -> None:
        """``size``: documents of the segment."""
        self.labels: tuple[Label, ...] = table.labels
        docs, labels = table.docs.astype(np.intp), table.ordinals.astype(np.intp)
        held = np.bincount(docs, minlength=size)
        starts = np.cumsum(held) - held
        sets = np.zeros(size, np.intp)
        count = 1
        # A set with one more label is another set: first those with one, then with two, and so on.
        for nth in range(int(np.max(held, initial=0))):
            longer = np.flatnonzero(held > nth)
            with_next = sets[longer] * (len(self.labels) + 1) + labels[starts[longer] + nth]
            distinct, sets_of = np.unique(with_next, return_inverse=True)
            sets[longer] = count + sets_of.reshape(-1)
            count += len(distinct)
        self.of_doc = smallest(sets)
        """Of each document the number of its set; 0: it has no labels."""
        self.counts = np.bincount(sets, minlength=count)
        """How many documents have a set; 0 for some numbers."""
        # Some document of each set tells what is in it.
        some = np.zeros(count, np.intp)
        some[sets] = np.arange(size)
        used = np.flatnonzero(self.counts)
        used = used[used > 0]
        firsts, sizes = starts[some[used]], held[some[used]]
        self.sets = np.repeat(used, sizes)
        """Beside ``members``: which set has the label."""
        self.members = labels[np.repeat(firsts - np.cumsum(sizes) + sizes, sizes) + np.arange(len(self.sets))]
        """The labels, by their places, of one set after the other."""


class FacetLabels:
    """The labels of a facet over all segments of a commit, by key, and how a key is spelt."""

    def __init__(self, parts: Sequence[tuple[LabelSets, Collection[int]]]) -> None:
        """``parts``: the segments' sets, and their deleted documents, which do not count for the spelling."""
        self.keys = tuple(sorted({label.key for part, _ in parts for label in part.labels}))
        """All keys, sorted; a key's ordinal is its place."""
        place = {key: i for i, key in enumerate(self.keys)}
        spelt: dict[Label, int] = {}
        of_doc, sets, keys = [], [], []
        first = 0
        for part, deleted in parts:
            counts = part.counts - _count(part.of_doc[np.fromiter(deleted, np.intp, len(deleted))], len(part.counts))
            by_label = _count(part.members, len(part.labels), counts[part.sets])
            for label, count in zip(part.labels, by_label.tolist(), strict=True):
                spelt[label] = spelt.get(label, 0) + int(count)
            of_key = np.array([place[label.key] for label in part.labels], np.intp)
            keys.append(of_key[part.members])
            sets.append(part.sets + first)
            of_doc.append(part.of_doc.astype(np.intp) + first if first else part.of_doc)
            first += len(part.counts)
        best: dict[str, tuple[int, str]] = {}
        for label, count in spelt.items():
            best[label.key] = min(best.get(label.key, (1, "")), (-count, label.text))
        self.spellings = tuple(best[key][1] for key in self.keys)
        """By key ordinal: how most articles spell it."""
        self._of_doc = of_doc[0] if len(of_doc) == 1 else smallest(np.concatenate([np.empty(0, np.intp), *of_doc]))
        self._sets = np.concatenate([np.empty(0, np.intp), *sets])
        self._keys = np.concatenate([np.empty(0, np.intp), *keys])
        self._count = first

    def counts(self, docs: Docs) -> NDArray[np.intp]:
        """By key ordinal: how many of the documents have it."""
        by_set = _count(self._of_doc[docs], self._count)
        return _count(self._keys, len(self.keys), by_set[self._sets]).astype(np.intp)

    def having(self, keys: Collection[str], docs: Docs | None = None) -> NDArray[np.bool_]:
        """Which of the documents have one of the keys; without ``docs``, which of all."""
        wanted = np.zeros(self._count, np.bool_)
        for ordinal in (ordinal for ordinal, key in enumerate(self.keys) if key in keys):
            wanted[self._sets[self._keys == ordinal]] = True
        having: NDArray[np.bool_] = wanted[self._of_doc if docs is None else self._of_doc[docs]]
        return having

    def of(self, doc: int) -> list[str]:
        """The keys of a document."""
        return [self.keys[i] for i in self._keys[self._sets == self._of_doc[doc]].tolist()]


def _count(numbers: Array, size: int, weights: Array | None = None) -> Array:
    return np.bincount(numbers, weights, size)
