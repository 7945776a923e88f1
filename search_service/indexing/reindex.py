"""Reindex: the next generation, built from the archive beside the live one, verified and swapped in."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from search_service.archive.archive import Archive
from search_service.archive.set_aside import SetAside
from search_service.engine.base import Engine, Generation, GenerationInfo
from search_service.errors import ServiceError
from search_service.indexing.analysis import cores
from search_service.indexing.analyzers import GenerationAnalyzer
from search_service.indexing.build import WORTH_A_CHILD, Build, merge
from search_service.indexing.building import Building, finished
from search_service.indexing.follow import Progress, Stopped, follow, silent
from search_service.indexing.teaching import taught, taught_by_child
from search_service.indexing.verification import Examine, check
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer, outdated

SPACE = 2.0
"""How much of the live generation's size must be free: the new one, and what merging it takes beside it."""
LEAST_SPACE = 32 * 2**20
"""Bytes that must be free in any case."""
PARENT_MB, CHILD_MB, ALONE_MB = 110, 200, 256
"""What the process of a reindex takes at most, each that builds for it, and one that builds alone, in megabytes, ..."""
CHILD_SHARE, ALONE_SHARE = 0.2, 0.18
"""... where analysers remember such a share of what they can; ..."""
SHARE_MB = 110
"""... and what all of that takes more than nothing of it."""

RECOMMENDATION = "reindex recommended: it was built by another analyser; `search-service reindex` builds one by today's"

log = logging.getLogger(__name__)


def satisfied(generation: Generation, analyzer: Analyzer) -> list[str]:
    """An examination that asks nothing."""
    return []


