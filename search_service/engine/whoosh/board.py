"""Adding up scores: one number for each document, zero where nothing has matched.

The boards of a view are used again and again; whoever takes one gives it back with
nothing on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.matches import Docs, Matches, Scores, distinct

KEPT = 3
"""Boards that a view keeps for the next search."""
SPARSE = 8
"""Where fewer than one document in so many was touched, sorting those beats looking through all."""
_NONE = np.empty(0, np.intp)


class Boards:
    """Boards of one size; safe for use by several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._clean: list[Scores] = []

    def take(self) -> Board:
        """An empty board."""
        try:
            # A list's pop is one step for other threads.
            return Board(self._clean.pop())
        except IndexError:
            return Board(np.zeros(self._size))

    def give(self, board: Board) -> None:
        """Give a board back, emptied."""
        if len(self._clean) < KEPT:
            self._clean.append(board.emptied())


class Board:
    """Scores of all documents, all positive where something has matched, and which were touched."""

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self._touched: list[Docs] = []
        """Arrays of documents; some documents in several."""
        self._once = True
        """Whether no array has a document twice."""
        self._full = False
        """Whether all documents were touched."""

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not (self._full or self._touched)

    @property
    def crowded(self) -> bool:
        """Whether going through all documents beats going through those that were touched."""
        return self._full or sum(map(len, self._touched)) * 2 > len(self.scores)

    def put(self, docs: Docs, scores: Scores, join: np.ufunc) -> None:
        """Join positive scores to those on the board: with ``np.add`` or ``np.maximum``. A document stands once."""
        self.scores[docs] = scores if self.empty else join(self.scores[docs], scores)
        self._touched.append(docs)

    def pour(self, scores: Scores, join: np.ufunc) -> None:
        """Join a score for each document, 0 for many, to those on the board."""
        if self.empty:
            self.scores[:] = scores
        else:
            join(self.scores, scores, out=self.scores)
        self._full = True

    def cover(self, docs: Docs, score: float) -> None:
        """Give documents, some of them several times, a score that none on the board is above."""
        self.scores[docs] = score
        self._touched.append(docs)
        self._once = False

    def lift(self, more: float) -> None:
        """Add so much to each score that is on the board."""
        if self._full:
            self.scores += (self.scores > 0) * more
            return
        docs = self.documents()
        self.scores[docs] += more
        self._touched, self._once = [docs], True

    def move(self, other: Board, join: np.ufunc) -> None:
        """Join all that is on another board, which is empty afterwards."""
        if other.crowded:
            join(self.scores, other.scores, out=self.scores)
        else:
            for docs in other._touched:
                # Of a document that was touched twice nothing is left the second time.
                self.scores[docs] = join(self.scores[docs], other.scores[docs])
                other.scores[docs] = 0.0
        self._touched += other._touched
        self._once &= other._once
        self._full |= other._full
        if other.crowded:
            other.scores.fill(0.0)
        other._touched, other._once, other._full = [], True, False

    def count(self, times: NDArray[np.int16]) -> None:
        """Add 1 to all that the board holds."""
        if self.crowded:
            times += self.scores > 0
        elif self._touched:
            times[self.documents()] += 1

    def documents(self) -> Docs:
        """What is on the board, ascending."""
        if len(self._touched) == 1 and self._once and not self._full:
            return self._touched[0]
        if self._full or sum(map(len, self._touched)) * SPARSE >= len(self.scores):
            return (self.scores > 0).nonzero()[0]
        docs: Docs = np.concatenate(self._touched) if self._touched else _NONE
        # Sorted runs are merged.
        docs.sort(kind="stable")
        return distinct(docs)

    def matches(self) -> Matches:
        """What is on the board, with the scores."""
        docs = self.documents()
        return Matches(docs, self.scores[docs])

    def emptied(self) -> Scores:
        """The numbers, all zero again."""
        if self.crowded:
            self.scores.fill(0.0)
        else:
            for docs in self._touched:
                self.scores[docs] = 0.0
        self._touched, self._once, self._full = [], True, False
        return self.scores
