"""Adding up scores: one number for each document, zero where nothing has matched.

The boards of a view are used again and again; whoever takes one gives it back with
nothing on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.matches import Docs, Matches

Scores = NDArray[np.float64]
KEPT = 4
"""Boards that a view keeps for the next search."""
SPARSE = 24
"""Where fewer than one document in so many was touched, sorting those beats looking through all."""


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
    """Scores of all documents, and which were touched."""

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.touched: list[Docs] = []

    @property
    def crowded(self) -> bool:
        """Whether going through all documents beats going through those that were touched."""
        return sum(map(len, self.touched)) * 2 > len(self.scores)

    def put(self, docs: Docs, scores: Scores, join: np.ufunc) -> None:
        """Join positive scores to those on the board: with ``np.add`` or ``np.maximum``. A document stands once."""
        self.scores[docs] = join(self.scores[docs], scores) if self.touched else scores
        self.touched.append(docs)

    def move(self, other: Board, join: np.ufunc) -> None:
        """Join all that is on another board, which is empty afterwards."""
        if other.crowded:
            join(self.scores, other.scores, out=self.scores)
            self.touched += other.touched
            other.emptied()
            return
        for docs in other.touched:
            # Of a document that was touched twice nothing is left the second time.
            self.scores[docs] = join(self.scores[docs], other.scores[docs])
            other.scores[docs] = 0.0
        self.touched += other.touched
        other.touched = []

    def count(self, times: NDArray[np.int16]) -> None:
        """Add 1 to all that the board holds."""
        if len(self.touched) == 1:
            times[self.touched[0]] += 1
        elif self.crowded:
            times += self.scores > 0
        elif self.touched:
            times[self.documents()] += 1

    def documents(self) -> Docs:
        """What is on the board, ascending."""
        if len(self.touched) == 1:
            return self.touched[0]
        if sum(map(len, self.touched)) * SPARSE < len(self.scores):
            docs: Docs = np.unique(np.concatenate([np.empty(0, np.intp), *self.touched]))
            return docs
        # All scores on a board are positive.
        return np.flatnonzero(self.scores > 0)

    def matches(self) -> Matches:
        """What is on the board, with the scores."""
        docs = self.documents()
        return Matches(docs, self.scores[docs])

    def emptied(self) -> Scores:
        """The numbers, all zero again."""
        if self.crowded:
            self.scores.fill(0.0)
        else:
            for docs in self.touched:
                self.scores[docs] = 0.0
        self.touched = []
        return self.scores
