"""A feed, of whatever kind: its entries as articles."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.errors import ServiceError
from search_service.sources.feed import read
from search_service.sources.item import Found, Item, Note, Unreadable

TODAY = date(2026, 11, 23)
PREFIXES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(*entries: str, head: str = "<title>سپیده</title><link>https://sepideh.example</link>") -> str:
    items = "".join(f"<item>{entry}</item>" for entry in entries)
    return f'<?xml version="1.0"?><rss version="2.0" {PREFIXES}><channel>{head}{items}</channel></rss>'


def atom(*entries: str) -> str:
    items = "".join(f"<entry>{entry}</entry>" for entry in entries)
    head = '<title>سپیده</title><link rel="self" href="https://a.example/feed"/><link href="https://a.example/"/>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:h="http://www.w3.org/1999/xhtml">{head}{items}</feed>'


def items(text: str, **options: Any) -> list[Item]:
    return list(read(io.BytesIO(text.encode()), "feed", today=TODAY, max_article_bytes=10_000, **options))


def found(text: str, **options: Any) -> Found:
    (only,) = [item for item in items(text, **options) if isinstance(item, Found)]
    return only


def article(entry: str) -> dict[str, Any]:
    return found(rss(entry)).article.model_dump(mode="json")


class TestRss:
    def test_an_entry_becomes_an_article(self) -> None:
        one = found(
            rss(
                """<title>برد تیم &amp;amp; جشن</title><link>https://sepideh.example/1/?utm_source=rss&amp;a=b</link>
                <guid isPermaLink="false">https://sepideh.example/?p=11</guid>
                <pubDate>Tue, 19 Sep 2023 08:00:00 +0000</pubDate><dc:creator>مینا رضایی</dc:creator>
                <category>ورزش</category><category>فوتبال</category>
                <description><![CDATA[<p>تیم سپیده پیروز شد.</p>]]></description>
                <content:encoded><![CDATA[<p>تیم برد.</p><figure><figcaption>عکس</figcaption></figure><p>پایان</p>
                <p>نوشته <a href=x>برد</a> اولین بار در <a href=y>سپیده</a>. پدیدار شد.</p>]]></content:encoded>
                <media:thumbnail url="/a.jpg"/>""",
                head="<title>سپیده</title><link>https://sepideh.example</link><language>fa-IR</language>",
            )
        )
        assert one.article.model_dump(mode="json", exclude={"extra", "status", "kicker", "tags", "modified"}) == {
            "id": "https://sepideh.example/1/?a=b",
            "url": "https://sepideh.example/1/?a=b",
            "title": "برد تیم & جشن",
            "lead": "تیم سپیده پیروز شد.",
            "body": "تیم برد.\n\nپایان",
            "categories": ["ورزش", "فوتبال"],
            "authors": ["مینا رضایی"],
            "source": "سپیده",
            "image": "https://sepideh.example/a.jpg",
            "language": "fa",
            "published": "2023-09-19T11:30:00+03:30",
            "version": None,
        }
        assert (one.dated, one.summary) == (False, False)

    def test_what_only_tells_of_an_article_is_a_summary(self) -> None:
        one = found(rss("<title>ت</title><description>خلاصهٔ خبر</description>"))
        assert (one.article.body, one.article.lead, one.summary) == ("خلاصهٔ خبر", "", True)

    @pytest.mark.parametrize(
        ("entry", "id"),
        [
            ("<link>https://a.example/1</link><guid>x</guid>", "https://a.example/1"),
            ("<guid>https://a.example/2</guid>", "https://a.example/2"),
            ('<guid isPermaLink="false">https://a.example/2</guid>', "https://a.example/2"),
            ('<guid isPermaLink="false">tag:1</guid>', "tag:1"),
            ("<link>/3</link>", "https://sepideh.example/3"),
            (
                f"<link>https://a.example/{'%d8%a8' * 60}/</link><guid isPermaLink='false'>https://old/?p=7</guid>",
                "https://a.example/?p=7",
            ),
            ("<link>javascript:alert(1)</link><guid isPermaLink='false'>9</guid>", "9"),
        ],
    )
    def test_ids_are_canonical_addresses_else_what_the_feed_calls_it(self, entry: str, id: str) -> None:
        assert article(f"<title>ت</title>{entry}")["id"] == id

    def test_an_entry_without_any_name_gets_the_same_one_each_time(self) -> None:
        one, again, other = (article(f"<title>{title}</title>")["id"] for title in ("ت", "ت", "ث"))
        assert one == again != other

    @pytest.mark.parametrize(
        "written",
        [
            "<pubDate>Tue, 19 Sep 2023 08:00:00 GMT</pubDate>",
            "<pubDate>19 Sep 2023 08:00 +0000</pubDate>",
            "<pubDate>2023-09-19T08:00:00Z</pubDate>",
            "<dc:date>2023-09-19T11:30:00+03:30</dc:date>",
            "<pubDate>سه‌شنبه ۲۸ شهریور ۱۴۰۲ ۱۱:۳۰</pubDate>",
            "<pubDate>1402/06/28 11:30:00</pubDate>",
            "<pubDate></pubDate><dc:date>2023-09-19 11:30</dc:date>",
            "<pubDate>yesterday</pubDate><atom:published>2023-09-19T08:00:00Z</atom:published>",
        ],
    )
    def test_dates_of_every_manner_are_read(self, written: str) -> None:
        assert article(f"<title>ت</title>{written}")["published"] == "2023-09-19T11:30:00+03:30"

    def test_an_entry_without_a_plausible_date_is_kept_and_noted(self) -> None:
        one, note = items(rss("<title>ت</title><pubDate>Thu, 01 Jan 1900 00:00:00 GMT</pubDate>"))
        assert isinstance(one, Found)
        assert isinstance(note, Note)

    @pytest.mark.parametrize(
        ("written", "authors"),
        [
            ("<author>a@b.example (مینا رضایی)</author>", ["مینا رضایی"]),
            ("<author>a@b.example</author>", []),
            ("<dc:creator>مینا</dc:creator><dc:creator>سینا</dc:creator>", ["مینا", "سینا"]),
        ],
    )
    def test_authors_are_names_and_never_addresses_of_mail(self, written: str, authors: list[str]) -> None:
        assert article(f"<title>ت</title>{written}")["authors"] == authors

    @pytest.mark.parametrize(
        "written",
        [
            '<enclosure url="https://a.example/a.jpg" type="image/jpeg" length="1"/>',
            '<media:content url="https://a.example/a.jpg" medium="image"/>',
            '<media:group><media:content url="https://a.example/a.jpg" type="image/png"/></media:group>',
            "<image><url>https://a.example/a.jpg</url></image>",
        ],
    )
    def test_pictures_are_found_where_feeds_put_them(self, written: str) -> None:
        assert article(f"<title>ت</title>{written}")["image"] == "https://a.example/a.jpg"

    def test_sound_is_no_picture(self) -> None:
        assert article('<title>ت</title><enclosure url="https://a.example/a.mp3" type="audio/mpeg"/>')["image"] is None

    def test_rss_1_is_read_too(self) -> None:
        text = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {PREFIXES}
            xmlns="http://purl.org/rss/1.0/"><channel><title>سپیده</title></channel>
            <item><title>ت</title><link>https://a.example/1</link><dc:date>2023-09-19</dc:date></item></rdf:RDF>"""
        one = found(text).article
        assert (one.id, one.source, str(one.published)) == ("https://a.example/1", "سپیده", "2023-09-19")


