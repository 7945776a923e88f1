"""Scrubbing: the live generation's files are read against their checksums at start and daily, and the outcome kept."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from search_service.article import TEHRAN, now
from search_service.engine.base import Engine
from search_service.errors import ServiceError
from search_service.indexing.kept import Kept

EVERY = 86400.0
"""Seconds between two scrubs."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verified(Kept):
    """What the last scrub found, or a search since."""

    FILE: ClassVar[str] = "verified.json"

    generation: int
    at: str
    """ISO 8601."""
    fault: str | None
    """None: nothing was wrong."""


def keep(folder: Path, generation: int, fault: str | None) -> None:
    """Keep in the index folder what was found, for all processes; where that cannot be written, the log has it."""
    at = now().astimezone(TEHRAN).isoformat(timespec="seconds")
    try:
        Verified(generation, at, fault).write(folder)
    except ServiceError as error:
        log.warning("%s", error.detail)


class Scrub:
    """Remembers when it looked last, and at which generation."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        """``folder``: the index's."""
        self._folder = folder
        self._engine = engine
        self._seen: tuple[int, float] | None = None

    def when_due(self) -> None:
        """Look at the live generation when a day has passed, or another one is live; its writer is idle meanwhile."""
        generation = self._engine.live()
        if generation is None:
            return
        if self._seen is not None and self._seen[0] == generation.number and time.monotonic() < self._seen[1] + EVERY:
            return
        self._seen = (generation.number, time.monotonic())
        fault = None
        try:
            generation.verify()
        except ServiceError as error:
            fault = error.detail
            log.error("generation %d is damaged: %s %s", generation.number, fault, error.kind.hint)
        keep(self._folder, generation.number, fault)
