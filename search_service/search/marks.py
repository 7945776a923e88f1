"""Fragments as HTML: everything is escaped first, then matches are marked."""

from __future__ import annotations

from html import escape

from search_service.search.answer import Fragment


def html(fragment: Fragment) -> str:
    """Escaped HTML of the pieces, quotes too; matched ones in ``<mark>``."""
    return "".join(
        f"<mark>{escape(piece.text, quote=True)}</mark>" if piece.match else escape(piece.text, quote=True)
        for piece in fragment
    )