class TestAtom:
    def test_an_entry_becomes_an_article_whose_version_is_its_update(self) -> None:
        one = found(
            atom(
                """<id>tag:a,1</id><title type="html">&lt;b&gt;برد&lt;/b&gt; تیم</title>
                <link rel="alternate" href="/1/"/><link rel="enclosure" type="image/png" href="/a.png"/>
                <published>2023-09-19T08:00:00Z</published><updated>2023-09-20T08:00:00Z</updated>
                <author><name>مینا</name><email>a@b.example</email></author><category term="sport" label="ورزش"/>
                <summary>کوتاه</summary>
                <content type="xhtml"><h:div><h:p>یک &lt; دو</h:p><h:script>x</h:script><h:p>سه<h:br/>چهار</h:p></h:div>
                </content>"""
            )
        )
        assert one.article.model_dump(mode="json", exclude={"extra", "status", "kicker", "tags", "language"}) == {
            "id": "https://a.example/1/",
            "url": "https://a.example/1/",
            "title": "برد تیم",
            "lead": "کوتاه",
            "body": "یک < دو\n\nسه\nچهار",
            "categories": ["ورزش"],
            "authors": ["مینا"],
            "source": "سپیده",
            "image": "https://a.example/a.png",
            "published": "2023-09-19T11:30:00+03:30",
            "modified": "2023-09-20T11:30:00+03:30",
            "version": 1695196800000,
        }
        assert one.dated

    def test_plain_text_is_no_markup(self) -> None:
        one = found(atom("<title>ت</title><id>1</id><content>a &lt; b &amp; c</content>")).article
        assert one.body == "a < b & c"


class TestHostile:
    def test_what_is_no_feed_is_told_of(self) -> None:
        with pytest.raises(ServiceError, match="no WordPress export, no RSS and no Atom"):
            items("<html><body>x</body></html>")

    def test_an_empty_feed_is_no_error(self) -> None:
        assert items(rss()) == []

    def test_an_entry_that_cannot_be_accepted_is_named_and_the_rest_is_read(self) -> None:
        deep = "<![CDATA[" + "<b>" * 5000 + "]]>"
        entries = [f"<title>ت</title><description>{text}</description>" for text in ("ب" * 9000, deep, "خبر")]
        first, second, third, _ = items(rss(*entries))
        assert isinstance(first, Unreadable)
        assert isinstance(second, Unreadable)
        assert isinstance(third, Found)

    def test_scripts_in_any_part_come_to_nothing(self) -> None:
        attack = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
        one = article(f"<title>{attack}ت</title><description>{attack}</description><category>{attack}ث</category>")
        assert (one["title"], one["body"], one["categories"]) == ("ت", "", ["ث"])

    @given(st.text(max_size=200), st.sampled_from(["title", "link", "pubDate", "guid", "description", "author"]))
    def test_any_text_is_an_entry_or_a_line(self, text: str, name: str) -> None:
        written = text.encode("utf-8", "replace").decode().replace("]]>", "")
        items(rss(f"<title>ت</title><{name}><![CDATA[{written}]]></{name}>"))
