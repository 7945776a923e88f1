"""Texts as numbers: what indexing takes of the analysis, quicker than tokens by far.

A number names a row of a table: the terms at one position.  What stands between two spaces
is looked up whole, with the numbers of its positions; only where ``spacing`` has joined
something are numbers looked up by their terms.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, compress
from operator import is_not, itemgetter
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search_service.text.form import Form
from search_service.text.segment import PATTERN
from search_service.text.word import Terms

Row = tuple[str | None, ...]
"""The terms at a position, one a stream; None: the stream has none there."""
OPEN: Row = (None, None, None, None)
"""The row of number 0: a position without terms."""

ROWS = 250_000
"""Rows with which a table is full."""
Codes = NDArray[np.int32]
"""The row of each position of a text."""

CHUNKS = 250_000
"""Stretches between spaces that are kept, and as many pieces."""
LONGEST_CHUNK = 64

_Coded = tuple[Form, tuple[int, ...]]
"""A piece, and the numbers of its positions."""
_form: Callable[[_Coded], Form] = itemgetter(0)
_numbers: Callable[[_Coded], tuple[int, ...]] = itemgetter(1)


class Coding:
    """Numbers for the positions of texts; safe for use by several threads."""

    def __init__(self, form_of: Callable[[str], Form], join: Callable[[list[Form]], None]) -> None:
        """``form_of`` reads a piece of ``PATTERN``, ``join`` rewrites the forms of a text."""
        self._form_of = form_of
        self._join = join
        self._number = _Numbers()
        self._pieces: dict[str, _Coded] = {}
        self._chunks = _Chunks(self._read)

    @property
    def table(self) -> list[Row]:
        """The row of each number; grows."""
        return self._number.table

    @property
    def full(self) -> bool:
        """Whether the next text had better begin another table."""
        return len(self.table) > ROWS

    def codes(self, text: str) -> Codes:
        """The numbers of a text's positions."""
        # No piece reaches over a space, so that a text's pieces are those of its chunks.
        chunks = map(self._chunks.__getitem__, text.replace("\n", " \n ").split(" "))
        pieces = list(chain.from_iterable(chunks))
        forms = list(map(_form, pieces))
        self._join(forms)
        numbers = list(map(_numbers, pieces))
        for at in compress(range(len(forms)), map(is_not, map(_form, pieces), forms)):
            numbers[at] = self._coded(forms[at])
        return np.array(list(chain.from_iterable(numbers)), np.int32)

    def _read(self, chunk: str) -> tuple[_Coded, ...]:
        return tuple(map(self._piece, PATTERN.findall(chunk)))

    def _piece(self, surface: str) -> _Coded:
        piece = self._pieces.get(surface)
        if piece is None:
            form = self._form_of(surface)
            piece = form, self._coded(form)
            if len(surface) <= LONGEST_CHUNK:
                if len(self._pieces) >= CHUNKS:
                    self._pieces.clear()
                self._pieces[surface] = piece
        return piece

    def _coded(self, form: Form) -> tuple[int, ...]:
        return tuple(map(self._number.__getitem__, form.positions))


class _Numbers(dict[Terms, int]):
    """Gives each new row the next number."""

    def __init__(self) -> None:
        super().__init__()
        self.table: list[Row] = [OPEN]
        self._lock = Lock()

    def __missing__(self, terms: Terms) -> int:
        with self._lock:
            number = self.setdefault(terms, len(self.table))
            if number == len(self.table):
                self.table.append(terms)
            return number


class _Chunks(dict[str, tuple[_Coded, ...]]):
    """What stands between two spaces -> its pieces, filled on demand, bounded."""

    def __init__(self, read: Callable[[str], tuple[_Coded, ...]]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, chunk: str) -> tuple[_Coded, ...]:
        pieces = self._read(chunk)
        if len(chunk) <= LONGEST_CHUNK:
            if len(self) >= CHUNKS:
                self.clear()
            self[chunk] = pieces
        return pieces
