from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from search_service.sources import clutter

TEXT = "متن خبر که از همه درازتر است و باید بماند."


def left(html: str) -> str:
    tree = LexborHTMLParser(f"<body><h1>تیتر</h1><p>{TEXT}</p>{html}</body>")
    clutter.remove(tree)
    assert tree.body is not None
    text = " ".join(tree.body.text(deep=True).split())
    assert TEXT in text
    return text


@pytest.mark.parametrize(
    "html",
    [
        "<nav>دور</nav>",
        "<aside>دور</aside>",
        "<footer>دور</footer>",
        "<form>دور</form>",
        "<div class='post-related'>دور</div>",
        "<div id=comments>دور</div>",
        "<section><div><h3>آخرین اخبار</h3></div><div><p>دور</p></div></section>",
        "<h2>مطالب مرتبط</h2><article><p>دور</p></article>",
        "<p>بیشتر بخوانید:</p><p><a>دور</a></p>",
        "<div hidden>دور</div>",
    ],
)
def test_what_stands_beside_goes(html: str) -> None:
    assert "دور" not in left(html)


@pytest.mark.parametrize(
    "html",
    [
        "<article><footer>نزدیک</footer></article>",
        "<div class=adverb>نزدیک</div>",
        "<div class=commentary>نزدیک</div>",
        "<h2>مطالب مرتبط</h2><h2>نزدیک</h2>",
        "<p>بیشتر بخوانید:</p><p><a>دور</a></p><p>نزدیک</p>",
        f"<div class=related><p>{TEXT * 5}</p>نزدیک</div>",
        "<div class='sidebar'><main>نزدیک</main></div>",
    ],
)
def test_what_belongs_to_the_article_stays(html: str) -> None:
    assert "نزدیک" in left(html)


@pytest.mark.parametrize("line", ["Recent Posts", "مطالب مرتبط:", "آخرین اخبار", "نوشته‌های تازه", "بیشتر بخوانید"])
def test_headings_of_others_are_known(line: str) -> None:
    assert clutter.is_heading_of_others(line)


@pytest.mark.parametrize("line", ["", "آخرین اخبار جنگ را بخوانید", "مطالب", "رشد قیمت مسکن"])
def test_other_lines_are_none(line: str) -> None:
    assert not clutter.is_heading_of_others(line)


def test_a_page_of_nothing_but_headings_of_others_takes_time_by_its_size() -> None:
    assert "مطالب" not in left("<h2>مطالب مرتبط</h2>" * 50_000)
