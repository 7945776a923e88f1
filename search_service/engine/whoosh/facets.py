"""How many hits have each label, and fell into each month and day?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat

import numpy as np

from search_service.engine.base import DateCounts, LabelCount
from search_service.engine.whoosh.matches import Docs
from search_service.engine.whoosh.view import View

_LABEL: Callable[[type[LabelCount], tuple[str, str, int]], LabelCount] = tuple.__new__


def label_counts(view: View, facet: str, docs: Docs) -> tuple[LabelCount, ...]:
    """The labels of the documents: highest count first, then by key."""
    labels = view.labels(facet)
    counts = labels.counts(docs)
    there = (counts > 0).nonzero()[0]  # far quicker than of numbers
    # Ordinals are in order of the keys, and the sort is stable.
    ordered = there[(-counts[there]).argsort(kind="stable")]
    places = ordered.tolist()
    keys, spellings = map(labels.keys.__getitem__, places), map(labels.spellings.__getitem__, places)
    # Hundreds of labels are quicker made without a call of Python for each.
    return tuple(map(_LABEL, repeat(LabelCount), zip(keys, spellings, counts[ordered].tolist(), strict=True)))


def date_counts(view: View, docs: Docs, days_of: Sequence[int]) -> DateCounts:
    """The documents by Jalali month, and by day of the months asked for."""
    counts = np.bincount(view.months.cells[docs], minlength=1)
    there = (counts[1:] > 0).nonzero()[0] + 1
    by_month = dict(zip(map(view.month_numbers.__getitem__, there.tolist()), counts[there].tolist(), strict=True))
    by_day: dict[int, int] = {}
    if days_of:
        days = view.day[docs]
        days = days[np.isin(days // 100, np.array(days_of))]
        numbers, times = np.unique(days, return_counts=True)
        by_day = dict(zip(numbers.tolist(), times.tolist(), strict=True))
    return DateCounts(months=by_month, days=by_day, undated=int(counts[0]))
