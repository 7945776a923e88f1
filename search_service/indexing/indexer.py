"""The indexer: the one process of an index folder that keeps the live generation up to date."""

from __future__ import annotations

import logging
import threading
import time

from search_service.archive.archive import Archive
from search_service.archive.tasks import Tasks
from search_service.engine.base import Engine
from search_service.errors import ServiceError
from search_service.indexing.analyzers import GenerationAnalyzer
from search_service.indexing.follow import Progress, follow, silent
from search_service.indexing.lock import IndexerLock
from search_service.indexing.reindex import Reindex, rollback
from search_service.settings import Settings

LOOK_EVERY = 0.1
"""Seconds between two looks at an index that another process brings up to date."""

log = logging.getLogger(__name__)


class Indexer:
    """Applies the journal, and carries out the tasks that other processes ask for.

    Whoever calls anything but ``lock`` and ``behind`` holds the lock.
    """

    def __init__(self, settings: Settings, archive: Archive, engine: Engine) -> None:
        self._settings = settings
        self._archive = archive
        self._engine = engine
        self._tasks = Tasks(archive)
        self._analyzer = GenerationAnalyzer()

    def lock(self, doing: str) -> IndexerLock:
        """The folder's lock, for a ``with``."""
        return IndexerLock(self._settings.index, doing)

    def behind(self) -> int:
        """How many journal positions the live generation lacks."""
        return self._archive.position() - self._position()

    def catch_up(self, progress: Progress = silent) -> None:
        """Apply all that the journal holds.

        The first generation is built like any later one, so that a large first load is
        analysed no worse than a reindex.
        """
        generation = self._engine.live()
        if generation is not None:
            analyzer = self._analyzer.of(generation)
            follow(self._archive, generation, analyzer, self._settings.batch_size, progress)
        elif self._archive.position() > 0:
            self.reindex(progress)

    def make_searchable(self, position: int, progress: Progress = silent) -> None:
        """Return once searches see the journal up to here: done by this process, or by the indexer that runs."""
        while self._position() < position:
            try:
                with self.lock("applying changes"):
                    self.catch_up(progress)
            except ServiceError as error:
                if error.code != "indexer_busy":
                    raise
                time.sleep(LOOK_EVERY)

    def reindex(self, progress: Progress = silent) -> int:
        """Build and swap in the next generation; the live one, if it can be read, follows the journal meanwhile."""
        between = self.catch_up if self._live_can_be_read() else lambda: None
        return Reindex(self._settings, self._archive, self._engine).run(progress, between)

    def rollback(self) -> int:
        """Go back to the generation before the live one, and bring it up to date."""
        number = rollback(self._engine)
        self.catch_up()
        return number

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set, looking for changes and tasks every ``batch_seconds``; finishes its batch."""
        while not stop.is_set():
            if self.behind() > 0:
                self.catch_up()
            self._carry_out_a_task()
            stop.wait(self._settings.batch_seconds)

    def _position(self) -> int:
        generation = self._engine.live()
        return generation.info().position if generation is not None else 0

    def _live_can_be_read(self) -> bool:
        """Not so: there is none, it is damaged, or another version built it."""
        try:
            generation = self._engine.live()
            return generation is not None and generation.info().complete and bool(self._analyzer.of(generation))
        except ServiceError:
            return False

    def _carry_out_a_task(self) -> None:
        task = self._tasks.claim()
        if task is None:
            return

        def progress(done: int, total: int) -> None:
            self._tasks.progress(task.id, done, total)

        try:
            if task.kind == "reindex":
                number = self.reindex(progress)
            elif task.kind == "rollback":
                number = self.rollback()
            else:
                raise ServiceError("parameter_invalid", f"no task is called {task.kind!r}")
            self._tasks.finish(task.id, {"generation": number})
        except ServiceError as error:
            log.error("task %s failed: %s", task.id, error.detail)
            self._tasks.fail(task.id, error.detail)
