"""An import from a WordPress site: all of it the first time, and what changed since the next times.

Three steps, of which each is safe to be killed in:

1. The first time all pages are walked, by the posts' numbers; the next page is noted
   after each.  Later only the posts that were modified since.
2. The posts that appeared meanwhile are compared by number and time of modification: one
   that was scheduled appears without being modified.
3. After a walk, and when the site counts another number of posts than are known, all of
   its numbers are listed and compared: what is unknown is read, what is gone is deleted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from search_service.archive.archive import Archive
from search_service.article import now
from search_service.importing.ledger import Known, Ledger
from search_service.importing.report import Report
from search_service.importing.wordpress_api import ApiError, Overburdened, Page, WordPressApi
from search_service.importing.writing import write
from search_service.sources.item import Found, Unreadable
from search_service.sources.wordpress import Site, article, is_public, modified, moment, number

SIZES = (100, 20, 5, 1)
"""Posts to a page: the most that WordPress gives, and fewer where the server fails at so many."""

_NO_SUCH_PAGE = "rest_post_invalid_page_number"
_OVERLAP = timedelta(hours=1)
"""Read once more before what was read last: clocks are set back, and edits come late out of caches."""
_APPEARED = timedelta(days=1)
_MOST_NAMES = 100_000
_ALARM = 20
"""So many posts may vanish between two imports without a question, or half of all."""
_MOST_FAILURES = 3
"""Posts in a row that the server fails at before the run is given up."""

Progress = Callable[[int, int | None], None]


class WordPressImport:
    """One run from one site into the archive."""

    def __init__(
        self,
        api: WordPressApi,
        archive: Archive,
        ledger: Ledger,
        report: Report,
        *,
        today: date,
        max_article_bytes: int,
        progress: Progress = lambda done, total: None,
    ) -> None:
        self._api = api
        self._archive = archive
        self._ledger = ledger
        self._report = report
        self._progress = progress
        self._site = Site(api.name, api.home, today, max_article_bytes)
        self._again = False

    def run(self, *, full: bool = False, vanished: bool = False) -> None:
        """Bring the archive up to the site.

        ``full`` reads all posts again; ``vanished`` deletes them even where most of the
        site has vanished.  Raises ``fetch_failed`` and what the archive raises; what was
        written by then stays, and the next run goes on from there.
        """
        if not self._ledger.belongs_to(self._archive):
            self._report.note(self._api.root, None, "the archive is older than the last import; all is read again")
            self._ledger.clear()
        if full:
            self._ledger.set(walked=None, done=None, again=1)
        self._again = self._ledger.get("again") is not None
        self._site.categories = dict(self._api.categories())
        if self._ledger.get("walked") is None:
            self._walk()
            certain = True
        else:
            certain = self._read_changed()
        self._compare(certain, vanished)
        self._ledger.set(again=None)

    # -------------------------------------------------------------- reading

    def _walk(self) -> None:
        """All pages, from the post that was noted last."""
        done = int(self._ledger.get("done") or 0)
        largest, failures = SIZES[0], 0
        while True:
            size = next(size for size in SIZES if size <= largest and done % size == 0)
            try:
                page = self._api.page(done // size + 1, size, whole=True)
            except ApiError as error:
                if done and error.reason == _NO_SUCH_PAGE:
                    break
                raise
            except Overburdened:
                failures += size == SIZES[-1]
                if failures == _MOST_FAILURES:
                    raise
                if size == SIZES[-1]:
                    done += 1  # it is found missing in the end, and named
                else:
                    largest = SIZES[SIZES.index(size) + 1]
                continue
            failures, done = 0, done + size
            if done % SIZES[0] == 0:
                largest = max(largest, SIZES[1])
            began = None if self._ledger.get("began") else _stamp(page.told)
            self._take(page.rows, done=done, **({} if began is None else {"began": began}))
            self._progress(self._report.seen, page.total)
            if page.is_last(done // size, size):
                break
        # A post that went meanwhile has moved one of a later page to one that was read: all are to be listed.
        self._ledger.set(walked=1, done=None, since=self._since(), began=None, surplus=None)

    def _read_changed(self) -> bool:
        """Posts that were modified since the last run or have appeared of late; False: the site cannot tell."""
        since = _moment(self._ledger.get("since") or "")
        self._ledger.set(began=None)
        try:
            for page in self._pages(whole=True, modified_after=_stamp(since - _OVERLAP)):
                if self._ledger.get("began") is None:
                    self._ledger.set(began=_stamp(page.told))
                if any((when := modified(row)) is not None and when < since - 2 * _OVERLAP for row in page.rows):
                    return False  # an older WordPress does not know the parameter and gives everything
                self._take(page.rows)
                self._progress(self._report.seen, None)
        except Overburdened:
            return False
        # A scheduled post appears without being modified.
        for page in self._pages(whole=False, after=_stamp(since - _APPEARED)):
            if any((when := moment(row.get("date_gmt"), UTC)) and when < since - 2 * _APPEARED for row in page.rows):
                return False
            self._read(self._unknown(page.rows))
        self._ledger.set(since=self._since(), began=None)
        return True

    def _compare(self, certain: bool, vanished: bool) -> None:
        """List all posts where that was not done yet, or the site's count says that some came or went unnoticed."""
        total = self._api.page(1, 1, whole=False).total
        surplus = None if total is None else str(total - self._ledger.count())
        if certain and surplus is not None and surplus == self._ledger.get("surplus"):
            return
        self._ledger.begin_listing()
        for page in self._pages(whole=False):
            self._ledger.list(n for row in page.rows if (n := number(row)) is not None)
            self._read(self._unknown(page.rows))
            self._progress(self._report.seen, None)
        missing = list(self._ledger.unlisted())
        gone = [n for some in _hundreds(missing) for n in set(some) - self._there(some)]
        if len(gone) > max(_ALARM, self._ledger.count() // 2) and not vanished:
            said = f"{len(gone)} of {self._ledger.count()} posts are gone; nothing was deleted; --vanished deletes them"
            self._report.fail(self._api.root, None, said)
            return
        for n in sorted(gone):
            self._delete(n)
        # Some sites count posts that they never show.
        self._ledger.set(surplus=None if total is None else total - self._ledger.count())

    def _pages(self, *, whole: bool, **parameters: str) -> Iterator[Page]:
        """All pages of a selection."""
        for following in count(1):
            try:
                page = self._api.page(following, SIZES[0], whole=whole, **parameters)
            except ApiError as error:
                if following > 1 and error.reason == _NO_SUCH_PAGE:
                    return
                raise
            yield page
            if page.is_last(following, SIZES[0]):
                return

    def _unknown(self, rows: Iterable[Mapping[str, Any]]) -> list[Known]:
        """Those of the listed posts that were not read in this state."""
        listed = [Known(n, _modified(row)) for row in rows if (n := number(row)) is not None]
        return [
            post
            for post in listed
            if (known := self._ledger.post(post.number)) is None or known.modified != post.modified
        ]

    def _read(self, posts: Sequence[Known]) -> None:
        """Read these posts whole, one by one where the server fails at all together."""
        if not posts:
            return
        try:
            self._take(self._api.including([post.number for post in posts], whole=True).rows)
        except Overburdened as error:
            if len(posts) > 1:
                half = len(posts) // 2
                self._read(posts[:half])
                self._read(posts[half:])
            else:
                self._report.fail(f"{self._site.home}/?p={posts[0].number}", None, error.detail)
                self._ledger.set(posts)

    def _there(self, numbers: Sequence[int]) -> set[int | None]:
        """Those of the posts that readers may see, whatever a listing that shifted meanwhile held."""
        return {number(row) for row in self._api.including(numbers, whole=False).rows}

    def _since(self) -> str:
        """Up to when all modifications are known: not past the run's beginning, nor past any post's."""
        return min(filter(None, (self._ledger.get("began"), self._ledger.newest())), default=_stamp(now()))

    # -------------------------------------------------------------- writing

    def _take(self, rows: Sequence[Mapping[str, Any]], **facts: str | int | None) -> None:
        """Write what a page holds, then note it."""
        self._look_up(rows)
        known: list[Known] = []
        found: list[tuple[Known, Found]] = []
        withdrawn: list[int] = []
        for row in rows:
            n = number(row)
            if n is None:
                continue
            before, post = self._ledger.post(n), Known(n, _modified(row))
            if before is not None and before.modified == post.modified and not self._again:
                self._report.unchanged += before.id is not None
            elif not is_public(row):
                withdrawn.append(n)
                known.append(post)
            else:
                for item in article(row, self._site):
                    self._report.tell(item)
                    if isinstance(item, Found):
                        found.append((post, item))
                    elif isinstance(item, Unreadable):
                        known.append(post if before is None else replace(before, modified=post.modified))
        receipts = write(self._archive, [item for _, item in found], self._report, may_revive=self._ledger.deleted)
        for (post, item), receipt in zip(found, receipts, strict=True):
            before = self._ledger.post(post.number)
            if before is not None and before.id not in (None, item.article.id):
                withdrawn.append(post.number)  # its address changed
            taken = receipt.error is None
            known.append(replace(post, id=receipt.id, version=receipt.version) if taken else post)
        for n in withdrawn:
            self._delete(n)
        witness = next((post for post in reversed(known) if post.version is not None), None)
        if witness is not None:
            facts |= {"witness_id": witness.id, "witness_version": witness.version}
        self._ledger.set(known, **facts)

    def _delete(self, n: int) -> None:
        """Leave a tombstone for the article that a post had become, unless others have it or changed it."""
        post = self._ledger.post(n)
        if post is None or post.id is None or self._ledger.posts_of(post.id) != [n]:
            self._ledger.forget(n)
            return
        version = self._archive.version(post.id)
        if version == post.version:
            self._archive.delete(post.id)
            self._report.deleted += 1
        elif version is not None and self._archive.get(post.id) is not None:
            self._report.note(post.id, None, "it is gone from the site, but was changed here since, and stays")
            self._ledger.forget(n)
            return
        self._ledger.forget(n, post.id)

    def _look_up(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """What posts refer to by number, where the site does not embed it."""
        bare = [row for row in rows if not row.get("_embedded")]
        for key, collection, names, field in (
            ("tags", "tags", self._site.tags, "name"),
            ("author", "users", self._site.authors, "name"),
            ("featured_media", "media", self._site.images, "source_url"),
        ):
            wanted = {n for row in bare for n in _numbers(row.get(key)) if n not in names}
            if len(names) > _MOST_NAMES:
                names.clear()
            names.update(self._api.names(collection, wanted, field))


def _numbers(value: object) -> Iterator[int]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, int) and not isinstance(each, bool) and each > 0:
            yield each


def _hundreds(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + SIZES[0]] for start in range(0, len(numbers), SIZES[0]))


def _modified(row: Mapping[str, Any]) -> str:
    when = modified(row)
    return "" if when is None else _stamp(when)


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp) if stamp else datetime(1970, 1, 3, tzinfo=UTC)
