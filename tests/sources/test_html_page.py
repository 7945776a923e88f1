from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import TEHRAN, Article
from search_service.settings import KNOWN_CATEGORIES
from search_service.sources.categories import KnownCategories
from search_service.sources.html_page import read
from search_service.sources.item import Found, Item, Note, Unreadable

TODAY = date(2026, 11, 22)
PAGES = Path(__file__).parent / "pages"


def items(page: str | bytes) -> list[Item]:
    data = page.encode() if isinstance(page, str) else page
    return list(read(data, "page.html", KnownCategories(KNOWN_CATEGORIES), TODAY, 2**20))


def article(page: str | bytes) -> Article:
    return next(item.article for item in items(page) if isinstance(item, Found))


def body(html: str) -> str:
    return article(f"<h1>تیتر خبر</h1>{html}").body


MUSEUM = {
    "url": "https://sepideh.example/1403/02/19/tabriz-press-museum/",
    "title": "چاپخانهٔ صدسالهٔ تبریز موزه می‌شود",
    "categories": ("فرهنگ و هنر", "گردشگری"),
    "tags": ("تبریز", "موزه", "چاپ سنگی"),
    "authors": ("لیلا فرهمند",),
    "source": "روزنامهٔ سپیده",
    "published": datetime(2024, 5, 8, 14, 20, tzinfo=TEHRAN),
    "modified": datetime(2024, 5, 8, 16, 35, 12, tzinfo=TEHRAN),
    "image": "https://sepideh.example/wp-content/uploads/1403/02/press-museum.jpg",
    "lead": ("ماشین‌های سنگی و سربی", "برای بازدیدکنندگان به کار می‌افتد."),
    "body": ("زیرزمین خانه‌ای در محلهٔ ششگلان", "برای دانش‌آموزان رایگان باشد."),
}
TRUE_VALUES: dict[str, dict[str, Any]] = {
    "wordpress.html": {**MUSEUM, "kicker": "میراث چاپ"},
    "amp.html": {**MUSEUM, "kicker": ""},
    "opengraph_only.html": {
        "id": "https://ofogh.example/news/61842/qeshm-harbour-robot",
        "title": "ربات دانش‌آموزان قشمی زباله‌های لنگرگاه را جمع می‌کند",
        "categories": ("علم و فناوری",),
        "tags": ("رباتیک", "قشم", "دانش‌آموزان"),
        "authors": ("سپیده نیکنام",),
        "source": "پایگاه خبری افق",
        "published": datetime(2023, 1, 24, 9, 30, tzinfo=TEHRAN),
        "modified": datetime(2023, 1, 24, 11, 5, tzinfo=TEHRAN),
        "image": "https://ofogh.example/files/61842/robot.jpg",
        "body": ("اسمش را «مرغ ماهی‌خوار» گذاشته‌اند", "آن‌ها را بار خطرناک می‌داند."),
    },
    "bare.html": {
        "title": "مدرسه‌ای که کتابخانه‌اش را در یخچال ساخت",
        "categories": (),
        "authors": (),
        "published": date(2021, 9, 4),
        "body": ("یخچال فروشگاهی سال‌ها", "دست‌کم خوانده می‌شود."),
    },
    "windows1256.html": {
        "title": "آخرين درشکه‌ران اصفهان بازنشسته شد",
        "categories": (),
        "authors": (),
        "published": datetime(2008, 2, 21, 10, 24, tzinfo=TEHRAN),
        "body": ("اسب سفيدش «باران» نام دارد", "اين بار من پياده.»"),
    },
}


@pytest.mark.parametrize("name", TRUE_VALUES)
def test_a_saved_page_is_read_in_its_parts(name: str) -> None:
    found = article((PAGES / name).read_bytes())
    for field, expected in TRUE_VALUES[name].items():
        value = getattr(found, field)
        if field in ("lead", "body"):
            assert (value[: len(expected[0])], value[-len(expected[1]) :]) == expected
        else:
            assert value == expected, field


@pytest.mark.parametrize("name", ["wordpress.html", "amp.html"])
@pytest.mark.parametrize("words", ["تور سه‌روزهٔ باکو", "کارخانهٔ نساجی یزد", "کارت عروسی پدر و مادر من", "۱ خرداد ۱۴۰۳"])
def test_what_stands_beside_the_article_is_left_out(name: str, words: str) -> None:
    data = (PAGES / name).read_bytes()
    assert words not in article(data).model_dump_json()


