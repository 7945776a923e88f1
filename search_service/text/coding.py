"""Texts as numbers: what indexing takes of the analysis, quicker than tokens by far.

A number names a row of a table: the terms at one position.  What stands between two spaces
is looked up whole, with its pieces and the rows of these, as are compounds; forms are asked for
only where ``spacing`` may join something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from search_service.text.chunks import Chunks
from search_service.text.columns import Flat, Numbers
from search_service.text.compounds import Compounds
from search_service.text.form import Form
from search_service.text.layout import Layout
from search_service.text.pieces import KIND, Pieces, Row
from search_service.text.spacing import Spacing

Codes = NDArray[np.int32]
"""The row of each position of a text."""

CHUNKS = 300_000
"""Stretches between spaces that are kept, ..."""
ROWS = 4
"""... if they have no more pieces than so many each, in the mean."""
PIECES = 180_000
"""Pieces of these that are kept; as many more of those before them."""
GROUPS = 100_000
"""Groups of pieces that are kept with the compound they begin with, or none."""


class Coding:
    """Numbers for the positions of texts; safe for use by several threads."""

    def __init__(
        self,
        form_of: Callable[[str], Form],
        spacing: Spacing,
        before: Coding | None = None,
        share: float = 1.0,
    ) -> None:
        """``form_of`` reads a piece of ``PATTERN``, ``spacing`` joins the forms of a text.

        ``before``: a coding that is full; ``share``: of ``CHUNKS``, ``PIECES`` and ``GROUPS``, what this one keeps.
        """
        self._form_of = form_of
        self._spacing = spacing
        self._share = share
        self._pieces: Pieces = Pieces(form_of, before._pieces if before else None)
        self._chunks = Chunks(self._pieces, round(share * CHUNKS))
        self._compounds = Compounds(self._pieces, spacing.compound, round(share * GROUPS))

    @property
    def table(self) -> list[Row]:
        """The row of each number; grows."""
        return self._pieces.rows.table

    @property
    def full(self) -> bool:
        """Whether the next text had better begin another coding."""
        chunks = max(len(self._chunks), self._chunks.rows / ROWS)
        return chunks > self._share * CHUNKS or len(self._pieces) > self._share * PIECES

    def coded(self, texts: Sequence[str]) -> tuple[list[Codes], Layout]:
        """The numbers of the positions of texts, and where these stand."""
        # No piece reaches over a space, so that a text's pieces are those of its chunks; no word reaches over the
        # end of a line, so that texts are lines of one.
        pieces, begins, ends = self._chunks.pieces("\n".join(texts))
        read = self._pieces.take(pieces)
        forms = _Lazy(self._form_of, self._pieces.surfaces, pieces)  # as they are now: some get other numbers below
        acting, opening = self._pieces.kinds.meetings(read[:, KIND])
        settled = self._compounds.settled(pieces, acting, opening, forms)
        pieces[settled.places] = settled.numbers
        read[settled.places] = self._pieces.take(settled.numbers)
        forms.read(settled.left)
        self._spacing.join_at(forms, settled.left.tolist())
        rows: dict[int, tuple[int, ...]] = {}
        changed: list[int] = []
        numbers_of = self._pieces.rows.numbers
        for at, (_, _, positions, _, _, _, _, span, reach) in forms.changed.items():
            rows[at] = its = numbers_of(positions)
            changed += (at, len(positions), its[0], 0, span, reach)
        # Of flat numbers an array is made in half the time.
        places = np.array(changed, np.intp).reshape(-1, 6)
        read[places[:, 0]] = places[:, 1:]
        sizes, numbers, _, spans, reaches = read.T
        joined = (spans > 1).nonzero()[0]
        ends[joined] = ends[joined + spans[joined] - 1]
        wholes = ((reaches > 1) & (sizes > 0)).nonzero()[0]
        firsts = np.zeros(len(sizes) + 1, np.int32)
        sizes.cumsum(out=firsts[1:])
        starts, ends, codes = begins.repeat(sizes), ends.repeat(sizes), numbers.repeat(sizes)
        for each in (sizes > 1).nonzero()[0].tolist():
            codes[firsts[each] : firsts[each + 1]] = rows.get(each) or self._pieces.several(pieces.item(each))
        bounds = starts.searchsorted(list(accumulate((len(text) + 1 for text in texts), initial=0))).tolist()
        layout = Layout(
            starts,
            ends,
            firsts[np.stack((wholes, wholes + reaches[wholes]), axis=1)],
            tuple(end - first for first, end in pairwise(bounds)),
        )
        return [codes[first:end] for first, end in pairwise(bounds)], layout


class _Lazy(dict[int, Form]):
    """The forms of a text by place, read when they are asked for."""

    def __init__(self, form_of: Callable[[str], Form], surfaces: Sequence[str], pieces: Numbers) -> None:
        super().__init__()
        self._form_of = form_of
        self._surfaces = surfaces
        self._pieces = pieces.tolist()
        self._size = len(pieces)
        self.changed: dict[int, Form] = {}
        """Those that were rewritten."""

    def __len__(self) -> int:
        return self._size

    def __missing__(self, at: int) -> Form:
        form = self._form_of(self._surfaces[self._pieces[at]])
        super().__setitem__(at, form)
        return form

    def read(self, worth_a_look: Flat) -> None:
        """Those forms and the ones behind them, which are asked for most: all at once."""
        behind = worth_a_look + 1
        at = [*worth_a_look.tolist(), *behind[: behind.searchsorted(len(self))].tolist()]
        surfaces = map(self._surfaces.__getitem__, map(self._pieces.__getitem__, at))
        self.update(zip(at, map(self._form_of, surfaces), strict=True))

    def __setitem__(self, at: int, form: Form) -> None:
        self.changed[at] = form
        super().__setitem__(at, form)
