"""Filling a new generation with all that the archive holds, so that it can stop at any point and go on later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from search_service.archive.archive import Archive
from search_service.archive.record import Record
from search_service.archive.set_aside import SetAside
from search_service.engine.base import Document, Generation, Writer
from search_service.errors import ServiceError
from search_service.indexing import analysis
from search_service.indexing.batch import TRIES, Refused, told
from search_service.indexing.building import Building
from search_service.indexing.follow import Progress
from search_service.text.analyzer import Analyzer

BATCH = 100
"""Articles read and analysed together."""
PORTION = 10_000
"""Articles between two commits: what a stop costs at most."""
WORTH_A_CHILD = 1_000
"""Articles for which it pays to start a process."""

log = logging.getLogger(__name__)


class _Failed(Exception):
    """The engine raised what is no error of the table: with this document, or (None) at a commit."""

    def __init__(self, document: Document | None) -> None:
        self.document = document


class Build:
    """One generation being filled; ``run`` may be called again after whatever ended it."""

    def __init__(
        self, folder: Path, archive: Archive, generation: Generation, analyzer: Analyzer, state: Building
    ) -> None:
        """``folder``: the index's, where the state is kept."""
        self._folder = folder
        self._archive = archive
        self._generation = generation
        self._analyzer = analyzer
        self._state = state
        self._set_aside = SetAside(archive)
        self._portion = PORTION
        self._failed: dict[str, int] = {}
        self._last: Document | None = None

    def run(self, workers: int, progress: Progress, between: Callable[[], object]) -> None:
        """Read the archive to its end; the last commit makes the generation whole, as of the state's position.

        ``between`` is called after every batch. An article that cannot be indexed is set
        aside. Raises what ``progress`` and ``between`` raise, errors of the table and of
        the system; what was committed is kept.
        """
        with ExitStack() as stack:
            count = min(workers, (self._archive.count() - self._state.done) // WORTH_A_CHILD)
            folder = self._generation.folder / "analyser"
            children = stack.enter_context(analysis.children(folder, count)) if count > 0 else None
            while not self._through(children, progress, between):
                pass

    def _through(self, children: analysis.Analysts | None, progress: Progress, between: Callable[[], object]) -> bool:
        """Go on from the last commit; False: the engine failed, and the next attempt knows more."""
        writer = self._generation.writer()
        state = self._state
        try:
            for records, found in self._analysed(children):
                for each in found:
                    self._take(writer, each)
                state = replace(state, last=records[-1].id, done=state.done + len(records))
                if state.done - self._state.done >= self._portion:
                    self._commit(writer, state, 0)
                    writer = self._generation.writer()
                progress(state.done, max(state.done, self._archive.count()))
                between()
            self._commit(writer, state, state.position)
        except _Failed as failed:
            writer.cancel()
            self._learn_from(failed)
            return False
        except BaseException:
            writer.cancel()
            raise
        return True

    def _analysed(self, children: analysis.Analysts | None) -> Iterator[tuple[list[Record], analysis.Analysed]]:
        if children is not None:
            yield from children.documents(self._batches())
        else:
            for records in self._batches():
                yield records, analysis.documents(records, self._analyzer)

    def _batches(self) -> Iterator[list[Record]]:
        last = self._state.last
        size = min(BATCH, self._portion)
        while records := self._archive.records(after=last, limit=size):
            yield records
            last = records[-1].id

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

    def _commit(self, writer: Writer, state: Building, position: int) -> None:
        try:
            writer.commit(position)
        except (ServiceError, OSError):
            raise
        except Exception as error:
            raise _Failed(None) from error
        self._state = state
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
