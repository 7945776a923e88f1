"""How many hits have each label, and fell into each month and day?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_service.engine.base import DateCounts, LabelCount
from search_service.engine.whoosh.matches import Docs
from search_service.engine.whoosh.view import View, month_of


def label_counts(view: View, facet: str, docs: Docs) -> tuple[LabelCount, ...]:
    """The labels of the documents: highest count first, then by key."""
    labels = view.labels(facet)
    counts = labels.counts(docs)
    there = np.flatnonzero(counts)
    # Ordinals are in order of the keys, and the sort is stable.
    ordered = there[np.argsort(-counts[there], kind="stable")]
    numbers = counts[ordered].tolist()
    return tuple(
        LabelCount(labels.keys[i], labels.spellings[i], number)
        for i, number in zip(ordered.tolist(), numbers, strict=True)
    )


def date_counts(view: View, docs: Docs, days_of: Sequence[int]) -> DateCounts:
    """The documents by Jalali month, and by day of the months asked for."""
    months = view.months
    counts = np.bincount(months.cells[docs], minlength=1)
    by_month = {month_of(months.first + i): int(counts[i]) for i in np.flatnonzero(counts).tolist() if i}
    by_day: dict[int, int] = {}
    if days_of:
        days = view.day[docs]
        days = days[np.isin(days // 100, np.array(days_of))]
        numbers, times = np.unique(days, return_counts=True)
        by_day = dict(zip(numbers.tolist(), times.tolist(), strict=True))
    return DateCounts(months=by_month, days=by_day, undated=int(counts[0]))
