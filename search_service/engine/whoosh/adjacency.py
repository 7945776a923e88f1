"""Where terms stand together: phrases and neighbourhoods, by arithmetic on positions.

A place in the index is one number, ``document << 32 | position``, so that a run of
sorted numbers holds all places of a term and documents never touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import Near, Phrase
from search_service.engine.whoosh.postings import SegmentPostings
from search_service.engine.whoosh.schema import stream_field
from search_service.engine.whoosh.view import Docs

Keys = NDArray[np.int64]
Whole = TypeVar("Whole", np.int64, np.intp)


def phrase_counts(phrase: Phrase, postings: SegmentPostings, docs: Docs) -> NDArray[np.float64]:
    """How often the phrase stands in each of the segment's documents; all of them hold all its terms."""
    places = [(offset, term) for offset, term in enumerate(phrase.terms) if term is not None]
    runs = [_keys(phrase, term, postings, docs) + (len(phrase.terms) - offset) for offset, term in places]
    runs.sort(key=len)
    starts = runs[0]
    for run in runs[1:]:
        starts = _common(starts, run)
    counts: NDArray[np.float64] = np.bincount(starts >> 32, minlength=len(docs)).astype(np.float64)
    return counts


def stand_near(near: Near, postings: SegmentPostings, docs: Docs) -> NDArray[np.bool_]:
    """Whether ``window`` consecutive positions of each document hold all terms; all of them hold them somewhere."""
    runs = [_keys(near, term, postings, docs) for term in dict.fromkeys(near.terms)]
    starts = np.unique(np.concatenate(runs))
    for run in runs:
        at = np.searchsorted(run, starts)
        starts, at = starts[at < len(run)], at[at < len(run)]
        starts = starts[run[at] - starts < near.window]
    together = np.zeros(len(docs), np.bool_)
    together[starts >> 32] = True
    return together


def _keys(node: Phrase | Near, term: str, postings: SegmentPostings, docs: Docs) -> Keys:
    """The places of a term in the documents, which are numbered by their rank in ``docs``."""
    name = stream_field(node.field, node.stream)
    held = postings.read(name, term).docs
    starts, places = postings.places(name, term)
    rows = np.searchsorted(held, docs)
    sizes = starts[rows + 1] - starts[rows]
    ends = np.cumsum(sizes)
    inside = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    keys: Keys = np.repeat(np.arange(len(docs), dtype=np.int64) << 32, sizes)
    keys += places[np.repeat(starts[rows], sizes) + inside]
    return keys


def _common(few: NDArray[Whole], many: NDArray[Any]) -> NDArray[Whole]:
    """What both sorted runs hold."""
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    return few[many[at] == few] if len(many) else few[:0]


def holding_all(runs: Sequence[NDArray[Any]]) -> Docs:
    """The documents of all the sorted runs."""
    ordered = sorted(runs, key=len)
    docs: Docs = ordered[0].astype(np.intp)
    for run in ordered[1:]:
        docs = _common(docs, run)
    return docs
