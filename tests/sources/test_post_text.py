"""A post's HTML becomes the prose that a reader sees, and nothing that stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.sources import shortcodes
from search_service.sources.identity import canonical, number_in, post_id
from search_service.sources.post_fields import kicker_and_lead
from search_service.sources.post_text import body_of, lead_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>یک</p>\n<p>دو</p>", "یک\n\nدو"),
        ("<p>یک &#8211; دو&nbsp;سه</p>", "یک – دو\xa0سه"),
        ("<p>یک</p><figure class='wp-block-image'><img><figcaption>عکس</figcaption></figure><p>دو</p>", "یک\n\nدو"),
        ("<p>یک</p><div class='gallery'><dl><dt><img></dt><dd class='wp-caption-text'>ع</dd></dl></div>", "یک"),
        ("<p>یک</p><div class='wp-caption'><img><p class='wp-caption-text'>عکس</p></div>", "یک"),
        ("<p>یک</p><div class='wp-block-embed__wrapper'>\nhttps://youtu.be/x\n</div>", "یک"),
        ("<p>یک</p><iframe src=x>قاب</iframe><script>x()</script><style>p{}</style>", "یک"),
        ("<p>یک</p><div class='jp-relatedposts'><a href=x>دیگر</a></div>", "یک"),
        ("<p>یک</p><p>The post <a href=x>ت</a> appeared first on <a href=y>س</a>.</p>", "یک"),
        ("<!-- wp:paragraph {\"a\":1} --><p>یک</p><!-- /wp:paragraph --><!--more--><!--nextpage-->", "یک"),
        ("[vc_row][vc_column width='1/2']یک[/vc_column][/vc_row]", "یک"),
        ("<p>[contact-form-7 id=\"1\"]</p><p>یک</p>", "یک"),
        ("", ""),
    ],
)  # fmt: skip
def test_only_prose_is_left(html: str, text: str) -> None:
    assert body_of(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("یک\nدو\n\nسه", "یک\nدو\n\nسه"),
        ("یک\r\n\r\nدو", "یک\n\nدو"),
        ("<b>یک</b>\n\n<ul>\n<li>دو</li>\n<li>سه</li>\n</ul>\nچهار", "یک\n\nدو\nسه\n\nچهار"),
        ("یک\n<img\nsrc=x>\nدو", "یک\n\nدو"),
        ("یک\n\nhttps://youtu.be/x\n\nدو", "یک\n\nدو"),
        ("<!-- wp:paragraph -->\n<p>یک\nدو</p>\n<!-- /wp:paragraph -->", "یک دو"),
        ('[caption id="a"]<img> عکس[/caption]\n\nیک', "یک"),
        ('[gallery ids="1,2"]\nیک [embed]https://a[/embed] دو', "یک دو"),
    ],
)
def test_a_kept_post_is_read_as_its_editor_wrote_it(html: str, text: str) -> None:
    assert body_of(html, raw=True) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("گفت [sic] و [1] و [منبع] و [b]", None),
        ("[[gallery]]", "[gallery]"),
        ("[gallery][caption]x[/caption]y", "y"),
        ("[caption]x", "x"),
        ("[unknown a=1]x[/unknown]", "x"),
        ("[bold]x[/bold]", "x"),
        ("[my_code]x", "x"),
        ("[" * 10_000, None),
        ("[a " * 10_000, None),
    ],
)
def test_shortcodes_go_and_other_brackets_stay(text: str, left: str | None) -> None:
    assert shortcodes.remove(text) == (text if left is None else left)


@given(st.text(st.sampled_from("[]/=a-_ \n'caption gallery<>&آ"), max_size=80))
def test_any_text_has_a_body(text: str) -> None:
    body_of(text)
    body_of(text, raw=True)


@pytest.mark.parametrize(
    ("excerpt", "lead"),
    [
        ("<p>لید خبر</p>", "لید خبر"),
        ("<p>متن خبر [&hellip;]</p>", ""),
        ("متن خبر ...", ""),
        ("متن  خبر", ""),
        ("", ""),
    ],
)
def test_a_lead_is_what_an_editor_wrote(excerpt: str, lead: str) -> None:
    assert lead_of(excerpt, "متن خبر است.") == lead


def test_a_kicker_is_found_under_the_names_that_plugins_use() -> None:
    for name in ("rotitr", "_roo_titr", "news-kicker", "mytheme_pre_title", "_secondary_title"):
        assert kicker_and_lead([("title", "x"), (name, " روتیتر ")]) == ("روتیتر", "")
    assert kicker_and_lead([("lead", ["لید"]), ("leader", "x"), ("mislead", "x")]) == ("", "لید")
    assert kicker_and_lead([("lead", 5), ("kicker", {"a": 1}), ("lid", "x" * 6000)]) == ("", "")


def test_addresses_that_differ_by_what_tracks_a_reader_are_one() -> None:
    assert canonical("https://a.example/1?utm_source=x&fbclid=y&p=3#c") == "https://a.example/1?p=3#c"
    assert canonical("https://a.example/1?b=%d8%a8") == "https://a.example/1?b=%d8%a8"
    assert canonical("https://[a/") == "https://[a/"


def test_a_post_is_called_by_its_address_or_its_short_link() -> None:
    assert post_id("https://a.example/1", "https://a.example", 5) == "https://a.example/1"
    assert post_id("https://a.example/" + "x" * 300, "https://a.example/", 5) == "https://a.example/?p=5"
    assert post_id(None, None, 5) is None
    assert number_in("https://a.example/?p=12&x=1") == 12
    assert number_in("https://a.example/?p=x") is None
