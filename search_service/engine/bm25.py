"""BM25, in one place, so that every engine gives the same scores.

The formula is that of Whoosh's ``BM25F``, whose idf never falls below 0.3; the constants
were chosen by ``benchmarks/quality/ranking_sweep.py``.  Fields are weighted by ``Boost`` nodes of the query, not here.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

B = 0.85
"""How much a field's length counts: from 0, not at all, to 1, in full."""
K1 = 1.6
"""How soon further occurrences of a term stop to count."""

Numbers = TypeVar("Numbers", float, "NDArray[np.float64]", "NDArray[np.float32]")


def idf(articles: int, holding: int) -> float:
    """How rare a term is that ``holding`` of the ``articles`` have in a field; both may count deleted ones."""
    return log(max(articles, 1) / (holding + 1)) + 1.0


def norm(length: Numbers, average: float) -> Numbers:
    """What a field's length takes from its terms' scores; a number, or an array of them.

    ``length`` and ``average`` count words: positions that hold an exact term.  The
    average is over all articles, those without the field included.
    """
    return K1 * (1.0 - B + B * length / (average or 1.0))


def score(idf: float, occurrences: Numbers, norm: Numbers) -> Numbers:
    """Score the occurrences of a term in fields of the given norms; numbers, or arrays of one shape."""
    return idf * (occurrences * (K1 + 1.0)) / (occurrences + norm)


def norms(lengths: NDArray[np.integer[Any]], average: float) -> NDArray[np.float32]:
    """``norm`` of an array, with as few passes over it as can be."""
    taken = lengths.astype("f4")
    taken *= K1 * B / (average or 1.0)
    taken += K1 * (1.0 - B)
    return taken


def shares(occurrences: NDArray[Any], norms: NDArray[np.float32]) -> NDArray[np.float32]:
    """``score(1, …)`` of arrays, with as few passes over them as can be."""
    given = occurrences.astype("f4")
    below = given + norms
    given *= K1 + 1.0
    given /= below
    return given
