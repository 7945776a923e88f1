"""From what was found to the archive: what is written, and what stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from search_service.archive.archive import Archive
from search_service.archive.receipt import Receipt
from search_service.article import Article
from search_service.importing.report import Report
from search_service.sources.item import Found
from search_service.sources.wordpress import STEP


def write(
    archive: Archive, batch: Sequence[Found], report: Report, *, may_revive: Callable[[str], bool] = lambda id: False
) -> list[Receipt]:
    """Write a batch in one transaction; the receipts come in its order.

    What the archive refuses is reported and holds nothing back.  A *dated* article that
    is older than the archive's changes nothing; one of the same second with other
    content follows it.  An article that was deleted here stays so until its source
    changes it, unless ``may_revive`` says that it was the source that had lost it.
    """
    receipts = archive.write([found.article for found in batch])
    for number, (found, receipt) in enumerate(zip(batch, receipts, strict=True)):
        if found.dated and receipt.error is not None and receipt.error.code == "version_conflict":
            receipts[number] = receipt = _settled(archive, found, receipt, report, may_revive)
        _count(found, receipt, report)
    return receipts


def _settled(
    archive: Archive, found: Found, receipt: Receipt, report: Report, may_revive: Callable[[str], bool]
) -> Receipt:
    """The receipt of a dated article that was refused at first."""
    article, last = found.article, receipt.version
    if article.version is None or last >= article.version + STEP:
        report.note(found.source, found.line, f"the archive has a newer version of {article.id}, which is kept")
        return _unchanged(receipt)
    there = archive.get(article.id)
    if there is None and not may_revive(article.id):
        report.note(found.source, found.line, f"{article.id} was deleted here, and stays so")
        return _unchanged(receipt)
    if there is not None and there.digest() == article.digest():
        return _unchanged(receipt)
    return archive.write([article.model_copy(update={"version": last + 1})])[0]


def without_summaries(archive: Archive, batch: Sequence[Found], report: Report) -> list[Found]:
    """The articles of a feed that may be written: none that is fuller here, or was deleted here."""
    kept: list[Found] = []
    for found in batch:
        version = archive.version(found.article.id)
        there = archive.get(found.article.id) if version is not None else None
        if version is None or (there is not None and not (found.summary and _is_fuller(there, found.article))):
            kept.append(found)
        else:
            report.unchanged += 1
    return kept


def _is_fuller(there: Article, summary: Article) -> bool:
    """Whether the archive's article is more than what a feed tells of it."""
    return len(there.body) > len(summary.body)


def _unchanged(receipt: Receipt) -> Receipt:
    return Receipt(receipt.id, receipt.version, receipt.position, "unchanged")


def _count(found: Found, receipt: Receipt, report: Report) -> None:
    if receipt.error is not None:
        report.fail(found.source, found.line, receipt.error.detail)
    elif receipt.state == "added":
        report.added += 1
    elif receipt.state == "updated":
        report.updated += 1
    else:
        report.unchanged += 1
