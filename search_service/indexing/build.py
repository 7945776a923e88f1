"""Filling a new generation with all that the archive holds, so that it can stop at any point and go on later."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from search_service.archive.archive import Archive
from search_service.archive.record import Record
from search_service.archive.set_aside import SetAside
from search_service.engine.base import Document, Generation, Writer
from search_service.errors import ServiceError
from search_service.indexing import analysis, portions
from search_service.indexing.batch import TRIES, Refused, told
from search_service.indexing.building import Building
from search_service.indexing.child import Gone
from search_service.indexing.follow import Progress
from search_service.text.analyzer import Analyzer

BATCH = 100
"""Articles read and analysed together."""
PORTION = 10_000
"""Articles between two commits: what a stop costs at most."""
PORTIONS = "portions"
"""Folder in the index's for what children write; what a crash leaves there goes with the next build."""
SEGMENTS = 100
"""Of how many parts a generation may consist while it is built: each takes open files, and time of each commit."""
MERGE_SECONDS = 0.2
"""Seconds of merging between two looks at what else is to be done."""
WORTH_A_CHILD = 1_000
"""Articles for which it pays to start a process."""

log = logging.getLogger(__name__)


class _Failed(Exception):
    """The engine raised what is no error of the table: with this document, or (None) at a commit."""

    def __init__(self, document: Document | None) -> None:
        self.document = document


def merge(generation: Generation, segments: int, between: Callable[[], object]) -> None:
    """Merge until a generation that nobody else writes has at most so many segments."""
    while generation.merge(MERGE_SECONDS, segments=segments):
        between()


class Build:
    """One generation being filled; ``run`` may be called again after whatever ended it."""

    def __init__(
        self, folder: Path, archive: Archive, generation: Generation, analyzer: Callable[[], Analyzer], state: Building
    ) -> None:
        """``folder``: the index's, where the state is kept; ``analyzer``: reads the generation's, if it is needed."""
        self._folder = folder
        self._archive = archive
        self._generation = generation
        self._analyzer = analyzer
        self._state = state
        self._set_aside = SetAside(archive)
        self._portion = PORTION
        self._ended = False
        self._whole = False
        self._failed: dict[str, int] = {}
        self._last: Document | None = None

    def run(self, workers: int, share: float, progress: Progress, between: Callable[[], object]) -> None:
        """Read the archive to its end; the last commit makes the generation whole, as of the state's position.

        ``workers``: processes that build; 0: this one does. ``share``: of what an analyser can remember, what each may.
        ``between`` is called after every batch. An article that cannot be indexed is set
        aside. Raises what ``progress`` and ``between`` raise, errors of the table and of
        the system; what was committed is kept.
        """
        shutil.rmtree(self._folder / PORTIONS, ignore_errors=True)
        with ExitStack() as stack:
            count = min(workers, (self._archive.count() - self._state.done) // WORTH_A_CHILD)
            folder = self._generation.folder / "analyser"
            children = stack.enter_context(portions.children(folder, count, share)) if count > 0 else None
            one = analysis.Analyst(folder) if count > 0 else None
            if one is not None:
                stack.callback(one.end)
            while not self._whole:
                merge(self._generation, SEGMENTS, between)
                if children is None or not self._at_once(children, progress, between):
                    self._one_by_one(one, PORTION, progress, between)

    def _at_once(self, children: portions.Children, progress: Progress, between: Callable[[], object]) -> bool:
        """The next portion, written by all children; False: it is spoilt, and nothing of it was done."""
        folder = self._folder / PORTIONS
        folder.mkdir()
        state = self._state
        refused: list[Refused] = []
        try:
            portion = self._generation.portion(folder, len(children))
            for records, without in children.write(portion, self._batches(state.done + PORTION)):
                refused += without
                state = replace(state, last=records[-1].id, done=state.done + len(records))
                progress(state.done, max(state.done, self._archive.count()))
                between()
            writer = self._generation.writer()
            try:
                for each in refused:
                    self._refuse(each)
                writer.take(folder)
                self._commit(writer, state, self._ended)
            except BaseException:
                writer.cancel()
                raise
        except (Gone, _Failed) as error:
            log.warning("generation %d: %s; each article is looked at alone", self._generation.number, told(error))
            return False
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def _one_by_one(
        self, child: analysis.Analyst | None, most: float, progress: Progress, between: Callable[[], object]
    ) -> None:
        """The next articles, so that each at which the engine fails is found."""
        end = self._state.done + most
        while not self._whole and self._state.done < end:
            self._through(child, end, progress, between)

    def _through(
        self, child: analysis.Analyst | None, end: float, progress: Progress, between: Callable[[], object]
    ) -> None:
        """Go on from the last commit; where the engine fails, the next attempt knows more."""
        writer = self._generation.writer()
        state = self._state
        try:
            for records, found in self._analysed(child, end):
                for each in found:
                    self._take(writer, each)
                state = replace(state, last=records[-1].id, done=state.done + len(records))
                if state.done - self._state.done >= self._portion:
                    self._commit(writer, state, whole=False)
                    writer = self._generation.writer()
                progress(state.done, max(state.done, self._archive.count()))
                between()
            self._commit(writer, state, self._ended)
        except _Failed as failed:
            writer.cancel()
            self._learn_from(failed)
        except BaseException:
            writer.cancel()
            raise

    def _analysed(self, child: analysis.Analyst | None, end: float) -> Iterator[tuple[list[Record], analysis.Analysed]]:
        for records in self._batches(end):
            yield records, child.documents(records) if child else analysis.documents(records, self._analyzer())

    def _batches(self, end: float) -> Iterator[list[Record]]:
        """Records behind the last commit, up to so many of the whole archive's."""
        self._ended = False
        last, done = self._state.last, self._state.done
        size = min(BATCH, self._portion)
        while done < end:
            records = self._archive.records(after=last, limit=size)
            if not records:
                self._ended = True
                return
            yield records
            last, done = records[-1].id, done + len(records)

    def _take(self, writer: Writer, each: Document | Refused) -> None:
        if isinstance(each, Refused):
            self._refuse(each)
        elif self._failed.get(each.id, 0) < TRIES:
            self._last = each
            try:
                writer.upsert(each)
            except (ServiceError, OSError):
                raise
            except Exception as error:
                raise _Failed(each) from error

    def _commit(self, writer: Writer, state: Building, whole: bool) -> None:
        """Keep what was done, and when that is all, with its position."""
        try:
            writer.commit(state.position if whole else 0)
        except (ServiceError, OSError):
            raise
        except Exception as error:
            raise _Failed(None) from error
        self._state = state
        self._whole = whole
        state.write(self._folder)

    def _learn_from(self, failed: _Failed) -> None:
        """Which article was it? Where nobody knows, the next portions are smaller, until it is alone in one."""
        document = failed.document or (self._last if self._portion == 1 else None)
        log.warning("generation %d: %s", self._generation.number, told(failed.__cause__ or failed))
        if document is None:
            if self._last is None:
                raise failed.__cause__ or failed
            self._portion = max(1, self._portion // 10)
            return
        tries = self._failed[document.id] = self._failed.get(document.id, 0) + 1
        if tries >= TRIES:
            self._portion = PORTION
            self._refuse(Refused(document.id, document.version, told(failed.__cause__ or failed), tries))
            self._last = None

    def _refuse(self, each: Refused) -> None:
        log.error("article %r is set aside: %s", each.id, each.error)
        self._set_aside.put(self._generation.number, each.id, each.version, each.error, each.tries)
