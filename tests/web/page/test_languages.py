"""The second language of the interface."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser


def page(client, url, **headers):
    return LexborHTMLParser(client.get(url, headers=headers).text)


def test_english_has_its_own_direction_digits_and_calendar(client):
    tree = page(client, "/?lang=en&q=" + quote("رودخانه"))
    root = tree.css_first("html")
    assert (root.attributes["lang"], root.attributes["dir"]) == ("en", "ltr")
    assert tree.css_first(".total strong").text() == "1 article"
    assert " ".join(tree.css_first("time").text().split()) == "31 May 2025 a day ago"
    assert tree.css_first("article").attributes["lang"] == "fa"


def test_every_link_keeps_the_language(client):
    tree = page(client, "/?lang=en&date=1403-07&q=" + quote("برنامه OR والیبال"))
    ours = [node for node in tree.css("a[href^='/']") if node.attributes.get("hreflang") is None]
    assert len(ours) > 15
    for node in ours:
        assert parse_qs(urlsplit(node.attributes["href"]).query)["lang"] == ["en"], node.html
    assert all(node.css_first("input[name=lang]") for node in tree.css("form"))


@pytest.mark.parametrize("path", ["/", "/help", "/embed", "/article/library", "/nothing"])
def test_the_same_page_in_the_other_language_is_one_step_away(client, path):
    other = page(client, path).css_first(".tools a[hreflang]").attributes["href"]
    assert other == f"{path}?lang=en"
    assert page(client, other).css_first(".tools a[hreflang]").attributes["href"] == path


def test_an_address_shows_everyone_the_same_page(client):
    tree = page(client, "/", **{"Accept-Language": "en-GB,en;q=0.9"})
    assert tree.css_first("html").attributes["lang"] == "fa"


def test_slips_are_told_in_the_language(client):
    tree = page(client, "/?lang=en&date=1402-13")
    assert "The date does not exist" in tree.css_first("main").text()
    assert tree.css_first("main .button").attributes["href"] == "/?lang=en"
