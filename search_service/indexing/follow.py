"""Following the journal: a generation is brought from its position to the journal's end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from search_service.archive.archive import Archive
from search_service.archive.set_aside import SetAside
from search_service.article import Article, Status
from search_service.engine.base import Document, Generation
from search_service.errors import ServiceError
from search_service.indexing.batch import Refused, analysed, put, told
from search_service.text.analyzer import Analyzer

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is to do, in articles or changes; may raise ``Stopped``."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """Work that was told to stop; what it has done is kept, and another goes on with it."""


def silent(done: int, total: int) -> None:
    """A progress that nobody watches."""


def follow(archive: Archive, generation: Generation, analyzer: Analyzer, batch: int, progress: Progress) -> int:
    """Apply the journal in batches of so many changes; returns the position reached.

    Each commit holds the journal position that it has come to, so that a crash costs
    at most the work of one batch and never a change.  An article that cannot be indexed
    is set aside with its error, until a newer version of it comes.
    """
    start = position = generation.info().position
    while changes := archive.changes(position, batch):
        ids = list(dict.fromkeys(change.id for change in changes if change.id is not None))
        _apply(archive, generation, analyzer, ids, changes[-1].position)
        position = changes[-1].position
        progress(position - start, archive.position() - start)
    return position


def _apply(archive: Archive, generation: Generation, analyzer: Analyzer, ids: Sequence[str], position: int) -> None:
    """The articles' newest states: what was deleted or is a draft is not in the index."""
    refused: dict[str, Refused] = {}
    set_aside = SetAside(archive)

    def refuse(each: Refused) -> None:
        log.error("article %r is set aside: %s", each.id, each.error)
        set_aside.put(generation.number, each.id, each.version, each.error, each.tries)
        refused[each.id] = each

    documents: dict[str, Document] = {}
    for each in analysed(_load(archive, ids, refuse), analyzer):
        if isinstance(each, Refused):
            refuse(each)
        else:
            documents[each.id] = each
    put(generation, position, [id for id in ids if id not in documents], documents, refuse)
    if set_aside.count(generation.number) > len(refused):
        set_aside.clear(generation.number, [id for id in ids if id not in refused])


def _load(archive: Archive, ids: Sequence[str], refuse: Callable[[Refused], None]) -> list[Article]:
    """The articles to index; one whose row is damaged does not keep back the others."""
    try:
        found = archive.load(ids)
    except ServiceError as error:
        if error.code != "archive_damaged":
            raise
        found = {}
        for id in ids:
            try:
                found |= archive.load([id])
            except ServiceError as damage:
                if damage.code != "archive_damaged":
                    raise
                refuse(Refused(id, 0, told(damage)))
    return [article for article in found.values() if article.status is not Status.DRAFT]
