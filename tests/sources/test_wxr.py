"""A WordPress export: its published posts, whatever else it holds."""

from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from search_service.article import Article
from search_service.sources.item import Found, Item, Note, Unreadable
from search_service.sources.reader import read
from tests.sources.exports import export, item, write_large

TODAY = date(2026, 11, 23)


def items(path: Path) -> list[Item]:
    return list(read(path, known_categories=(), today=TODAY, max_article_bytes=100_000))


def written(tmp_path: Path, *posts: str, head: str = "") -> Path:
    path = tmp_path / "export.xml"
    path.write_text(export(*posts, head=head), encoding="utf-8")
    return path


def articles(path: Path) -> list[Article]:
    return [each.article for each in items(path) if isinstance(each, Found)]


HEAD = """<wp:author><wp:author_login>mina</wp:author_login>
<wp:author_display_name><![CDATA[مینا رضایی]]></wp:author_display_name></wp:author>
<wp:category><wp:category_nicename>sport</wp:category_nicename><wp:category_parent/>
<wp:cat_name><![CDATA[ورزش]]></wp:cat_name></wp:category>
<wp:category><wp:category_nicename>football</wp:category_nicename><wp:category_parent>sport</wp:category_parent>
<wp:cat_name><![CDATA[فوتبال]]></wp:cat_name></wp:category>"""


def test_a_post_becomes_an_article(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        item(
            11,
            "برد تیم &amp; جشن",
            "[caption id='x']<img src=a>عکس[/caption]تیم برد.\nجشن گرفتند.\n\nپایان]]]]><![CDATA[>",
            excerpt="تیم سپیده پیروز شد.",
            extra="""<dc:creator>mina</dc:creator>
            <category domain="category" nicename="football"><![CDATA[فوتبال]]></category>
            <category domain="category" nicename="uncategorized">Uncategorized</category>
            <category domain="post_tag" nicename="league">لیگ برتر</category>
            <category domain="post_format" nicename="post-format-video">Video</category>
            <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>99</wp:meta_value></wp:postmeta>
            <wp:postmeta><wp:meta_key>rotitr</wp:meta_key><wp:meta_value>هفتهٔ سوم</wp:meta_value></wp:postmeta>
            <wp:comment><wp:comment_content>نظر</wp:comment_content></wp:comment>""",
        ),
        item(99, "عکس", "", kind="attachment", extra="<wp:attachment_url>https://a.example/a.jpg</wp:attachment_url>"),
        head=HEAD,
    )
    (article,) = articles(path)
    assert article.model_dump(mode="json", exclude={"extra", "language", "status"}) == {
        "id": "https://sepideh.example/11/",
        "url": "https://sepideh.example/11/",
        "kicker": "هفتهٔ سوم",
        "title": "برد تیم & جشن",
        "lead": "تیم سپیده پیروز شد.",
        "body": "تیم برد.\nجشن گرفتند.\n\nپایان]]>",
        "categories": ["ورزش", "فوتبال"],
        "tags": ["لیگ برتر"],
        "authors": ["مینا رضایی"],
        "source": "سپیده",
        "image": "https://a.example/a.jpg",
        "published": "2023-09-19T11:30:00+03:30",
        "modified": "2023-09-20T11:30:00+03:30",
        "version": 1695196800000,
    }


def test_only_published_posts_without_a_password_are_read_and_the_rest_counted(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        item(1),
        *(item(n, status=status) for n, status in enumerate(("draft", "private", "future", "trash", "pending"), 2)),
        item(7, password="x"),
        item(8, kind="page"),
        item(9, kind="attachment"),
        item(10, kind="nav_menu_item"),
    )
    found = items(path)
    assert [each.article.title for each in found if isinstance(each, Found)] == ["خبر"]
    (note,) = [each.text for each in found if isinstance(each, Note)]
    assert note == (
        "left out: 2 drafts, 1 private, 1 scheduled, 1 of the status 'trash', 1 with a password, "
        "1 of the kind 'page', 1 of the kind 'nav_menu_item'"
    )


@pytest.mark.parametrize(
    ("gmt", "local", "published"),
    [
        ("2023-09-19 08:00:00", "2023-09-19 11:30:00", "2023-09-19T11:30:00+03:30"),
        ("0000-00-00 00:00:00", "2023-09-19 11:30:00", "2023-09-19T11:30:00+03:30"),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00", None),
        ("", "", None),
        ("1402-06-28 08:00:00", "", "2023-09-19T11:30:00+03:30"),
    ],
)
def test_times_are_those_of_greenwich_else_of_the_site(
    tmp_path: Path, gmt: str, local: str, published: str | None
) -> None:
    (article,) = articles(written(tmp_path, item(1, gmt=gmt, local=local)))
    assert article.model_dump(mode="json")["published"] == published


def test_a_long_address_gives_way_to_the_short_link(tmp_path: Path) -> None:
    (article,) = articles(written(tmp_path, item(5, link="https://sepideh.example/" + "%d8%a8" * 60)))
    assert article.id == "https://sepideh.example/?p=5"


def test_a_cut_off_export_gives_what_it_holds(tmp_path: Path) -> None:
    path = written(tmp_path, item(1), item(2), item(3))
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("/3/")], encoding="utf-8")
    found = items(path)
    assert [type(each) for each in found] == [Found, Found, Unreadable]
    assert "cut off" in found[2].error  # type: ignore[union-attr]


def test_a_post_that_cannot_be_accepted_is_named_by_its_line(tmp_path: Path) -> None:
    found = items(written(tmp_path, item(1, "", ""), item(2, body="آ" * 60_000), item(3, body="<b>" * 5000), item(4)))
    errors = [(each.line, each.error) for each in found if isinstance(each, Unreadable)]
    assert [number for number, _ in errors] == sorted({number for number, _ in errors})
    assert [error for _, error in errors] == [
        "an article needs a title or a body",
        "the article is larger than 100000 bytes",
        "the markup leaves too many elements open",
    ]


def test_gzip_and_folders_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, item(1))
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(path.read_bytes().replace(b"/1/", b"/2/")))
    assert [article.id[-2] for article in articles(tmp_path)] == ["2", "1"]


def test_categories_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    head = HEAD.replace("<wp:category_parent/>", "<wp:category_parent>football</wp:category_parent>")
    post = item(1, extra='<category domain="category" nicename="football">فوتبال</category>')
    assert articles(written(tmp_path, post, head=head))[0].categories == ("ورزش", "فوتبال")


# Of the process's own memory: getrusage counts that of the process which started it, too.
_READ = """
import re, sys
from datetime import date
from pathlib import Path
from search_service.sources.item import Found
from search_service.sources.reader import read
peak = lambda: int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
count = sum(isinstance(item, Found) for item in
            read(Path(sys.argv[1]), known_categories=(), today=date(2026, 11, 23), max_article_bytes=8 * 2**20))
print(count, peak() - before)
"""


def growth(path: Path) -> tuple[int, float]:
    """How many posts a process of its own reads, and by how many MB it grows."""
    ran = subprocess.run([sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True)
    count, kilobytes = map(int, ran.stdout.split())
    return count, kilobytes / 1024


def test_memory_does_not_grow_with_the_export(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    posts = write_large(path, megabytes=12)
    count, megabytes = growth(path)
    assert count == posts
    assert megabytes < 25


@pytest.mark.soak
def test_200_megabytes_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    posts = write_large(path, megabytes=200)
    count, megabytes = growth(path)
    print(f"{path.stat().st_size / 2**20:.0f} MB, {count} posts: {megabytes:.1f} MB more memory")
    assert count == posts
    assert megabytes < 25
