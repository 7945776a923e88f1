"""The help page: its examples run."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from search_service.article import Article
from search_service.jalali import ascii_digits

ARTICLES = [
    {
        "id": "1",
        "title": "زلزله در تهران",
        "tags": ["زلزله", "شهر تهران"],
        "categories": ["جامعه"],
        "published": "1402-06-28",
    },
    {"id": "2", "title": "زلزله در شمال", "tags": ["زلزله"], "categories": ["جامعه"], "published": "1401-06-28"},
    {"id": "3", "title": "ترافیک تهران", "tags": ["ترافیک"], "categories": ["جامعه"], "published": "1403-01-05"},
]


@pytest.fixture
def helped(house):
    house.put(*(Article.parse(article) for article in ARTICLES))
    return house.client


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_every_example_finds_what_it_says(helped, lang):
    tree = LexborHTMLParser(helped.get(f"/help{lang}").text)
    examples = tree.css(".example")
    assert len(examples) == len(tree.css(".topic")) - len(tree.css(".topic:not(:has(.example))")) >= 8
    for example in examples:
        told = int(re.search(r"\d+", ascii_digits(example.css_first(".count").text()))[0])
        found = LexborHTMLParser(helped.get(example.attributes["href"]).text)
        total = int(re.search(r"\d+", ascii_digits(found.css_first(".total strong").text()))[0])
        assert total == told > 0, example.text()


def test_examples_follow_the_archive(helped, house):
    assert "زلزله" in helped.get("/help").text
    assert "سیل" not in helped.get("/help").text
    house.put(
        *(Article.parse({"id": f"n{n}", "title": "سیل", "tags": ["سیل"], "published": "1404-01-01"}) for n in range(5))
    )
    assert "سیل" in helped.get("/help").text


def test_without_an_index_the_language_is_explained_all_the_same(house):
    response = house.client.get("/help")
    assert response.status_code == 200
    assert "example" not in response.text.split("<main")[1]


def test_names_of_several_words_are_quoted_as_they_are_written(house):
    article = {"id": "c", "title": "کتابخانهٔ ملی", "tags": ["کتابخانه"], "categories": ["فرهنگ و هنر"]}
    house.put(Article.parse(article))
    queries = [node.text() for node in LexborHTMLParser(house.client.get("/help").text).css(".example code")]
    assert 'category:"فرهنگ و هنر"' in queries
    assert "کتاب*" in queries
