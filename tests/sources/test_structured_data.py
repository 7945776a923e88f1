from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from search_service.sources.structured_data import LinkedData, Meta

ARTICLE = {"@type": "NewsArticle", "headline": "تیتر", "datePublished": "2023-09-19"}


def linked(*blocks: object) -> LinkedData:
    texts = (block if isinstance(block, str) else json.dumps(block) for block in blocks)
    return LinkedData(
        LexborHTMLParser("".join(f'<script type="application/ld+json">{text}</script>' for text in texts))
    )


@pytest.mark.parametrize(
    "block",
    [
        ARTICLE,
        [ARTICLE],
        {"@graph": [{"@type": "WebPage", "headline": "x"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Thing", "BlogPosting"]},
        {**ARTICLE, "@type": "https://schema.org/Article"},
        f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>",
    ],
)
def test_the_article_is_found_wherever_it_stands(block: object) -> None:
    data = linked({"@type": "Organization", "name": "افق"}, block)
    assert data.text("headline") == "تیتر"


def test_names_are_texts_objects_or_references() -> None:
    person = {"@type": "Person", "@id": "#1", "name": "نرگس"}
    data = linked(
        {"@graph": [person, {**ARTICLE, "author": [{"@id": "#1"}, "سارا", {"name": "لیلا"}, {"@id": "#2"}, 5]}]}
    )
    assert data.names("author") == ["نرگس", "سارا", "لیلا"]


def test_addresses_are_texts_or_objects() -> None:
    data = linked({**ARTICLE, "image": [{"url": "https://a.example/1.jpg"}, "https://a.example/2.jpg"]})
    assert data.addresses("image") == ["https://a.example/1.jpg", "https://a.example/2.jpg"]


@pytest.mark.parametrize(
    "block", ["", "{", "[" * 100_000, "null", '{"@type": 5}', '{"@type": "Article", "headline": 5}']
)
def test_broken_blocks_are_passed_over(block: str) -> None:
    assert linked(block).text("headline") == ""
    assert linked(block, ARTICLE).text("headline") == "تیتر"


def test_meta_is_found_by_any_of_its_names() -> None:
    meta = Meta(
        LexborHTMLParser(
            "<meta property='og:title' content=' الف '><meta name=Author content=ب><meta itemprop=x content=پ>"
            "<meta property=article:tag content=ت><meta property=article:tag content=ث><meta name=empty content=''>"
        )
    )
    assert meta.first("none", "og:title") == "الف"
    assert meta.all("author", "x", "empty") == ["ب", "پ"]
    assert meta.all("article:tag") == ["ت", "ث"]
    assert meta.first("none") == ""