class TestIdentity:
    def test_the_canonical_address_names_the_article(self) -> None:
        page = '<link rel=canonical href="https://a.example/1"><meta property="og:url" content="https://a.example/2"><h1>ت</h1>'
        assert (article(page).id, article(page).url) == ("https://a.example/1",) * 2

    @pytest.mark.parametrize("href", ["/relative", "https://a.example/", "javascript:alert(1)", "https://[broken", ""])
    def test_an_address_that_names_no_article_is_passed_over(self, href: str) -> None:
        page = f'<link rel=canonical href="{href}"><meta property="og:url" content="https://a.example/2"><h1>ت</h1>'
        assert article(page).id == "https://a.example/2"

    def test_else_the_number_of_the_post(self) -> None:
        assert article('<link rel=shortlink href="https://a.example/?p=12"><h1>ت</h1>').id == "https://a.example/?p=12"
        assert article('<body class="single postid-12"><h1>ت</h1>').id == "post-12"
        assert article('<article id="post-12"><h1>ت</h1></article>').id == "post-12"
        long = (
            f'<link rel=canonical href="https://a.example/{"%d8%a8" * 60}/"><article id="post-12"><h1>ت</h1></article>'
        )
        assert article(long).id == "https://a.example/?p=12"

    def test_else_a_hash_of_headline_and_date(self) -> None:
        first, same, other = (
            article(f"<h1>{title}</h1><p>{text}</p><time datetime='2023-09-19'></time>").id
            for title, text in (("یک تیتر", "الف"), ("یک\n تیتر", "ب"), ("دو تیتر", "الف"))
        )
        assert first == same != other

    def test_an_address_that_is_too_long_for_an_id_still_is_the_url(self) -> None:
        url = f"https://a.example/{'x' * 300}"
        found = article(f'<link rel=canonical href="{url}"><h1>ت</h1>')
        assert found.url == url
        assert len(found.id) == 32
        assert found.id != article(f'<link rel=canonical href="{url}y"><h1>ت</h1>').id


class TestTitle:
    @pytest.mark.parametrize(
        ("page", "title"),
        [
            ("<h1 class=site>نام</h1><h1 class=entry-title>تیتر خبر</h1>", "تیتر خبر"),
            ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"تیتر خبر"}</script>', "تیتر خبر"),
            ("<meta property=og:site_name content=افق><meta property=og:title content='تیتر خبر - افق'>", "تیتر خبر"),
            ("<title>افق | تیتر خبر بلند</title><p>متن</p>", "تیتر خبر بلند"),
            ("<title>خانه</title><h1>تیتر خبر</h1>", "تیتر خبر"),
            ("<h1 class=entry-title>تیتر &amp; خبر</h1>", "تیتر & خبر"),
        ],
    )
    def test_the_headline_without_the_outlet(self, page: str, title: str) -> None:
        assert article(page).title == title


class TestBody:
    def test_blocks_that_interrupt_the_text_are_left_out(self) -> None:
        html = (
            "<div class=entry-content><p>بند یک.</p>"
            "<p><b>بیشتر بخوانید:</b></p><ul><li><a>خبر دیگر</a></ul><p>بند دو.</p>"
            "<div class='share-buttons'>هم‌رسانی</div><figure><img><figcaption>عکس</figcaption></figure>"
            "<script>x</script><p>بند سه.</p><h3>مطالب مرتبط</h3><div><p>گزیدهٔ خبر دیگر</p></div></div>"
        )
        assert body(html) == "بند یک.\n\nبند دو.\n\nبند سه."

    def test_lists_and_headings_of_the_article_stay(self) -> None:
        html = "<div class=entry-content><h2>بخش</h2><ul><li>یک</li><li>دو <a>پیوند</a> با متن</li></ul></div>"
        assert body(html) == "بخش\n\nیک\nدو پیوند با متن"

    def test_lists_of_links_are_no_text(self) -> None:
        html = "<div class=entry-content><p>بند یک.</p><ul><li><a>خبر دیگری که پنج واژه دارد</a></li></ul></div>"
        assert body(html) == "بند یک."

    def test_without_marks_the_densest_block_is_taken(self) -> None:
        prose = "این بند متن خبر است و از بندهای دیگر صفحه درازتر است."
        html = f"<div><p>کوتاه</p></div><div><div>{prose}<br><br>{prose}</div></div><div><a>{prose * 3}</a></div>"
        assert body(html) == f"{prose}\n\n{prose}"

    def test_a_class_that_sounds_like_clutter_does_not_take_the_article_away(self) -> None:
        assert body("<div class='with sidebar related'><p>متن این خبر همین یک بند است و بس.</p></div>").startswith(
            "متن"
        )

    def test_a_text_for_machines_is_better_than_none(self) -> None:
        page = '<script type="application/ld+json">{"@type":"Article","headline":"ت","articleBody":"متن"}</script>'
        assert article(page).body == "متن"

    def test_a_name_below_the_text_is_the_author(self) -> None:
        found = article("<h1>ت</h1><div class=entry-content><p>متن خبر.</p><p>مصی</p></div>")
        assert (found.body, found.authors) == ("متن خبر.", ("مصی",))


