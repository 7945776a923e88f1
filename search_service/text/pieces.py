"""What indexing keeps of each piece of texts: numbers, so that those of a whole text are looked up at once.

A form takes half a kilobyte, its numbers a tenth of that; the form itself is asked for again
only where pieces may belong together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from search_service.text.columns import Columns
from search_service.text.form import Form
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
            number = self.setdefault(terms, len(self.table))
            if number == len(self.table):
                self.table.append(terms)
            return number

    def numbers(self, positions: Sequence[Terms]) -> tuple[int, ...]:
        """The number of each; (0,) for none."""
        if len(positions) == 1:
            return (self[positions[0]],)
        return tuple(map(self.__getitem__, positions)) or (0,)


class Kind(NamedTuple):
    """What a form may have to do with its neighbours, in the terms of ``Form``."""

    role: int
    opens: int
    closes: int
    watched: bool


_MASK = 8
"""Words of 64 bits in which ``opens`` and ``closes`` are kept."""


class Kinds(dict[Kind, int]):
    """Gives each new kind a number, below 0 where it is not watched; 0 is nobody's neighbour.

    There are some thousands of them. Safe for use by several threads, as codings share them.
    """

    def __init__(self) -> None:
        super().__init__({Kind(0, 0, 0, False): 0})
        self._lock = Lock()
        self._columns = Columns(1 + 2 * _MASK, np.uint64)
        """The role, and the words of both masks."""
        self._columns.add(*[0] * (1 + 2 * _MASK))

    def __missing__(self, kind: Kind) -> int:
        with self._lock:
            known = self.get(kind)
            if known is None:
                number = self._columns.add(kind.role, *_words(kind.opens), *_words(kind.closes))
                known = self[kind] = number if kind.watched else -number
            return known

    def worth_a_look(self, kinds: NDArray[np.int32]) -> NDArray[np.intp]:
        """Which forms, given by their kinds, have a role, or may begin a compound with the next."""
        padded = np.zeros(len(kinds) + 1, np.intp)
        padded[:-1] = kinds
        watched = (padded > 0).nonzero()[0]
        following = self._columns.take(np.abs(padded[watched + 1]))
        mine = self._columns.take(padded[watched])
        meeting = mine[:, 1 : 1 + _MASK] & following[:, 1 + _MASK :]
        # A role alone makes a form worth it.
        meeting[:, 0] |= mine[:, 0]
        found: NDArray[np.intp] = watched[meeting.any(axis=1)]
        return found


class Pieces(dict[str, int]):
    """Piece of a text -> its number, given on demand; one thread at a time."""

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
        self._columns = Columns(3, np.int32)
        self._several: dict[int, tuple[int, ...]] = {}

    def __missing__(self, piece: str) -> int:
        positions, kind = self._known(piece)
        numbers = self.rows.numbers(positions)
        number = self._columns.add(len(positions), numbers[0], kind)
        if len(numbers) > 1:
            self._several[number] = numbers
        self.surfaces.append(piece)
        self[piece] = number
        return number

    def take(self, numbers: NDArray[np.intp]) -> NDArray[np.int32]:
        """Of some pieces how many positions each has, the number of the first one's row, and its kind."""
        return self._columns.take(numbers)

    def several(self, number: int) -> tuple[int, ...]:
        """The rows of a piece of more than one position."""
        return self._several[number]

    def _known(self, piece: str) -> tuple[Positions, int]:
        early = self._early
        number = None if early is None else early.get(piece)
        if early is None or number is None:
            form = self._form_of(piece)
            return form.positions, self.kinds[Kind(form.role, form.opens, form.closes, form.watched)]
        size, first, kind = early._columns.row(number)
        numbers = early._several.get(number, (first,))[:size]
        return tuple(cast("Terms", early.rows.table[each]) for each in numbers), kind


def _words(mask: int) -> list[int]:
    words: list[int] = np.frombuffer(mask.to_bytes(8 * _MASK, "little"), "<u8").tolist()
    return words
