"""A category gets another name: every article that bears it is written again."""

from __future__ import annotations

import logging
from typing import NamedTuple

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.errors import ServiceError
from search_service.indexing.follow import Progress, silent
from search_service.text.fold import key

BATCH = 200
"""Articles that are looked at between two reports."""

log = logging.getLogger(__name__)


class Renamed(NamedTuple):
    """What became of the articles that bore the category."""

    changed: int
    refused: int
    """Those at the highest version there is: nothing can be written to them."""


def rename_category(archive: Archive, old: str, new: str, progress: Progress = silent) -> Renamed:
    """Put ``new`` in the place of each spelling of ``old``.

    Each is changed in a transaction of its own, as it stands then: what a CMS writes
    meanwhile is not lost.  Its version is counted up by one.  Stopped and begun again,
    it goes on with those that are left.
    """
    wanted = key(old)
    total, looked_at, changed, refused, after = archive.count(), 0, 0, 0, ""
    while records := archive.records(after, BATCH):
        for record in records:
            if _bears(record.article(), wanted, new):
                try:
                    receipt = archive.change(record.id, lambda article: _renamed(article, wanted, new))
                    changed += receipt.state == "updated"
                except ServiceError as error:
                    if error.code != "version_conflict":
                        raise
                    refused += 1
                    log.warning("its category stays: %s", error)
        after = records[-1].id
        looked_at += len(records)
        progress(looked_at, max(total, looked_at))
    return Renamed(changed, refused)


def _bears(article: Article, wanted: str, new: str) -> bool:
    return any(key(label) == wanted and label != new for label in article.categories)


def _renamed(article: Article | None, wanted: str, new: str) -> Article | None:
    """The same article with the new name; None where it was deleted meanwhile, which stays so."""
    if article is None:
        return None
    labels = dict.fromkeys(new if key(label) == wanted else label for label in article.categories)
    return article.model_copy(update={"categories": tuple(labels), "version": None})
