"""Waiting until a change is searchable."""

from __future__ import annotations

import time

from search_service.errors import ServiceError
from search_service.web.services import services

INTERVAL = 0.05
"""Seconds between two looks at the live index."""


def wait_until_indexed(position: int) -> None:
    """Return once readers see this journal position; raises ``wait_timeout``."""
    ours = services()
    give_up = time.monotonic() + ours.settings.wait_seconds
    while ours.live.position() < position:
        if time.monotonic() > give_up:
            raise ServiceError("wait_timeout", f"journal position {position} is stored, and not indexed yet")
        time.sleep(INTERVAL)
