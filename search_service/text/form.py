"""A piece of text as analysed: what the memo keeps, and ``spacing`` joins."""

from __future__ import annotations

from typing import NamedTuple

from search_service.text.word import Positions

SUFFIX, PREFIX, IMPERFECT, LETTER, NUMERAL, MONTH = 1, 2, 4, 8, 16, 32
"""Roles: what a form may do to its neighbours, as flags."""


class Form(NamedTuple):
    """One piece, or several that were joined."""

    surface: str
    text: str
    """The folded form without half-spaces; '' where affixes and compounds do not apply."""
    positions: Positions
    role: int = 0
    opens: int = 0
    """Which second parts of compounds may follow, and below, which it may be: bits of a
    hash, so that two ints tell most neighbours apart from a compound; and ``lexicon.LATER``."""
    closes: int = 0
    watched: bool = False
    """Whether it has a role or opens compounds: with any other form nothing begins."""
    span: int = 1
    """How many pieces it covers."""
    reach: int = 1
    """How many forms the whole spans that it begins."""

    def spanning(self, span: int) -> Form:
        """The same over more pieces; it has no role any more but to carry suffixes."""
        return self._replace(role=0, opens=0, closes=0, watched=False, span=span)

    def labelled(self, whole: str, reach: int) -> Form:
        """The same with the whole that it begins, and over how many forms that reaches."""
        first, *others = self.positions
        return self._replace(positions=(first._replace(joined=whole), *others), reach=reach)


EMPTY = Form("", "", ())
"""Takes the place of a piece that another form spans, or that says nothing."""
