"""A WordPress site, an archive, and imports from one into the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.fetching.fetcher import Fetcher
from search_service.importing.feed import import_feed
from search_service.importing.ledger import Ledger
from search_service.importing.report import Report
from search_service.importing.wordpress import WordPressImport
from search_service.importing.wordpress_api import WordPressApi
from tests.importing.site import WordPress, serving

TODAY = date(2026, 11, 23)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(tmp_path / "archive.sqlite")
    yield archive
    archive.close()


@pytest.fixture
def site() -> Iterator[WordPress]:
    site = WordPress()
    with serving(site):
        yield site


class Importer:
    """Runs imports one after the other; ``waits`` is what they would have slept."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive = archive
        self.folder = folder
        self.waits: list[float] = []
        self.options: dict[str, int] = {}

    def fetcher(self, url: str) -> Fetcher:
        return Fetcher(url, allowed=["127.0.0.1"], delay=0, sleep=self.waits.append, **self.options)

    def __call__(
        self,
        url: str,
        *,
        full: bool = False,
        vanished: bool = False,
        watch: Callable[[int, int | None], None] = lambda done, total: None,
    ) -> Report:
        report = Report()
        with self.fetcher(url) as fetcher, Ledger(self.folder, f"wordpress {url}") as ledger:
            api = WordPressApi(fetcher, url)
            WordPressImport(
                api, self.archive, ledger, report, today=TODAY, max_article_bytes=100_000, progress=watch
            ).run(full=full, vanished=vanished)
        return report

    def feed(self, url: str, *, full: bool = False) -> Report:
        report = Report()
        with self.fetcher(url) as fetcher, Ledger(self.folder, f"feed {url}") as ledger:
            import_feed(fetcher, url, self.archive, ledger, report, today=TODAY, max_article_bytes=100_000, full=full)
        return report


@pytest.fixture
def importer(archive: Archive, tmp_path: Path) -> Importer:
    return Importer(archive, tmp_path)
