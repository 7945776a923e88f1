"""An import from a feed: what it holds now; what it no longer holds stays."""

from __future__ import annotations

import io
from datetime import date

from search_service.archive.archive import Archive
from search_service.errors import ServiceError
from search_service.fetching.fetcher import Fetcher
from search_service.importing.ledger import Ledger
from search_service.importing.report import Report
from search_service.importing.writing import without_summaries, write
from search_service.sources import feed
from search_service.sources.item import Found

BATCH = 500
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


def import_feed(
    fetcher: Fetcher,
    url: str,
    archive: Archive,
    ledger: Ledger,
    report: Report,
    *,
    today: date,
    max_article_bytes: int,
    full: bool = False,
) -> None:
    """Bring the archive up to the feed, which is asked for only when it changed since; ``full``: in any case.

    Raises ``fetch_failed``, ``fetch_refused``, and what the archive raises.
    """
    if full or not ledger.belongs_to(archive):
        ledger.clear()
    asked = {"If-None-Match": ledger.get("etag"), "If-Modified-Since": ledger.get("changed")}
    reply = fetcher.get(url, {"Accept": _ACCEPT} | {name: value for name, value in asked.items() if value})
    if reply.status == 304:
        return
    if reply.status != 200:
        raise ServiceError("fetch_failed", f"{url} answers {reply.status}")
    whole = True
    batch: list[Found] = []
    items = feed.read(io.BytesIO(reply.body), url, today=today, max_article_bytes=max_article_bytes, base=reply.url)
    try:
        for item in items:
            report.tell(item)
            if isinstance(item, Found):
                batch.append(item)
    except ServiceError as error:
        if error.code != "source_unreadable":
            raise
        whole = False
        report.fail(url, None, error.detail)
    for start in range(0, len(batch), BATCH):
        wanted = without_summaries(archive, batch[start : start + BATCH], report)
        receipts = write(archive, wanted, report)
        last = next((receipt for receipt in reversed(receipts) if receipt.error is None), None)
        if last is not None:
            ledger.set(witness_id=last.id, witness_version=last.version)
    if whole:
        ledger.set(etag=_kept(reply.headers.get("etag")), changed=_kept(reply.headers.get("last-modified")))


def _kept(header: str | None) -> str | None:
    """A header that can be sent back as it is."""
    return header if header and len(header) < 500 and header.isascii() and header.isprintable() else None
