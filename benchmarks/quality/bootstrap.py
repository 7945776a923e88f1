"""Is one system better than another on the same queries?  The paired bootstrap.

After Smucker, Allan and Carterette, "A comparison of statistical significance tests for
information retrieval evaluation" (CIKM 2007): queries are drawn with replacement, and p
is the share of drawn differences that lie as far from their mean as the one measured
lies from nought (two-sided).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

RESAMPLES = 10_000
SEED = 20_240_601
_AT_ONCE = 500


class Comparison(NamedTuple):
    """The mean difference, its 95% interval, and how likely it is by chance."""

    difference: float
    low: float
    high: float
    p: float


def compare(ours: Sequence[float], others: Sequence[float]) -> Comparison:
    """Compare two lists of scores, query by query; the seed is fixed, so that a run can be repeated."""
    differences = np.asarray(ours, dtype=float) - np.asarray(others, dtype=float)
    queries = len(differences)
    random = np.random.default_rng(SEED)
    drawn = np.concatenate(
        [
            random.multinomial(queries, np.full(queries, 1 / queries), size=_AT_ONCE) @ differences / queries
            for _ in range(RESAMPLES // _AT_ONCE)
        ]
    )
    mean = float(differences.mean())
    low, high = np.percentile(drawn, [2.5, 97.5])
    as_far = int((np.abs(drawn - mean) >= abs(mean)).sum())
    return Comparison(mean, float(low), float(high), (1 + as_far) / (1 + RESAMPLES))
