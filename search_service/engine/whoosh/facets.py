"""How many hits have each label, and fell into each month and day?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_service.engine.base import DateCounts, LabelCount
from search_service.engine.whoosh.columns import NO_MONTH, month_of
from search_service.engine.whoosh.view import Docs, View


def label_counts(view: View, facet: str, docs: Docs) -> tuple[LabelCount, ...]:
    """The labels of the documents: highest count first, then by key."""
    labels = view.labels(facet)
    chosen = np.zeros(view.size, np.bool_)
    chosen[docs] = True
    counts = np.bincount(labels.ordinals[chosen[labels.docs]], minlength=len(labels.keys))
    there = np.flatnonzero(counts)
    # Ordinals are in order of the keys, and the sort is stable.
    ordered = there[np.argsort(-counts[there], kind="stable")]
    return tuple(LabelCount(labels.keys[i], labels.spellings[i], int(counts[i])) for i in ordered.tolist())


def date_counts(view: View, docs: Docs, days_of: Sequence[int]) -> DateCounts:
    """The documents by Jalali month, and by day of the months asked for."""
    first, last = view.month_range
    months = view.month[docs]
    dated = months != NO_MONTH
    counts = np.bincount(months[dated] - first, minlength=max(0, last - first + 1))
    by_month = {month_of(first + i): int(counts[i]) for i in np.flatnonzero(counts).tolist()}
    by_day: dict[int, int] = {}
    if days_of:
        days = view.day[docs]
        days = days[np.isin(days // 100, np.array(days_of))]
        numbers, times = np.unique(days, return_counts=True)
        by_day = dict(zip(numbers.tolist(), times.tolist(), strict=True))
    return DateCounts(months=by_month, days=by_day, undated=int(len(docs) - np.count_nonzero(dated)))
