"""Feeds of any search, and the description of this search engine."""

from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest

from search_service.article import Article

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def atom(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/atom+xml"
    return fromstring(response.data)


def test_a_feed_has_the_newest_dated_articles_of_its_search(client):
    feed = atom(client, "/feed.atom")
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles[0] == "بازگشت آب به رودخانه‌های شمال"
    assert len(titles) == 4  # the library has no date; tomorrow's and the draft are not out
    first = feed.find(f"{ATOM}entry")
    assert first.find(f"{ATOM}link").attrib["href"] == "https://paper.example/news/river?id=1&lang=fa"
    assert first.findtext(f"{ATOM}updated") == "2025-05-31T09:00:00+03:30"
    assert first.findtext(f"{ATOM}id") == "http://localhost/article/river"
    assert [each.attrib["term"] for each in first.iter(f"{ATOM}category")] == ["محیط زیست", "ایران"]
    assert feed.findtext(f"{ATOM}updated") == "2025-05-31T09:00:00+03:30"


def test_both_feeds_hold_the_state_of_the_page(client):
    query = "q=" + quote("برنامه") + "&category=" + quote("اموزش")
    feed = atom(client, f"/feed.atom?{query}")
    assert len(list(feed.iter(f"{ATOM}entry"))) == 1
    links = {each.attrib["rel"]: each.attrib["href"] for each in feed.findall(f"{ATOM}link")}
    assert links == {"self": f"http://localhost/feed.atom?{query}", "alternate": f"http://localhost/?{query}"}
    found = client.get(f"/feed.json?{query}").json
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["home_page_url"] == f"http://localhost/?{query}"
    (item,) = found["items"]
    assert item["url"] == "http://localhost/article/school"
    assert item["date_published"] == "2024-10-06T00:00:00+03:30"
    assert item["tags"] == ["آموزش", "علم و فناوری"]


def test_the_page_names_its_feeds(client):
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(client.get("/?q=" + quote("رودخانه")).text)
    urls = [node.attributes["href"] for node in tree.css("link[rel=alternate]")]
    assert urls == [f"/feed.{kind}?q={quote('رودخانه')}" for kind in ("atom", "json")]
    assert all(client.get(url).status_code == 200 for url in urls)


def test_a_feed_is_asked_for_anew_cheaply(client):
    first = client.get("/feed.atom")
    assert client.get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_markup_and_control_characters_are_text_in_a_feed(open_house):
    house = open_house()
    given = Article.parse({"id": "x", "title": "t", "published": "1402-06-28"}).model_dump()
    hostile = given | {"title": "<b>]]>&\x0b\ufffe", "authors": ("<i>",), "categories": ('"><x',)}
    house.put(Article.model_construct(**hostile))
    (entry,) = atom(house.client, "/feed.atom").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "<b>]]>&"
    assert entry.find(f"{ATOM}category").attrib["term"] == '"><x'
    assert house.client.get("/feed.json").json["items"][0]["authors"] == [{"name": "<i>"}]


def test_an_empty_feed_is_a_feed(client):
    assert not list(atom(client, "/feed.atom?match=all&q=" + quote("فضانوردی")).iter(f"{ATOM}entry"))


@pytest.mark.parametrize("lang", ["", "en"])
def test_browsers_can_add_the_search(client, lang):
    response = client.get(f"/opensearch.xml?lang={lang}" if lang else "/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = fromstring(response.data)
    assert 0 < len(root.findtext(f"{OPENSEARCH}ShortName")) <= 16
    for url in root.iter(f"{OPENSEARCH}Url"):
        filled = url.attrib["template"].replace("{searchTerms}", quote("رودخ"))
        answer = client.get(filled.removeprefix("http://localhost"))
        assert (answer.status_code, answer.mimetype) == (200, url.attrib["type"])
        assert ("lang=en" in filled) == bool(lang)


def test_the_public_address_is_a_setting(open_house):
    house = open_house(public_url="https://search.example/")
    house.put(Article.parse({"id": "a", "title": "خبر", "published": "1402-06-28"}))
    assert house.client.get("/feed.json").json["items"][0]["url"] == "https://search.example/article/a"
    assert b'href="https://search.example/?q=a"' in house.client.get("/?q=a").data
