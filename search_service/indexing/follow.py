"""Following the journal: a generation is brought from its position to the journal's end."""

from __future__ import annotations

from collections.abc import Callable

from search_service.archive.archive import Archive
from search_service.article import Article, Status
from search_service.engine.base import Generation, Writer
from search_service.indexing.document import document
from search_service.text.analyzer import Analyzer

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is to do, in articles or changes."""


def silent(done: int, total: int) -> None:
    """A progress that nobody watches."""


def follow(archive: Archive, generation: Generation, analyzer: Analyzer, batch: int, progress: Progress) -> int:
    """Apply the journal in batches of so many changes; returns the position reached.

    Each commit holds the journal position that it has come to, so that a crash costs
    at most the work of one batch and never a change.
    """
    start = position = generation.info().position
    while changes := archive.changes(position, batch):
        ids = list(dict.fromkeys(change.id for change in changes))
        articles = archive.load(ids)
        writer = generation.writer()
        try:
            for id in ids:
                _apply(writer, id, articles.get(id), analyzer)
            position = changes[-1].position
            writer.commit(position)
        except BaseException:
            writer.cancel()
            raise
        progress(position - start, archive.position() - start)
    return position


def _apply(writer: Writer, id: str, article: Article | None, analyzer: Analyzer) -> None:
    """The article's newest state: what was deleted or is a draft is not in the index."""
    if article is None or article.status is Status.DRAFT:
        writer.delete(id)
    else:
        writer.upsert(document(article, analyzer))
