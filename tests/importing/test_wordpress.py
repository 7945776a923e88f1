"""An import brings a site's public posts, then what changed, and takes away only what it brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.errors import ServiceError
from tests.importing.conftest import Importer
from tests.importing.site import Answer, WordPress, serving


def counts(report: Any) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.deleted


def versions(when: str) -> int:
    return int(datetime.fromisoformat(f"{when}+00:00").timestamp()) * 1000


@pytest.fixture
def sepideh(site: WordPress) -> WordPress:
    site.term(3, "ورزش", parent=0)
    site.term(5, "فوتبال &amp; فوتسال", parent=3)
    site.term(1, "دسته‌بندی نشده", parent=0, slug="uncategorized")
    site.term(8, "لیگ برتر")
    site.users[2] = {"id": 2, "name": "مینا رضایی"}
    site.media[9] = {"id": 9, "source_url": f"{site.origin}/a.jpg"}
    site.add(
        11,
        "برد تیم &#8220;سپیده&#8221;",
        "<p>تیم برد.</p>\n<figure><img src=a><figcaption>عکس</figcaption></figure><p>پایان</p>",
        categories=[5, 1],
        tags=[8],
        author=2,
        featured_media=9,
        meta={"_roo_titr": "هفتهٔ سوم"},
        excerpt={"rendered": "<p>تیم سپیده پیروز شد.</p>", "protected": False},
    )
    return site


@pytest.mark.parametrize("embeds", [True, False])
def test_a_post_becomes_an_article(sepideh: WordPress, importer: Importer, embeds: bool) -> None:
    sepideh.embeds = embeds
    assert counts(importer(sepideh.origin)) == (1, 0, 0, 0)
    article = importer.archive.get(f"{sepideh.origin}/2023/post-11/")
    assert article is not None
    assert article.model_dump(exclude={"extra", "language", "status", "id"}) == {
        "url": f"{sepideh.origin}/2023/post-11/",
        "kicker": "هفتهٔ سوم",
        "title": "برد تیم “سپیده”",
        "lead": "تیم سپیده پیروز شد.",
        "body": "تیم برد.\n\nپایان",
        "categories": ("ورزش", "فوتبال & فوتسال"),
        "tags": ("لیگ برتر",),
        "authors": ("مینا رضایی",),
        "source": "سپیده & خبر",
        "image": f"{sepideh.origin}/a.jpg",
        "published": datetime.fromisoformat("2023-09-19T11:30:00+03:30"),
        "modified": datetime.fromisoformat("2023-09-19T11:30:00+03:30"),
        "version": versions("2023-09-19T08:00:00"),
    }


def test_what_a_site_hides_is_done_without(sepideh: WordPress, importer: Importer) -> None:
    sepideh.users.clear()
    sepideh.media.clear()
    importer(sepideh.origin)
    (article,) = importer.archive.scan()
    assert (article.authors, article.image) == ((), None)


def test_protected_private_and_draft_posts_are_never_read(site: WordPress, importer: Importer) -> None:
    site.add(1)
    site.add(2, password="x")
    site.add(3, status="private")
    site.add(4, status="draft")
    assert counts(importer(site.origin)) == (1, 0, 0, 0)


def test_all_pages_are_read_once_and_then_only_what_changed(site: WordPress, importer: Importer) -> None:
    for number in range(1, 251):
        site.add(number)
    assert counts(importer(site.origin)) == (250, 0, 0, 0)
    site.requests.clear()
    site.add(7, "خبر تازه", modified="2023-09-20T08:00:00")
    site.add(300, when="2023-09-21T08:00:00")
    report = importer(site.origin)
    assert (report.added, report.updated, report.deleted) == (1, 1, 0)
    assert counts(importer(site.origin)) == (0, 0, 1, 0)
    asked = [request for request in site.requests if "_embed=" in request]
    assert all("modified_after=" in request for request in asked)


def test_the_same_again_changes_nothing(sepideh: WordPress, importer: Importer) -> None:
    importer(sepideh.origin)
    position = importer.archive.position()
    assert counts(importer(sepideh.origin, full=True)) == (0, 0, 1, 0)
    assert importer.archive.position() == position


def test_a_scheduled_post_appears_though_it_was_modified_long_before(site: WordPress, importer: Importer) -> None:
    site.add(1, when="2023-09-19T08:00:00")
    site.add(2, when="2023-09-19T09:00:00", modified="2023-09-10T08:00:00", status="future")
    importer(site.origin)
    site.posts[2]["status"] = "publish"
    assert importer(site.origin).added == 1


class TestGone:
    def test_deleted_and_withdrawn_posts_are_deleted(self, site: WordPress, importer: Importer) -> None:
        for number in range(1, 7):
            site.add(number)
        importer(site.origin)
        del site.posts[2]
        site.posts[3]["status"] = "private"
        site.add(4, password="x", modified="2023-09-20T08:00:00")
        report = importer(site.origin)
        assert report.deleted == 3
        assert importer.archive.count() == 3
        assert counts(importer(site.origin))[3] == 0

    def test_a_post_that_comes_back_is_there_again(self, site: WordPress, importer: Importer) -> None:
        site.add(1)
        post = site.add(2)
        importer(site.origin)
        del site.posts[2]
        assert importer(site.origin).deleted == 1
        site.posts[2] = post
        assert importer(site.origin).added == 1

    def test_what_others_brought_or_changed_since_stays(self, site: WordPress, importer: Importer) -> None:
        importer.archive.write([Article.parse({"id": "cms", "title": "از جای دیگر"})])
        for number in (1, 2):
            site.add(number)
        importer(site.origin)
        id = f"{site.origin}/2023/post-2/"
        importer.archive.write([Article.parse({"id": id, "title": "ویرایش در اینجا"})])
        del site.posts[1], site.posts[2]
        report = importer(site.origin)
        assert report.deleted == 1
        assert [note["source"] for note in report.notes] == [id]
        assert importer.archive.count() == 2

    def test_most_of_a_site_is_not_deleted_without_a_question(self, site: WordPress, importer: Importer) -> None:
        for number in range(1, 61):
            site.add(number)
        importer(site.origin)
        for number in range(1, 51):
            del site.posts[number]
        report = importer(site.origin)
        assert report.deleted == 0
        assert "50 of 60 posts are gone" in report.failed[0]["error"]
        assert importer(site.origin, vanished=True).deleted == 50

    def test_an_article_that_was_deleted_here_stays_so_until_its_post_changes(
        self, site: WordPress, importer: Importer
    ) -> None:
        site.add(1)
        importer(site.origin)
        id = f"{site.origin}/2023/post-1/"
        importer.archive.delete(id)
        report = importer(site.origin, full=True)
        assert counts(report) == (0, 0, 1, 0)
        assert "deleted here" in report.notes[0]["note"]
        site.add(1, modified="2023-10-01T00:00:00")
        assert importer(site.origin).added == 1

    def test_a_post_of_another_address_is_renamed(self, site: WordPress, importer: Importer) -> None:
        site.add(1)
        importer(site.origin)
        site.add(1, modified="2023-09-20T08:00:00", link=f"{site.origin}/new/")
        assert (importer(site.origin).deleted, importer.archive.count()) == (1, 1)
        assert importer.archive.get(f"{site.origin}/new/") is not None


class TestVersions:
    def test_an_older_state_never_overwrites_a_newer(self, site: WordPress, importer: Importer) -> None:
        site.add(1, "تازه", modified="2023-09-20T08:00:00")
        importer(site.origin)
        site.add(1, "کهنه", modified="2023-09-19T08:00:00")
        report = importer(site.origin, full=True)
        assert counts(report) == (0, 0, 1, 0)
        assert "newer version" in report.notes[0]["note"]
        assert [article.title for article in importer.archive.scan()] == ["تازه"]

    def test_other_content_of_the_same_second_follows(self, site: WordPress, importer: Importer) -> None:
        site.add(1, "یک")
        importer(site.origin)
        for title in ("دو", "سه"):
            site.add(1, title)
            assert counts(importer(site.origin, full=True)) == (0, 1, 0, 0)
        assert counts(importer(site.origin, full=True)) == (0, 0, 1, 0)

    def test_a_page_that_was_saved_is_the_same_article(self, site: WordPress, importer: Importer) -> None:
        site.add(1)
        importer.archive.write([Article.parse({"id": f"{site.origin}/2023/post-1/", "title": "از پرونده"})])
        assert counts(importer(site.origin)) == (0, 1, 0, 0)

    def test_a_long_persian_address_gives_way_to_the_short_link(self, site: WordPress, importer: Importer) -> None:
        site.add(1, link=f"{site.origin}/{'%d8%a8' * 60}/")
        importer(site.origin)
        assert [article.id for article in importer.archive.scan()] == [f"{site.origin}/?p=1"]


class TestStopped:
    def test_a_first_run_goes_on_where_it_was_stopped(self, site: WordPress, importer: Importer) -> None:
        for number in range(1, 351):
            site.add(number)

        def stop(done: int, total: int | None) -> None:
            if done >= 200:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            importer(site.origin, watch=stop)
        assert importer.archive.count() == 200
        site.requests.clear()
        assert counts(importer(site.origin)) == (150, 0, 0, 0)
        assert [request for request in site.requests if "_embed=" in request and "page=1&" in request] == []

    def test_posts_that_went_meanwhile_lose_none_of_the_others(self, site: WordPress, importer: Importer) -> None:
        """Ten that go move ten others to the page that was read, and the site counts as many as are known."""
        for number in range(1, 301):
            site.add(number, when=f"20{number // 28:02}-01-{number % 28 + 1:02}T08:00:00")

        def remove(done: int, total: int | None) -> None:
            if total is None:  # what is listed in the end
                raise KeyboardInterrupt
            for number in range(1, 11):
                site.posts.pop(number, None)

        with pytest.raises(KeyboardInterrupt):
            importer(site.origin, watch=remove)
        importer(site.origin)
        there = {article.url for article in importer.archive.scan()}
        assert there == {post["link"] for post in site.posts.values()}
        assert len(there) == 290

    def test_an_archive_restored_from_before_is_filled_again(
        self, site: WordPress, importer: Importer, tmp_path: Any
    ) -> None:
        for number in range(1, 4):
            site.add(number)
        importer(site.origin)
        importer.archive = Archive.open(tmp_path / "other.sqlite")
        assert importer(site.origin).added == 3
        importer.archive.close()

    def test_two_imports_of_one_site_do_not_run_at_once(self, site: WordPress, importer: Importer) -> None:
        site.add(1)

        def again(done: int, total: int | None) -> None:
            with pytest.raises(ServiceError, match="another process imports"):
                importer(site.origin)

        importer(site.origin, watch=again)


class TestSites:
    def test_without_pretty_addresses(self, importer: Importer) -> None:
        site = WordPress(pretty=False)
        with serving(site):
            for number in range(1, 131):
                site.add(number)
            assert importer(site.origin).added == 130
            assert importer.archive.get(f"{site.origin}/?p=130") is not None

    @pytest.mark.parametrize("tail", ["/", "/wp-json/", "/wp-json/wp/v2/posts", "/wp-admin/index.php"])
    def test_any_part_of_the_site_names_it(self, site: WordPress, importer: Importer, tail: str) -> None:
        site.add(1)
        assert importer(site.origin + tail).added == 1

    def test_an_old_wordpress_that_knows_no_time_of_modification_is_compared_whole(
        self, site: WordPress, importer: Importer
    ) -> None:
        site.knows_modified = False
        for number in range(1, 131):
            site.add(number, when=f"2023-09-{1 + number // 6:02}T08:00:00")
        importer(site.origin)
        site.add(5, "تازه", modified="2023-10-20T08:00:00")
        del site.posts[6]
        report = importer(site.origin)
        assert (report.updated, report.deleted) == (1, 1)

    def test_a_site_that_counts_posts_it_never_shows_is_not_listed_each_time(
        self, site: WordPress, importer: Importer
    ) -> None:
        site.add(1)
        respond = site.respond

        def counting(handler: Any) -> Answer:
            answer = respond(handler)
            if "X-WP-Total" in answer.headers and "after" not in handler.path:
                answer.headers["X-WP-Total"] = str(int(answer.headers["X-WP-Total"]) + 5)
            return answer

        site.respond = counting  # type: ignore[method-assign]
        importer(site.origin)
        site.requests.clear()
        importer(site.origin)
        listings = [request for request in site.requests if "per_page=100" in request and "after" not in request]
        assert [request for request in listings if "/posts" in request] == []

    def test_a_post_that_the_server_fails_at_is_named_and_the_rest_is_read(
        self, site: WordPress, importer: Importer
    ) -> None:
        for number in range(1, 131):
            site.add(number)
        respond = site.respond

        def failing(handler: Any) -> Answer:
            answer = respond(handler)
            if isinstance(answer.body, list) and any(row.get("id") == 17 and "content" in row for row in answer.body):
                return Answer(b"", 500)
            return answer

        site.respond = failing  # type: ignore[method-assign]
        report = importer(site.origin)
        assert report.added == 129
        assert [failed["source"] for failed in report.failed] == [f"{site.origin}/?p=17"]
        assert importer(site.origin).failed == []

    def test_pages_that_are_too_large_are_read_in_smaller_ones(self, site: WordPress, importer: Importer) -> None:
        for number in range(1, 131):
            site.add(number, content=f"<p>{'خبر ' * 2000}</p>")
        importer.options["max_bytes"] = 500_000
        assert importer(site.origin).added == 130
        assert importer.archive.count() == 130

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (Answer(b"<html>hello</html>", 200, {"Content-Type": "text/html"}), "a page (HTML)"),
            (Answer(b"[{]", 200, {"Content-Type": "application/json"}), "broken JSON"),
            (Answer(b"[" * 100_000, 200, {"Content-Type": "application/json"}), "broken JSON"),
            (Answer({"code": "rest_forbidden", "message": "بسته است", "data": {}}, 401), "بسته است (rest_forbidden)"),
            (Answer({"posts": []}), "no list of posts"),
            (Answer(b"", 404), "404"),
            (Answer(b"", 503), "503"),
        ],
    )
    def test_what_is_no_open_wordpress_is_told_in_one_line(self, importer: Importer, answer: Answer, says: str) -> None:
        site = WordPress()
        site.respond = lambda handler: answer  # type: ignore[method-assign]
        with serving(site), pytest.raises(ServiceError) as caught:
            importer(site.origin)
        assert caught.value.code == "fetch_failed"
        assert says in caught.value.detail
        assert "\n" not in caught.value.detail

    def test_warnings_of_php_and_broken_answers_are_overcome(self, site: WordPress, importer: Importer) -> None:
        site.add(1)
        respond = site.respond

        def warning(handler: Any) -> Answer:
            answer = respond(handler)
            if isinstance(answer.body, bytes):
                return answer
            import json

            body = (
                b"<br />\n<b>Warning</b>: x in <b>y.php</b> on line <b>3</b><br />\n" + json.dumps(answer.body).encode()
            )
            return Answer(body, answer.status, {**answer.headers, "Content-Type": "application/json"})

        site.respond = warning  # type: ignore[method-assign]
        site.faults = [None] * 4 + [Answer(b'[{"id": 1', 200, {"Content-Type": "application/json"})]
        assert importer(site.origin).added == 1
