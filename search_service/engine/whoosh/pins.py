"""Commits that stay openable for a while after newer ones have come.

The files of a pinned commit are linked into a folder of its own, so that any process
opens it by its name, and the sweeps of later commits cost it nothing.  The time until
which it is kept is the time of modification of its manifest.  A crash may lose pins, and
nothing else.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from dataclasses import replace
from pathlib import Path

from search_service.engine.whoosh import manifest
from search_service.engine.whoosh.manifest import Manifest
from search_service.errors import ServiceError

FOLDER = "pins"
GRACE = 30.0
"""Seconds after which a pin that is over is removed: whoever is about to open it may still do so."""


def pin(folder: Path, commit: Manifest, seconds: float) -> None:
    """Keep a commit of the generation in this folder; raises FileNotFoundError when it has been swept away."""
    until = time.time() + seconds
    place = folder / FOLDER / commit.name
    if not _prolonged(place, until):
        kept = replace(commit, files={name: entry for name, entry in commit.files.items() if "/" not in name})
        fresh = place.with_name(f".{commit.name}.{secrets.token_hex(8)}")
        fresh.mkdir(parents=True)
        try:
            for name in kept.files:
                (fresh / name).hardlink_to(folder / name)
            (fresh / manifest.FILE).write_bytes(kept.encoded())
            os.utime(fresh / manifest.FILE, (until, until))
            fresh.rename(place)
        except BaseException as error:
            shutil.rmtree(fresh, ignore_errors=True)
            if not (isinstance(error, OSError) and _prolonged(place, until)):  # another has pinned it meanwhile
                raise
    sweep(folder)


def read(folder: Path, name: str) -> tuple[Path, Manifest]:
    """The folder of a pinned commit and its manifest; raises ``cursor_expired`` when it is gone."""
    place = folder / FOLDER / name
    try:
        if place.parent.resolve() == place.resolve().parent and _until(place) > time.time():
            return place, manifest.read(place)
    except (OSError, ValueError, ServiceError):
        pass
    raise ServiceError("cursor_expired", field="cursor")


def sweep(folder: Path) -> None:
    """Remove the pins whose time is over, and what a crash left of others."""
    try:
        places = list((folder / FOLDER).iterdir())
    except FileNotFoundError:
        return
    for place in places:
        try:
            over = _until(place) + GRACE < time.time()
        except FileNotFoundError:
            over = place.name.startswith(".") and _age(place) > GRACE
        if over:
            shutil.rmtree(place, ignore_errors=True)


def _prolonged(place: Path, until: float) -> bool:
    """Whether the commit was pinned before, and stays so until then."""
    try:
        if until > _until(place):
            os.utime(place / manifest.FILE, (until, until))
    except FileNotFoundError:
        return False
    return True


def _until(place: Path) -> float:
    return (place / manifest.FILE).stat().st_mtime


def _age(place: Path) -> float:
    try:
        return time.time() - place.stat().st_mtime
    except FileNotFoundError:
        return 0.0
