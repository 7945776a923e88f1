"""The indexer: the one process of an index folder that keeps the live generation up to date."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from search_service.archive.archive import Archive
from search_service.archive.restoration import restore
from search_service.archive.tasks import Task, Tasks
from search_service.engine.base import Engine
from search_service.errors import ServiceError
from search_service.indexing.analyzers import GenerationAnalyzer
from search_service.indexing.follow import Progress, Stopped, follow, silent
from search_service.indexing.lock import IndexerLock
from search_service.indexing.purge import Purged, purge
from search_service.indexing.reindex import Reindex, rollback, satisfied
from search_service.indexing.rename import rename_category
from search_service.indexing.scrub import Scrub
from search_service.indexing.verification import Examine
from search_service.settings import Settings

LOOK_EVERY = 0.1
"""Seconds between two looks at an index that another process brings up to date."""
MERGE_SECONDS = 0.1
"""Seconds that are given to merging between two looks."""
PASSING = ("folder_not_writable", "disk_full", "archive_busy", "index_damaged")
"""Errors that end without us, as those of the system do: with space, when others let go, by an admin's reindex."""
BACK_OFF = (0.5, 10.0)
"""Seconds to wait after such an error: at first, and at most."""

log = logging.getLogger(__name__)


class Indexer:
    """Applies the journal, and carries out the tasks that other processes ask for.

    Whoever calls anything but ``lock`` and ``behind`` holds the lock.
    """

    def __init__(self, settings: Settings, archive: Archive, engine: Engine, examine: Examine = satisfied) -> None:
        """``examine``: what else a new generation is asked before it goes live."""
        self._settings = settings
        self._archive = archive
        self._engine = engine
        self._examine = examine
        self._tasks = Tasks(archive)
        self._analyzer = GenerationAnalyzer()
        self._scrub = Scrub(settings.index, engine)
        self._stop: threading.Event | None = None
        self._task: int | None = None

    def lock(self, doing: str) -> IndexerLock:
        """The folder's lock, for a ``with``."""
        return IndexerLock(self._settings.index, doing)

    def behind(self) -> int:
        """How many journal positions the live generation lacks."""
        return self._archive.position() - self._position()

    def catch_up(self, progress: Progress = silent) -> None:
        """Apply all that the journal holds.

        The first generation is built like any later one, so that a large first load is
        analysed no worse than a reindex; and so is the next one where the journal does
        not reach back to the live one, as after a restore.
        """
        generation = self._engine.live()
        if generation is None:
            if self._archive.position() > 0:
                self.reindex(progress)
            return
        if not self._archive.reaches_back_to(generation.info().position):
            log.warning("generation %d is not of this archive's journal; it is built anew", generation.number)
            self.reindex(progress)
            return
        analyzer = self._analyzer.of(generation)
        follow(self._archive, generation, analyzer, self._settings.batch_size, self._stopping(progress))

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

    def reindex(self, progress: Progress = silent, *, afresh: bool = False) -> int:
        """Build and swap in the next generation; the live one, if it can be read, follows the journal meanwhile.

        Goes on with a build that was stopped, unless ``afresh``.
        """
        follows = self._follow if self._live_can_follow() else lambda: None
        reindex = Reindex(self._settings, self._archive, self._engine, self._examine, self._analyzer)
        return reindex.run(self._stopping(progress), self._between(follows), afresh=afresh)

    def rollback(self, progress: Progress = silent) -> int:
        """Go back to the generation before the live one, brought up to date."""
        return rollback(self._settings, self._archive, self._engine, progress)

    def purge(self, ids: Sequence[str], progress: Progress = silent) -> Purged:
        """Remove articles for good: see ``purge.py``."""
        return purge(self._archive, self._engine, lambda: self.reindex(progress, afresh=True), ids)

    def restore(self, file: Path, *, replace: bool = False, progress: Progress = silent) -> dict[str, Any]:
        """Make the archive what a snapshot holds, and build its index: see ``archive/restoration.py``.

        What the snapshot says of itself, where the old archive is ``kept``, and the new ``generation``.
        """
        restored = restore(self._archive, file, replace=replace, progress=progress)
        kept = None if restored.kept is None else str(restored.kept)
        return {**asdict(restored.manifest), "kept": kept, "generation": self.reindex(progress, afresh=True)}

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set, looking for changes and tasks every ``batch_seconds``; finishes its batch.

        A full disk, a busy archive and a damaged index are waited out.
        """
        self._stop = stop
        back_off = BACK_OFF[0]
        while not stop.is_set():
            try:
                # First: it may be the reindex that mends what the rest fails at.
                self._carry_out_a_task()
                self._scrub.when_due()
                if self.behind() > 0:
                    self.catch_up()
                wait, back_off = (0.0 if self._merged() else self._settings.batch_seconds), BACK_OFF[0]
            except Stopped:
                break
            except (ServiceError, OSError) as error:
                if isinstance(error, ServiceError) and error.code not in PASSING:
                    raise
                log.error("%s Trying again. %s", error, error.kind.hint if isinstance(error, ServiceError) else "")
                wait, back_off = back_off, min(2 * back_off, BACK_OFF[1])
            stop.wait(wait)
        self._stop = None

    def _merged(self) -> bool:
        """Whether merging goes on: a little at a time, so that no change waits for it."""
        generation = self._engine.live()
        return generation is not None and generation.merge(MERGE_SECONDS)

    def _position(self) -> int:
        generation = self._engine.live()
        return generation.info().position if generation is not None else 0

    def _follow(self) -> None:
        """Apply what the journal holds; a damaged generation is not brought up to date, since it is being replaced."""
        try:
            self.catch_up()
        except ServiceError as error:
            if error.code != "index_damaged":
                raise
            log.warning("%s The live generation stays as it is until the next one takes its place.", error)

    def _live_can_follow(self) -> bool:
        """Not so: there is none, it is damaged, another version built it, or it is of another archive."""
        try:
            generation = self._engine.live()
            if generation is None or not generation.info().complete:
                return False
            return bool(self._analyzer.of(generation)) and self._archive.reaches_back_to(generation.info().position)
        except ServiceError:
            return False

    def _stopping(self, progress: Progress) -> Progress:
        """A progress that ends the work once this process is told to."""

        def told(done: int, total: int) -> None:
            progress(done, total)
            if self._told_to_stop():
                raise Stopped

        return told

    def _between(self, follows: Callable[[], None]) -> Callable[[], None]:
        """The live generation is kept up to date; who called the work off is heard."""

        def between() -> None:
            if self._told_to_stop() or (self._task is not None and self._tasks.get(self._task).state == "cancelling"):
                raise Stopped
            follows()

        return between

    def _carry_out_a_task(self) -> None:
        task = self._tasks.claim()
        if task is None:
            return

        def progress(done: int, total: int) -> None:
            if not self._tasks.progress(task.id, done, total):
                raise Stopped

        self._task = task.id
        try:
            result = self._result(task, progress)
        except Stopped:
            if self._told_to_stop():
                self._tasks.pause(task.id)
                raise
            self._tasks.fail(task.id, "called off")
        except (ServiceError, OSError) as error:
            log.error("task %s failed: %s", task.id, error)
            self._tasks.fail(task.id, error.detail if isinstance(error, ServiceError) else str(error))
        else:
            self._tasks.finish(task.id, result)
        finally:
            self._task = None

    def _result(self, task: Task, progress: Progress) -> dict[str, Any]:
        """Carry out a task; raises ``parameter_invalid`` for a kind that nobody knows."""
        given = task.arguments
        match task.kind:
            case "reindex":
                return {"generation": self.reindex(progress, afresh=bool(given.get("afresh")))}
            case "rollback":
                return {"generation": self.rollback(progress)}
            case "restore":
                return self.restore(Path(given["file"]), replace=bool(given["replace"]), progress=progress)
            case "rename":
                renamed = rename_category(self._archive, given["from"], given["to"], progress)
                return {"changed": renamed.changed} | ({"refused": renamed.refused} if renamed.refused else {})
            case "purge":
                return asdict(self.purge(given["ids"], progress))
            case "compact":
                return {"complete": self._archive.compact()}
        raise ServiceError("parameter_invalid", f"no task is called {task.kind!r}")

    def _told_to_stop(self) -> bool:
        return self._stop is not None and self._stop.is_set()
