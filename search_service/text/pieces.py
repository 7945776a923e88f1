"""What indexing keeps of each piece of texts: numbers, so that those of a whole text are looked up at once.

A form takes half a kilobyte, its numbers a tenth of that; the form itself is asked for again
only where pieces may belong together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import count
from threading import Lock
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from search_service.text.columns import Columns, Flat, Numbers
from search_service.text.form import Form
from search_service.text.kinds import Kinds, kind_of
from search_service.text.word import Positions, Terms

Row = Terms | tuple[None, ...]
"""The terms at a position, one a stream; None: the stream has none there."""
OPEN: Row = (None, None, None, None)
"""The row of number 0: a position without terms."""


class Rows(dict[Terms, int]):
    """Gives each new row of terms the next number; safe for use by several threads."""

    def __init__(self) -> None:
        super().__init__()
        self.table: list[Row] = [OPEN]
        """The row of each number; grows."""
        self._lock = Lock()

    def __missing__(self, terms: Terms) -> int:
        with self._lock:
            number = self.get(terms)
            if number is None:
                number = len(self.table)
                self.table.append(terms)
                self[terms] = number  # at last: other threads look for it
            return number

    def numbers(self, positions: Sequence[Terms]) -> tuple[int, ...]:
        """The number of each; (0,) for none."""
        if len(positions) == 1:
            return (self[positions[0]],)
        return tuple(map(self.__getitem__, positions)) or (0,)


KIND = 2
"""The column of ``Pieces.take`` that tells the kind."""


class Pieces(dict[str, int]):
    """Piece of a text -> its number, given on demand; who asks for new ones holds the lock."""

    def __init__(self, form_of: Callable[[str], Form], early: Pieces | None = None) -> None:
        """``form_of`` reads a piece; those of ``early`` need not be read again."""
        super().__init__()
        self.rows = Rows()
        self.kinds: Kinds = Kinds() if early is None else early.kinds
        self.surfaces: list[str] = []
        """The piece of each number."""
        self._form_of = form_of
        self._early = early
        if early is not None:
            early._early = None
        self.lock = Lock()
        self._columns = Columns(5, np.int32)
        self._several: dict[int, tuple[int, ...]] = {}

    def numbers(self, pieces: Collection[str]) -> list[int]:
        """The numbers of some pieces, none of them twice."""
        new = [piece for piece in pieces if piece not in self]
        first = self._add([(piece, *self._known(piece), 1, 1) for piece in new])
        self.update(zip(new, count(first)))
        return list(map(self.__getitem__, pieces))

    def joined(self, forms: Iterable[Form]) -> int:
        """The number of the first of some forms that were joined; those of the others follow."""
        return self._add([(form.surface, form.positions, 0, form.span, form.reach) for form in forms])

    def take(self, numbers: NDArray[np.signedinteger[Any]]) -> Numbers:
        """Of some pieces how many positions each has, the number of the first one's row, its kind, span and reach."""
        return self._columns.take(numbers)

    def later(self, numbers: Flat) -> NDArray[np.bool_]:
        """Which pieces may be a third part of a compound, or a later one."""
        return self.kinds.later(self.take(numbers)[:, KIND])

    def several(self, number: int) -> tuple[int, ...]:
        """The rows of a piece of more than one position."""
        return self._several[number]

    def _known(self, piece: str) -> tuple[Positions, int]:
        early = self._early
        number = None if early is None else early.get(piece)
        if early is None or number is None:
            form = self._form_of(piece)
            return form.positions, self.kinds[kind_of(form)]
        size, first, kind, *_ = early._columns.row(number)
        numbers = early._several.get(number, (first,))[:size]
        return tuple(cast("Terms", early.rows.table[each]) for each in numbers), kind

    def _add(self, pieces: Iterable[tuple[str, Positions, int, int, int]]) -> int:
        """The number of the first of some pieces, of which the surface, positions, kind, span and reach are given."""
        first = len(self.surfaces)
        # Of flat numbers an array is made in half the time.
        columns: list[int] = []
        for number, (surface, positions, kind, span, reach) in enumerate(pieces, first):
            numbers = self.rows.numbers(positions)
            if len(numbers) > 1:
                self._several[number] = numbers
            columns += len(positions), numbers[0], kind, span, reach
            self.surfaces.append(surface)
        self._columns.extend(np.array(columns, np.int32).reshape(-1, 5))
        return first
