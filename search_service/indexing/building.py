"""How far the next generation is built: kept beside the index, so that a build can go on where it stopped."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from search_service.engine.base import GenerationInfo

_FILE = "building.json"


@dataclass(frozen=True, slots=True)
class Building:
    """An unfinished generation.

    Its commits carry position 0 until the last, so that nobody takes it for a whole one.
    """

    generation: int
    position: int
    """Of the journal when it was begun: what came behind it is applied at the end."""
    last: str
    """The id up to which the archive was read; empty: nothing yet."""
    done: int
    """Articles read so far."""

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """What the index folder says; None: nothing is unfinished, or what it says is no use."""
        try:
            return cls(**json.loads((folder / _FILE).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Say so, in place of what was said before. After a crash it may be older than the generation, never newer."""
        fresh = folder / f".{_FILE}.new"
        with fresh.open("w") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / _FILE)


def forget(folder: Path) -> None:
    """Nothing is unfinished any more."""
    (folder / _FILE).unlink(missing_ok=True)


def finished(info: GenerationInfo) -> bool:
    """Whether the generation is whole: it can be searched and followed."""
    return info.complete and info.position > 0
