"""Contents come back as they were written."""

from __future__ import annotations

import zlib
from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from search_service.archive.content import categories, decode, encode, same
from search_service.article import MAX_VERSION, Article, Status

TEXT = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["a < b", "&amp;lt;b&amp;gt; سلام", "<p>یک</p><p>دو</p>", "می\u200cرود", "١٢۳", "\u202eوارونه"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MOMENTS = st.none() | st.dates(date(1920, 1, 1)) | st.datetimes(datetime(1920, 1, 1), datetime(2100, 1, 1))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.from_regex(r"[a-zء-ی0-9/:.-]{1,60}", fullmatch=True),
    "url": st.none() | st.just("https://example.com/خبر"),
    "kicker": TEXT,
    "title": TEXT.map(lambda text: f"ت{text}"),
    "lead": TEXT,
    "body": TEXT,
    "categories": st.lists(TEXT, max_size=4),
    "tags": st.lists(TEXT, max_size=4),
    "authors": st.lists(TEXT, max_size=4),
    "source": st.none() | TEXT,
    "image": st.none() | st.just("/a.jpg"),
    "language": st.sampled_from(["fa", "en"]),
    "extra": st.dictionaries(st.sampled_from(["post", "شماره"]), JSON, max_size=2),
    "status": st.sampled_from(Status),
    "published": MOMENTS,
    "modified": MOMENTS,
    "version": st.none() | st.integers(0, MAX_VERSION),
}
ARTICLES = st.fixed_dictionaries(FIELDS).map(Article.parse)


def test_every_field_of_an_article_is_tried() -> None:
    assert FIELDS.keys() == Article.model_fields.keys()


@given(ARTICLES, st.integers(0, MAX_VERSION))
def test_an_article_comes_back_equal_with_the_version_it_was_given(article: Article, version: int) -> None:
    assert decode(encode(article), version) == article.model_copy(update={"version": version})


@given(ARTICLES, ARTICLES)
def test_contents_are_the_same_when_the_articles_are_whatever_their_versions(one: Article, other: Article) -> None:
    assert same(encode(one), encode(one.model_copy(update={"version": 7})))
    assert same(encode(one), encode(other)) == (one.canonical() == other.canonical())


@given(ARTICLES)
def test_the_categories_are_read_without_the_rest(article: Article) -> None:
    assert categories(encode(article)) == article.categories


def test_another_compression_of_the_same_content_is_the_same() -> None:
    content = encode(Article.parse({"id": "1", "title": "خبر", "body": "متن خبر " * 50}))
    again = zlib.compress(zlib.decompress(content), 0)
    assert again != content
    assert same(content, again)
