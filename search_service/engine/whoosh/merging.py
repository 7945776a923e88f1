"""Which segments are merged, and when?

Each segment costs a search some microseconds a term, so there should be about
``TARGET``.  A commit merges what is small with what it adds; what is large, or has much
deleted, is left to ``background``, which holds up no commit.  Both take a larger segment
in only when what they have is as large already, or when there are too many: so each
article is rewritten about as often as its segment can double.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

TARGET = 4
"""Segments that an index should have."""
SMALL = 500
"""Articles that a commit may rewrite: about a tenth of a second."""
MOST_DELETED = 0.25
"""Share of deleted articles from which on a segment is written anew."""


class Sized(Protocol):
    """A segment, as far as this goes."""

    def doc_count(self) -> int:
        """Articles that are not deleted."""

    def doc_count_all(self) -> int:
        """Articles, the deleted included."""


Segment = TypeVar("Segment", bound=Sized)


def with_commit(segments: Sequence[Segment], added: int) -> list[Segment]:
    """Of the segments, those that a commit of so many articles rewrites, or drops because nothing is left of them."""
    chosen = _emptied(segments)
    size = added
    left = _by_size(segments)
    while left and size + left[0].doc_count() <= SMALL:
        if left[0].doc_count() > size and len(left) + (size > 0) <= TARGET:
            break
        size += left[0].doc_count()
        chosen.append(left.pop(0))
    # One segment that is rewritten alone wins nothing.
    return chosen if added or len(chosen) > len(_emptied(segments)) + 1 else _emptied(segments)


def background(segments: Sequence[Segment], target: int = TARGET) -> list[Segment]:
    """What should be rewritten as one while commits go on; empty: nothing."""
    left = _by_size(segments)
    wasteful = [s for s in left if s.doc_count_all() - s.doc_count() > MOST_DELETED * s.doc_count_all()]
    if len(left) <= target:
        return wasteful[:1]
    size = 0
    chosen: list[Segment] = []
    # One place is left for the commits that come meanwhile.
    while left and (len(left) + 1 >= target or left[0].doc_count() <= size):
        size += left[0].doc_count()
        chosen.append(left.pop(0))
    return chosen


def _emptied(segments: Sequence[Segment]) -> list[Segment]:
    return [segment for segment in segments if segment.doc_count() == 0]


def _by_size(segments: Sequence[Segment]) -> list[Segment]:
    return sorted((s for s in segments if s.doc_count()), key=lambda segment: segment.doc_count())
