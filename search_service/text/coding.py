"""Texts as numbers: what indexing takes of the analysis, quicker than tokens by far.

A number names a row of a table: the terms at one position.  What stands between two spaces
is looked up whole, with the numbers of its positions; only where ``spacing`` has joined
something are numbers looked up by their terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, chain, compress, pairwise
from operator import is_not, itemgetter
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search_service.text.form import Form
from search_service.text.layout import Layout
from search_service.text.memo import Memo
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

CHUNKS = 40_000
"""Stretches between spaces that are kept."""
LONGEST_CHUNK = 64

_Chunk = tuple[tuple[Form, ...], bytes]
"""What stands between two spaces: the forms of its pieces, and a row of 32-bit numbers for each.

The rows are where the piece starts and ends in the chunk, how many positions it has, and the number of the first;
behind them one with a mark, and how far it is to what stands behind the next space.
"""
_forms: Callable[[_Chunk], tuple[Form, ...]] = itemgetter(0)
_rows: Callable[[_Chunk], bytes] = itemgetter(1)
_START, _END, _SIZE, _NUMBER = range(4)
_MARK = -1


class Coding:
    """Numbers for the positions of texts; safe for use by several threads."""

    def __init__(self, form_of: Callable[[str], Form], join: Callable[[list[Form]], None]) -> None:
        """``form_of`` reads a piece of ``PATTERN``, ``join`` rewrites the forms of a text."""
        self._form_of = form_of
        self._join = join
        self._number = _Numbers()
        self._chunks: Memo[_Chunk] = Memo(self._chunk, CHUNKS, LONGEST_CHUNK)

    @property
    def table(self) -> list[Row]:
        """The row of each number; grows."""
        return self._number.table

    @property
    def full(self) -> bool:
        """Whether the next text had better begin another table."""
        return len(self.table) > ROWS

    def coded(self, texts: Sequence[str]) -> tuple[list[Codes], Layout]:
        """The numbers of the positions of texts, and where these stand."""
        # No piece reaches over a space, so that a text's pieces are those of its chunks; no word reaches over the
        # end of a line, so that texts are lines of one.
        chunks = list(map(self._chunks.__getitem__, "\n".join(texts).replace("\n", " \n ").split(" ")))
        apart = list(chain.from_iterable(map(_forms, chunks)))
        forms = apart.copy()
        self._join(forms)
        joined = list(compress(range(len(forms)), map(is_not, apart, forms)))
        pieces = _pieces(chunks)
        pieces[joined, _END] = pieces[[at + forms[at].span - 1 for at in joined], _END]
        numbers = [self._numbers(forms[at]) or (0,) for at in joined]
        pieces[joined, _SIZE] = [len(forms[at].positions) for at in joined]
        pieces[joined, _NUMBER] = [first for first, *_ in numbers]
        sizes = pieces[:, _SIZE]
        firsts = np.zeros(len(sizes) + 1, np.int32)
        np.cumsum(sizes, out=firsts[1:])
        starts, ends, _, codes = pieces.repeat(sizes, axis=0).T
        for at in (sizes > 1).nonzero()[0].tolist():
            codes[firsts[at] : firsts[at + 1]] = self._numbers(forms[at])
        wholes = [(at, at + forms[at].reach) for at in joined if forms[at].reach > 1 and forms[at].positions]
        bounds = starts.searchsorted(list(accumulate((len(text) + 1 for text in texts), initial=0))).tolist()
        layout = Layout(
            starts,
            ends,
            firsts[np.array(wholes, np.intp).reshape(-1, 2)],
            tuple(end - first for first, end in pairwise(bounds)),
        )
        return [codes[first:end] for first, end in pairwise(bounds)], layout

    def _chunk(self, chunk: str) -> _Chunk:
        forms, rows = [], []
        for piece in PATTERN.finditer(chunk):
            form = self._form_of(piece[0])
            first, *_ = self._numbers(form) or (0,)
            forms.append(form)
            rows.append((*piece.span(), len(form.positions), first))
        # The spaces that were put around the end of a line are none of the text's.
        rows.append((_MARK, 0 if chunk == "\n" else len(chunk) + 1, 0, 0))
        return tuple(forms), np.array(rows, np.int32).tobytes()

    def _numbers(self, form: Form) -> tuple[int, ...]:
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


def _pieces(chunks: list[_Chunk]) -> NDArray[np.int32]:
    """The rows of all pieces, with their places in the text."""
    rows = np.frombuffer(b"".join(map(_rows, chunks)), np.int32).reshape(-1, 4)
    marks = rows[:, _START] == _MARK
    begins = np.where(marks, rows[:, _END], 0).cumsum(dtype=np.int32)
    pieces: NDArray[np.int32] = rows[~marks]
    pieces[:, :_SIZE] += begins[~marks, np.newaxis]
    return pieces
