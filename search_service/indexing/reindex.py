"""Reindex: the next generation, built from the archive beside the live one, verified and swapped in."""

from __future__ import annotations

import logging
from collections.abc import Callable

from search_service.archive.archive import Archive
from search_service.article import Status
from search_service.engine.base import Engine, Generation, GenerationInfo
from search_service.errors import ServiceError
from search_service.indexing.document import document
from search_service.indexing.follow import Progress, follow, silent
from search_service.indexing.learning import learn
from search_service.settings import Settings
from search_service.text import learned
from search_service.text.analyzer import Analyzer, outdated

SCAN = 500
"""Articles read from the archive at once."""

RECOMMENDATION = "reindex recommended: it was built by another analyser; `search-service reindex` builds one by today's"

log = logging.getLogger(__name__)


class Reindex:
    """Builds, verifies and publishes one generation; the caller holds the folder's lock."""

    def __init__(self, settings: Settings, archive: Archive, engine: Engine) -> None:
        self._settings = settings
        self._archive = archive
        self._engine = engine

    def run(self, progress: Progress = silent, between: Callable[[], object] = lambda: None) -> int:
        """The number of the new live generation.

        ``between`` is called after every few hundred articles: the indexer keeps the
        live generation up to date there, so that a rebuild delays no change.  If
        building fails, the live generation stays as it is and the new one is dropped.
        """
        analyzer = self._analyzer(progress, between)
        generation = self._engine.create(analyzer.fingerprint, analyzer.files())
        try:
            self._build(generation, analyzer, progress, between)
            verify(generation, self._archive)
        except BaseException:
            self._engine.drop(generation.number)
            raise
        self._engine.publish(generation.number)
        self._drop_old()
        return generation.number

    def _analyzer(self, progress: Progress, between: Callable[[], object]) -> Analyzer:
        """That of the lexicon as it is now, with what the archive teaches."""
        analyzer = Analyzer.default(self._settings.cache)
        if not self._settings.learn:
            return analyzer
        progress(0, self._archive.count())
        compounds = learn(self._archive, analyzer.lexicon, self._settings, between)
        log.info("%d compounds learned from the archive", len(compounds))
        return analyzer.with_learned(learned.dump(compounds))

    def _build(
        self, generation: Generation, analyzer: Analyzer, progress: Progress, between: Callable[[], object]
    ) -> None:
        # What is written from here on is in the journal behind this position and is
        # applied again afterwards: the scan may see it or not.
        position = self._archive.position()
        total = self._archive.count()
        done = 0
        last = ""
        writer = generation.writer()
        try:
            while articles := self._archive.scan(after=last, limit=SCAN):
                for article in articles:
                    if article.status is not Status.DRAFT:
                        writer.upsert(document(article, analyzer))
                last = articles[-1].id
                done += len(articles)
                progress(done, max(done, total))
                between()
            writer.commit(position)
        except BaseException:
            writer.cancel()
            raise
        follow(self._archive, generation, analyzer, self._settings.batch_size, silent)

    def _drop_old(self) -> None:
        """Keep the newest complete generations; what was never finished goes too."""
        generations = self._engine.generations()
        complete = [info.number for info in generations if info.complete]
        kept = set(complete[-self._settings.keep_generations :])
        kept.update(info.number for info in generations if info.live)
        for info in generations:
            if info.number not in kept:
                self._engine.drop(info.number)
        positions = [info.position for info in self._engine.generations()]
        if positions:
            self._archive.trim_journal(min(positions))


def recommended(info: GenerationInfo) -> bool:
    """Whether a reindex would read the articles otherwise than this complete generation does; it still serves."""
    return info.complete and outdated(info.analyser)


def verify(generation: Generation, archive: Archive) -> None:
    """Compare a generation that has followed the journal to its end with the archive: ids and versions.

    Raises ``index_damaged`` naming the first article that differs.  What was written
    while this looks is no difference: the journal will bring it.
    """
    searcher = generation.searcher()
    try:
        indexed = dict(searcher.ids())
        last = ""
        while articles := archive.scan(after=last, limit=SCAN):
            for article in articles:
                expected = None if article.status is Status.DRAFT else article.version
                found = indexed.pop(article.id, None)
                if found != expected and searcher.position == archive.position():
                    state = "missing" if found is None else f"indexed as version {found}"
                    raise _differs(generation, article.id, f"{state}, but the archive has version {expected}")
            last = articles[-1].id
        if indexed and searcher.position == archive.position():
            raise _differs(generation, next(iter(indexed)), "indexed, but not in the archive")
    finally:
        searcher.close()


def _differs(generation: Generation, id: str, how: str) -> ServiceError:
    return ServiceError("index_damaged", f"generation {generation.number}: article {id!r} is {how}")


def rollback(engine: Engine) -> int:
    """Make the complete generation before the live one live again; returns its number.

    It catches up with the journal when it is next followed.
    """
    complete = [info for info in engine.generations() if info.complete]
    live = next((info.number for info in complete if info.live), None)
    before = [info.number for info in complete if live is not None and info.number < live]
    if not before:
        raise ServiceError("generation_unknown", "there is no earlier generation to go back to")
    engine.publish(before[-1])
    return before[-1]
