"""The analyser of the next generation: the lexicon as it is now, with what the archive teaches.

A child process may make it, so that the memory which that takes goes with the child.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple

from search_service.archive.archive import Archive
from search_service.indexing.child import Child, Gone, answer_all
from search_service.indexing.learning import learn
from search_service.settings import Settings
from search_service.text import learned
from search_service.text.analyzer import Analyzer

LOOK_EVERY = 0.2
"""Seconds between two looks at what else is to be done."""

log = logging.getLogger(__name__)


class Taught(NamedTuple):
    """What a generation keeps of its analyser."""

    fingerprint: str
    files: dict[str, bytes]


def taught(archive: Archive, settings: Settings, between: Callable[[], object]) -> Taught:
    """Make it here; ``between`` is called after every few hundred articles."""
    analyzer = Analyzer.default(settings.cache)
    if settings.learn:
        compounds = learn(archive, analyzer.lexicon, settings, between)
        log.info("%d compounds learned from the archive", len(compounds))
        analyzer = analyzer.with_learned(learned.dump(compounds))
    return Taught(analyzer.fingerprint, analyzer.files())


def taught_by_child(archive: Archive, settings: Settings, between: Callable[[], object]) -> Taught:
    """The same by a child; ``between`` is called now and then, and the child is gone when it raises."""
    child = Child(__name__)
    with ThreadPoolExecutor(1, thread_name_prefix="teaching") as thread:
        future = thread.submit(child.ask, settings)
        try:
            while not wait([future], LOOK_EVERY).done:
                between()
        finally:
            while not future.done():
                child.kill()
                wait([future], LOOK_EVERY)
            child.end()
    try:
        return Taught(*future.result())
    except Gone as error:
        log.warning("%s; what it was to learn is learned here", error)
        return taught(archive, settings, between)


def _answer(settings: Settings) -> tuple[object, ...]:
    """What a child does; classes of its own main module mean nothing to who asks."""
    parent = os.getppid()

    def wanted() -> None:
        if os.getppid() != parent:
            raise SystemExit("who has asked is gone")

    return tuple(taught(Archive.open(settings.archive_path), settings, wanted))


if __name__ == "__main__":
    answer_all(_answer)
