"""An import from a feed adds what is new, and never takes the place of what is fuller."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search_service.article import Article
from search_service.errors import ServiceError
from tests.importing.conftest import Importer
from tests.importing.site import Answer, Handler, Site, serving


class Feed(Site):
    """Serves ``text`` with its tag."""

    text = ""

    def respond(self, handler: Handler) -> Answer:
        tag = f'"{hash(self.text)}"'
        if handler.headers.get("If-None-Match") == tag:
            return Answer(b"", 304)
        return Answer(self.text.encode(), 200, {"ETag": tag, "Content-Type": "application/rss+xml"})


def rss(*entries: tuple[str, str, str]) -> str:
    """Address, title and description of each."""
    items = "".join(
        f"<item><link>https://a.example/{link}</link><title>{title}</title><description>{told}</description></item>"
        for link, title, told in entries
    )
    return f"<rss><channel><title>سپیده</title>{items}</channel></rss>"


@pytest.fixture
def feed() -> Iterator[Feed]:
    feed = Feed()
    with serving(feed):
        yield feed


def test_what_is_new_is_added_and_what_left_the_feed_stays(feed: Feed, importer: Importer) -> None:
    feed.text = rss(("1", "یک", "خلاصه"), ("2", "دو", "خلاصه"))
    assert importer.feed(feed.origin).added == 2
    assert importer.feed(feed.origin).written == 0
    feed.text = rss(("2", "دو", "خلاصهٔ دیگر"), ("3", "سه", "خلاصه"))
    report = importer.feed(feed.origin)
    assert (report.added, report.updated) == (1, 1)
    assert importer.archive.count() == 3


def test_a_summary_takes_no_articles_place(feed: Feed, importer: Importer) -> None:
    importer.archive.write([Article.parse({"id": "https://a.example/1", "title": "یک", "body": "متن کامل " * 50})])
    feed.text = rss(("1", "یک", "خلاصه"))
    report = importer.feed(feed.origin)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)


def test_an_article_that_was_deleted_stays_so(feed: Feed, importer: Importer) -> None:
    feed.text = rss(("1", "یک", "خلاصه"))
    importer.feed(feed.origin)
    importer.archive.delete("https://a.example/1")
    assert importer.feed(feed.origin, full=True).written == 1
    assert importer.archive.count() == 0


def test_a_feed_that_breaks_off_gives_what_it_holds_and_is_read_again(feed: Feed, importer: Importer) -> None:
    whole = rss(("1", "یک", "خلاصه"), ("2", "دو", "خلاصه"))
    feed.text = whole[: whole.index("/2")]
    report = importer.feed(feed.origin)
    assert (report.added, len(report.failed)) == (1, 1)
    assert len(importer.feed(feed.origin).failed) == 1
    feed.text = whole
    assert importer.feed(feed.origin).added == 1


def test_a_feed_that_is_not_there_is_told_of(feed: Feed, importer: Importer) -> None:
    feed.faults = [Answer(b"", 404)]
    with pytest.raises(ServiceError, match="answers 404"):
        importer.feed(feed.origin)
    feed.text = "<html></html>"
    assert "no RSS" in importer.feed(feed.origin).failed[0]["error"]