class TestDates:
    @pytest.mark.parametrize(
        ("html", "published"),
        [
            (
                "<meta property=article:published_time content=2023-09-19T09:00:00Z>",
                datetime(2023, 9, 19, 12, 30, tzinfo=TEHRAN),
            ),
            ("<time datetime=1402-06-28>دیروز</time>", date(2023, 9, 19)),
            ("<time class=updated datetime=2023-09-20></time><time datetime=2023-09-19></time>", date(2023, 9, 19)),
            ("<time>۲ هفته ago</time><span class=post-date>تاریخ انتشار: ۲۸ شهریور ۱۴۰۲</span>", date(2023, 9, 19)),
            ("<span class=date>۲۸ شهریور ۱۴۰۲ | کد خبر ۵</span>", date(2023, 9, 19)),
            ("<p>متن این خبر، امروز سه‌شنبه ۲۸ شهریور، همین است.</p>", date(2023, 9, 19)),
            ("<meta name=date content=دیروز><time datetime=2023-09-19></time>", date(2023, 9, 19)),
        ],
    )
    def test_the_first_that_can_be_read_is_taken(self, html: str, published: date) -> None:
        (found,) = items(f"<h1>ت</h1>{html}")
        assert isinstance(found, Found)
        assert found.article.published == published

    @pytest.mark.parametrize(
        ("html", "why"),
        [
            ("<time datetime=2023-02-30></time>", "there is no day 2023-02-30"),
            ("<time datetime=1900-01-01></time>", "not plausible"),
            ("", "no date was found"),
        ],
    )
    def test_a_page_without_one_is_noted(self, html: str, why: str) -> None:
        found, note = items(f"<h1>ت</h1>{html}")
        assert isinstance(found, Found)
        assert isinstance(note, Note)
        assert why in note.text


FRAGMENTS = [
    *("<div>", "</div>", "<p>", "</p>", "<article>", "</article>", "<h1>", "</h1>", "<ul>", "<li>", "</ul>", "<a>"),
    *("<time>", "<table>", "<td>", "</table>", "<svg>", "<title>", "<footer>", "<main>", "<b>", "<!--", "-->", "متن."),
    *("<h2>مطالب مرتبط</h2>", "<time datetime=1402-13-01>", "<div class=entry-content>", "<div class=related>"),
    '<script type="application/ld+json">[{}]</script>',
]


class TestTrouble:
    @pytest.mark.parametrize(
        ("page", "why"),
        [
            ("", "a title or a body"),
            ("<nav>فهرست</nav><script>x</script>", "a title or a body"),
            ("<div>" * 600 + "متن", "nested more than"),
            ("<div>" * 10_000 + "متن", "too many elements"),
            (b'<meta charset="utf-8"><h1>\xff</h1>', "the page says utf-8"),
            (f"<h1>ت</h1><p>{'متن ' * 2**19}</p>", "larger than"),
        ],
    )
    def test_a_page_without_an_article_is_reported(self, page: str | bytes, why: str) -> None:
        (item,) = items(page)
        assert isinstance(item, Unreadable)
        assert why in item.error

    @given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
    def test_no_page_is_too_broken(self, parts: list[str]) -> None:
        for item in items("".join(parts)):
            assert isinstance(item, Found | Note | Unreadable)