class Reindex:
    """Builds, verifies and publishes one generation; the caller holds the folder's lock."""

    def __init__(
        self,
        settings: Settings,
        archive: Archive,
        engine: Engine,
        examine: Examine = satisfied,
        like: GenerationAnalyzer | None = None,
    ) -> None:
        """``like``: the caller's analyser, whose lexicon is used again where it is the same."""
        self._like = like
        self._settings = settings
        self._archive = archive
        self._engine = engine
        self._examine = examine

    def run(
        self, progress: Progress = silent, between: Callable[[], object] = lambda: None, *, afresh: bool = False
    ) -> int:
        """The number of the new live generation.

        ``between`` is called after every few hundred articles: the indexer keeps the
        live generation up to date there, so that a rebuild delays no change.  If
        building fails, the live generation stays as it is and the new one is dropped.  A
        build that was stopped or killed is kept, and goes on here, unless the analyser
        has changed since or ``afresh`` is given.
        """
        state = None if afresh else self._resumable()
        self._drop_unfinished(state)
        try:
            if state is None:
                self._check_space()
                state = self._begun(progress, between)
            generation = self._engine.open(state.generation)
            # Looks at the analyser's checksums; it is read when it is needed, which is not while children have theirs.
            generation.writer().cancel()
            analyzer = partial(GenerationAnalyzer(self._like).of, generation)
            self._fill(generation, analyzer, state, progress, between)
            check(generation, analyzer(), self._archive, self._examine, between)
        except Exception as error:
            if state is not None and not isinstance(error, Stopped):
                self._engine.drop(state.generation)
                Building.forget(self._settings.index)
            raise
        live = next((info.number for info in self._engine.generations() if info.live), 0)
        self._engine.publish(generation.number)
        Building.forget(self._settings.index)
        self._drop_old(live, generation.number)
        return generation.number

    def _resumable(self) -> Building | None:
        """The build that was stopped, if today's analyser would build the same."""
        state = Building.read(self._settings.index)
        infos = {info.number: info for info in self._engine.generations()}
        info = infos.get(state.generation) if state is not None else None
        if state is None or info is None or info.live or outdated(info.analyser):
            return None
        return state if info.complete and self._archive.reaches_back_to(state.position) else None

    def _begun(self, progress: Progress, between: Callable[[], object]) -> Building:
        progress(0, self._archive.count())
        worth_it = self._settings.reindex_workers != 0 and self._archive.count() >= WORTH_A_CHILD
        make = taught_by_child if worth_it else taught
        analyser = make(self._archive, self._settings, between)
        # What is written from here on is in the journal behind this position and is
        # applied again afterwards: the scan may see it or not.
        position = self._archive.position()
        generation = self._engine.create(analyser.fingerprint, analyser.files)
        state = Building(generation.number, position, "", 0)
        state.write(self._settings.index)
        return state

    def _workers(self) -> int:
        """How many processes may build, so that all together keep to the memory that is set."""
        wanted = self._settings.reindex_workers
        most = (self._settings.index_memory - PARENT_MB) // CHILD_MB
        return max(0, min(most, min(4, cores()) if wanted is None else wanted))

    def _share(self, workers: int) -> float:
        """Of what an analyser can remember, how much each of so many processes may: the more, the quicker they are."""
        memory = self._settings.index_memory
        if workers:
            return min(1.0, CHILD_SHARE + (memory - PARENT_MB - workers * CHILD_MB) / workers / SHARE_MB)
        return min(1.0, ALONE_SHARE + (memory - ALONE_MB) / SHARE_MB)

    def _fill(
        self,
        generation: Generation,
        analyzer: Callable[[], Analyzer],
        state: Building,
        progress: Progress,
        between: Callable[[], object],
    ) -> None:
        workers = self._workers()
        share = self._share(workers)
        if not workers:
            analyzer().sparing(share)
        build = Build(self._settings.index, self._archive, generation, analyzer, state)
        build.run(workers, share, progress, between)
        merge(generation, 1, between)
        follow(self._archive, generation, analyzer(), self._settings.batch_size, silent)

    def _check_space(self) -> None:
        """Raises ``disk_full`` before anything is written."""
        live = self._engine.live() if any(info.live for info in self._engine.generations()) else None
        size = _size(live.folder) if live is not None else self._settings.archive_path.stat().st_size
        needed = int(SPACE * size) + LEAST_SPACE
        self._settings.index.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._settings.index).free
        if free < needed:
            detail = f"a reindex needs about {needed >> 20} MB beside the live index; {free >> 20} MB are free"
            raise ServiceError("disk_full", f"{self._settings.index}: {detail}")

    def _drop_unfinished(self, state: Building | None) -> None:
        """Builds that were given up, but not the one that goes on."""
        for info in self._engine.generations():
            if not info.live and not finished(info) and (state is None or info.number != state.generation):
                self._engine.drop(info.number)
        if state is None:
            Building.forget(self._settings.index)

    def _drop_old(self, before: int, live: int) -> None:
        """Keep the newest generations up to the one that was live before, if they could serve again.

        Those between were taken back by a rollback.
        """
        infos = self._engine.generations()
        usable = [info.number for info in infos if info.number <= before and finished(info) and self._could_serve(info)]
        most = self._settings.keep_generations - 1
        kept = {live, *(usable[-most:] if most else ())}
        for info in infos:
            if info.number not in kept:
                self._engine.drop(info.number)
        SetAside(self._archive).keep(kept)
        self._archive.trim_journal(min(info.position for info in infos if info.number in kept))

    def _could_serve(self, info: GenerationInfo) -> bool:
        """Whether its files are whole, and the journal reaches back to it."""
        try:
            self._engine.open(info.number).verify()
        except ServiceError:
            return False
        return self._archive.reaches_back_to(info.position)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def recommended(info: GenerationInfo) -> bool:
    """Whether a reindex would read the articles otherwise than this complete generation does; it still serves."""
    return info.complete and outdated(info.analyser)


def rollback(settings: Settings, archive: Archive, engine: Engine, progress: Progress = silent) -> int:
    """Make the generation before the live one live again; returns its number.

    It is brought up to date first, so that nobody ever sees its old state. Raises
    ``generation_unknown`` when there is none, ``index_incompatible`` or
    ``index_damaged`` when it cannot serve; then the live one stays.
    """
    infos = engine.generations()
    live = next((info.number for info in infos if info.live), 0)
    before = [info for info in infos if info.number < live and finished(info)]
    if not before or not archive.reaches_back_to(before[-1].position):
        raise ServiceError("generation_unknown", "there is no earlier generation to go back to")
    generation = engine.open(before[-1].number)
    generation.verify()
    follow(archive, generation, GenerationAnalyzer().of(generation), settings.batch_size, progress)
    engine.publish(generation.number)
    return generation.number
