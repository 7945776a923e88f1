"""A query with some of its words replaced, as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple


class Change(NamedTuple):
    """What to put in the place of ``text[start:end]``."""

    start: int
    end: int
    to: str


def rewritten(text: str, changes: Sequence[Change]) -> str:
    """The text with the changes made; they do not overlap."""
    return "".join(piece for piece, _ in _pieces(text, changes))


def rewritten_html(text: str, changes: Sequence[Change]) -> str:
    """The same as escaped HTML, what was put in marked."""
    return "".join(
        f"<mark>{escape(piece, quote=True)}</mark>" if new else escape(piece, quote=True)
        for piece, new in _pieces(text, changes)
    )


def _pieces(text: str, changes: Sequence[Change]) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for change in sorted(changes):
        pieces += [(text[at : change.start], False), (change.to, True)]
        at = change.end
    return [*pieces, (text[at:], False)]
