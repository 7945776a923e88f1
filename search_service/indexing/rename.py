"""A category gets another name: every article that bears it is written again."""

from __future__ import annotations

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.indexing.follow import Progress, silent
from search_service.text.fold import key

BATCH = 200
"""Articles that are looked at between two reports."""


def rename_category(archive: Archive, old: str, new: str, progress: Progress = silent) -> int:
    """Put ``new`` in the place of each spelling of ``old``; returns how many articles changed.

    Each is changed in a transaction of its own, as it stands then: what a CMS writes
    meanwhile is not lost.  Its version is counted up by one.  Stopped and begun again,
    it goes on with those that are left.
    """
    wanted = key(old)
    total, looked_at, changed, after = archive.count(), 0, 0, ""
    while records := archive.records(after, BATCH):
        for record in records:
            if _bears(record.article(), wanted, new):
                receipt = archive.change(record.id, lambda article: _renamed(article, wanted, new))
                changed += receipt.state == "updated"
        after = records[-1].id
        looked_at += len(records)
        progress(looked_at, max(total, looked_at))
    return changed


def _bears(article: Article, wanted: str, new: str) -> bool:
    return any(key(label) == wanted and label != new for label in article.categories)


def _renamed(article: Article | None, wanted: str, new: str) -> Article | None:
    """The same article with the new name; None where it was deleted meanwhile, which stays so."""
    if article is None:
        return None
    labels = dict.fromkeys(new if key(label) == wanted else label for label in article.categories)
    return article.model_copy(update={"categories": tuple(labels), "version": None})
