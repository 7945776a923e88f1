"""How often Python looks for garbage while articles are indexed."""

from __future__ import annotations

import gc

OFTEN = (50_000, 20, 100)
"""After so many new objects the young ones are looked through, after so many such looks the older, and the oldest."""


def look_seldom() -> None:
    """Look through all objects far more seldom than Python does by itself.

    What is read of words is kept by the ten thousand and holds no cycles, and looking for them in it took a fifth
    of the time of indexing.
    """
    gc.set_threshold(*OFTEN)
