"""How far the next generation is built: kept beside the index, so that a build can go on where it stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from search_service.engine.base import GenerationInfo
from search_service.indexing.kept import Kept


@dataclass(frozen=True, slots=True)
class Building(Kept):
    """An unfinished generation; after a crash the record may be older than the generation, never newer.

    Its commits carry position 0 until the last, so that nobody takes it for a whole one.
    """

    FILE: ClassVar[str] = "building.json"

    generation: int
    position: int
    """Of the journal when it was begun: what came behind it is applied at the end."""
    last: str
    """The id up to which the archive was read; empty: nothing yet."""
    done: int
    """Articles read so far."""


def finished(info: GenerationInfo) -> bool:
    """Whether the generation is whole: it can be searched and followed."""
    return info.complete and info.position > 0
