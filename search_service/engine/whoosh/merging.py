"""Which segments are merged at a commit?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

MOST_SEGMENTS = 8


class Sized(Protocol):
    """A segment, as far as this goes."""

    def doc_count(self) -> int:
        """Articles that are not deleted."""

    def doc_count_all(self) -> int:
        """Articles, the deleted included."""


Segment = TypeVar("Segment", bound=Sized)


def to_merge(segments: Sequence[Segment], most: int = MOST_SEGMENTS) -> list[Segment]:
    """The smallest segments, once there are more than ``most``; emptied ones always.

    Taken are as many as bring their number down to ``most`` with the merged one, and
    further ones while they are no larger than what is taken already: so each article is
    rewritten about as often as its segment can double.
    """
    chosen = [segment for segment in segments if segment.doc_count() == 0]
    kept = sorted((s for s in segments if s.doc_count() > 0), key=lambda segment: segment.doc_count_all())
    if len(kept) < most:
        return chosen
    size = 0
    for rank, segment in enumerate(kept):
        if rank > len(kept) - most and segment.doc_count() > size:
            break
        size += segment.doc_count()
        chosen.append(segment)
    return chosen
