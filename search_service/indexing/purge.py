"""Purging: articles are removed for good, from the archive, its journal, and every generation of the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from search_service.archive.archive import Archive
from search_service.archive.tasks import Tasks
from search_service.engine.base import Engine
from search_service.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Purged:
    """What was done."""

    articles: int
    """Rows of articles or tombstones removed."""
    changes: int
    """Changes in the journal that are nobody's now."""
    generation: int | None
    """The one that was built without the articles; None: there is no index."""
    dropped: tuple[int, ...]
    """Generations that held them, or might have; there is no way back to these."""
    complete: bool
    """False: some reader still holds the archive's old log; its bytes go when that one ends."""


def purge(archive: Archive, engine: Engine, reindex: Callable[[], int], ids: Sequence[str]) -> Purged:
    """Remove the articles as if they had never been; the caller holds the folder's lock.

    A deleted document's text stays in a segment's files until it is merged away, so the
    live generation is built anew and all others are dropped.  Each step may be repeated
    after a crash: until the last the articles are deleted, and still known.  Afterwards
    nothing remembers them, so that a late write brings one back.

    Raises ``article_unknown``, ``version_conflict`` for one that is written again meanwhile.
    """
    for id in ids:
        if not archive.knows(id):
            raise ServiceError("article_unknown", f"there is no article {id!r}, and no trace of one")
    for id in ids:
        if archive.get(id) is not None:
            archive.delete(id)
    live = reindex() if engine.generations() else None
    dropped = [info.number for info in engine.generations() if not info.live]
    for number in dropped:
        engine.drop(number)
    erased = archive.erase(ids)
    complete = archive.compact()
    Tasks(archive).finish(erased.compaction, {"complete": complete})
    return Purged(erased.articles, erased.changes, live, tuple(dropped), complete)
