"""What forms have to do with their neighbours, as numbers, so that those of a whole text are compared at once."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.text.columns import Columns, Flat, Numbers
from search_service.text.form import Form
from search_service.text.lexicon import LATER
from search_service.text.role import ANY, needs, offered

_MASK = 8
"""Words of 64 bits in which ``Form.opens`` and ``closes`` are kept."""
_OFFERED = 2 + _MASK
"""At which word of a kind begins what it is to others."""


class Kind(NamedTuple):
    """The flags of ``role.needs``, and what opens compounds; the flags of ``role.offered``, and what closes them."""

    before: int
    behind: int
    opens: int
    offered: int
    closes: int

    def words(self) -> list[int]:
        """The same in numbers of 64 bits."""
        return [self.before, self.behind, *_words(self.opens), self.offered, *_words(self.closes)]


def kind_of(form: Form) -> Kind:
    """The kind of a form."""
    return Kind(*needs(form), form.opens, offered(form), form.closes)


PLAIN = Kind(0, 0, 0, ANY, 0)
"""Of most forms, and of the end of a text."""


class Kinds(dict[Kind, int]):
    """Gives each new kind a number, below 0 where it needs no neighbour; 0: ``PLAIN``.

    There are some thousands of them. Safe for use by several threads, as codings share them.
    """

    def __init__(self) -> None:
        super().__init__({PLAIN: 0})
        self._lock = Lock()
        self._columns = Columns(len(PLAIN.words()), np.uint64)
        self._columns.add(*PLAIN.words())

    def __missing__(self, kind: Kind) -> int:
        with self._lock:
            known = self.get(kind)
            if known is None:
                number = self._columns.add(*kind.words())
                known = self[kind] = number if kind.before or kind.behind or kind.opens else -number
            return known

    def meetings(self, kinds: Numbers) -> tuple[Flat, Flat]:
        """Which forms, given by their kinds, have a neighbour they need; and which have none, but may begin a compound.

        Those with such a neighbour may begin one, too.
        """
        padded = np.zeros(len(kinds) + 2, np.intp)
        padded[1:-1] = kinds
        asking = (padded > 0).nonzero()[0]
        mine = self._columns.take(padded[asking])
        preceding = self._columns.take(np.abs(padded[asking - 1]))[:, _OFFERED]
        meeting = mine[:, 1:_OFFERED] & self._columns.take(np.abs(padded[asking + 1]))[:, _OFFERED:]
        acting = (meeting[:, 0] | mine[:, 0] & preceding) != 0
        opening = meeting[:, 1:].any(axis=1) & ~acting
        return asking[acting] - 1, asking[opening] - 1

    def later(self, kinds: Numbers) -> NDArray[np.bool_]:
        """Which forms may be a third part of a compound, or a later one."""
        closes = self._columns.take(np.abs(kinds))[:, _OFFERED + 1 :]
        later: NDArray[np.bool_] = (closes & np.array(_words(LATER), np.uint64)).any(axis=1)
        return later


def _words(mask: int) -> list[int]:
    words: list[int] = np.frombuffer(mask.to_bytes(8 * _MASK, "little"), "<u8").tolist()
    return words
