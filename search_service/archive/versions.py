"""The rule that settles which of two writes to an article is the newer: versions, never clocks."""

from __future__ import annotations

from search_service.article import MAX_VERSION
from search_service.errors import ServiceError


def next_version(id: str, last: int, asked: int | None, same: bool, *, deletes: bool = False) -> int | None:
    """The version that a write to an article already there becomes; None: nothing changes.

    ``last`` is the article's version (a tombstone's too), ``asked`` the caller's, and
    ``same`` whether the write leaves the content as it is.  Without a caller's version
    the archive counts on from ``last``; behind the highest there is comes only what ``deletes``,
    and keeps it, so that every article can be taken away.  Raises ``version_conflict``.
    """
    if asked is None:
        if same:
            return None
        if last == MAX_VERSION:
            if deletes:
                return last
            raise _conflict(f"article {id!r} is at version {last}, the highest there is", last)
        return last + 1
    if asked > last:
        return asked
    if asked == last and same:
        return None
    reason = "is there with other content" if asked == last else "is older"
    raise _conflict(f"article {id!r} is at version {last}; version {asked} {reason}", last)


def _conflict(detail: str, last: int) -> ServiceError:
    return ServiceError("version_conflict", detail, field="version", version=last)
