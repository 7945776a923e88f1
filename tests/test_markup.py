from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.markup import plain_text


@pytest.mark.parametrize(
    "text",
    [
        "متن ساده",
        "a < b و c > d",
        "جز< میراث و <غیره>",
        "AT&T",
        "R&D; و &nbsp",
        "x<y>z",
        "List<String>",
        "خط یک\n\n  خط دو ",
        "",
    ],
)
def test_plain_text_is_returned_as_it_is(text: str) -> None:
    assert plain_text(text) == text


@given(st.text().filter(lambda text: "<" not in text and "&" not in text))
def test_text_without_tags_and_entities_never_changes(text: str) -> None:
    assert plain_text(text) is text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>یک</p><p>دو</p>", "یک\n\nدو"),
        ("<p>یک<br>دو<br/>سه</p>", "یک\nدو\nسه"),
        ("<p>می‌<b>رود</b></p>", "می‌رود"),
        ("یک<script>alert('متن')</script><style>p{}</style> دو", "یک دو"),
        ("<!-- پنهان --><b>پیدا</b>", "پیدا"),
        ("<ul><li>یک</li><li>دو</li></ul>", "یک\nدو"),
        ("<table><tr><td>یک</td><td>دو</td></tr><tr><td>سه</td></tr></table>", "یک دو\nسه"),
        ("<p>یک\n   دو</p>\n\n\n<p>سه</p>", "یک دو\n\nسه"),
        ("بند یک\nبند <b>دو</b>\n\nبند سه", "بند یک\nبند دو\n\nبند سه"),
        ("کار &amp; کوشش &lt;خوب&gt;", "کار & کوشش <خوب>"),
        ("می&zwnj;رود &#8204;&#x6A9;", "می‌رود ‌ک"),
        ("<p>a &amp;lt; b</p>", "a &lt; b"),
        ("<P CLASS='x'>بزرگ</P>", "بزرگ"),
        ("متن <b>ناتمام", "متن ناتمام"),
        ('پایان متن\n<img alt="" src="data:image/jpeg;base64,AAAA', "پایان متن\n"),
        ("<p></p>", ""),
        ("<p>دو فاصله</p>", "دو فاصله"),
    ],
)
def test_markup_becomes_the_text_that_a_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "<div></x>" * 50_000,
        "<svg>" + "<input>" * 50_000,
        "<svg><script>" + "<a>" * 50_000,
        "".join(f"<b id={n}>" for n in range(3_000)) + "<p>متن" * 5_000,
    ],
)
def test_markup_that_would_take_too_long_is_refused(html: str) -> None:
    with pytest.raises(ValueError, match="too many elements open"):
        plain_text(html)


@pytest.mark.parametrize("html", ["<div>" * 1_000, "<p>متن<br>" * 1_000, "<script>" + "i<n;" * 50_000 + "</script>"])
def test_untidy_markup_is_read(html: str) -> None:
    assert plain_text(f"{html} پایان").strip().endswith("پایان")


def test_a_lone_surrogate_is_kept_for_the_article_to_refuse() -> None:
    assert plain_text("<p>\ud800</p>") == "<p>\ud800</p>"


@given(st.text("<>/&; pbrscitdv\n=\"'!-[]xآب\u200c", max_size=60))
def test_no_markup_is_too_broken(text: str) -> None:
    assert isinstance(plain_text(text), str)
