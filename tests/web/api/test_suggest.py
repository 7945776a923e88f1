"""GET /api/v1/suggest."""

from datetime import datetime

import pytest

from search_service.article import TEHRAN, Article


def suggest(client, q, **more):
    response = client.get("/api/v1/suggest", query_string={"q": q, **more})
    assert response.status_code == 200, response.text
    return response.json["suggestions"]


def test_words_titles_and_categories_are_proposed_with_where_they_lead(client):
    found = suggest(client, "رودخ")
    words = [each for each in found if each["kind"] == "word"]
    assert [each["query"] for each in words] == ["رودخانه", "رودخانه‌ها", "رودخانه‌های"]
    word = words[0]
    assert word["href"].startswith("/?q=")
    title = next(each for each in found if each["kind"] == "title")
    assert title["href"] == "https://paper.example/news/river?id=1&lang=fa"
    assert [piece["text"] for piece in title["fragments"] if piece["match"]] == ["رودخانه‌های"]
    (category,) = (each for each in suggest(client, "محیط") if each["kind"] == "category")
    assert (category["text"], category["value"], category["count"]) == ("محیط زیست", "محیطزیست", 1)


def test_links_keep_the_language(client):
    found = suggest(client, "کتابخ", lang="en")
    assert {each["href"] for each in found if each["kind"] == "title"} == {"/article/library?lang=en"}
    assert all(each["href"].endswith("&lang=en") for each in found if each["kind"] == "word")


def test_what_readers_may_not_see_is_never_proposed(client):
    """«پیش‌نویس» stands in a draft, «فردا» in an article of tomorrow and its category, «پنهان» in a draft's."""
    for typed in ("پیش‌ن", "پیشنو", "فرد", "منتشر", "پنه", "آماد"):
        assert suggest(client, typed) == []


def test_browsers_read_words_as_opensearch_has_them(client):
    response = client.get("/api/v1/suggest", query_string={"q": "رودخ", "format": "opensearch"})
    assert response.mimetype == "application/x-suggestions+json"
    assert response.json[0] == "رودخ"
    assert "رودخانه‌های" in response.json[1]


@pytest.mark.parametrize("q", ["", "ر", "   ", '"', "-", "(((", "x" * 5000, "\u200c\u200c", "%00\x00"])
def test_what_cannot_be_completed_has_no_suggestions(client, q):
    assert suggest(client, q) == []


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "21"), ("format", "xml"), ("qq", "x")])
def test_slips_are_told(client, name, value):
    assert client.get("/api/v1/suggest", query_string={name: value}).status_code == 400


def test_the_limit_holds(client):
    assert len(suggest(client, "رود", limit=1)) == 1


def test_suggestions_need_the_key_that_searches_need(open_house):
    house = open_house(search_open=False)
    assert house.client.get("/api/v1/suggest?q=x").status_code == 401


def test_what_comes_out_is_suggested_with_its_category_without_another_write(house):
    house.put(Article.parse({"id": "a", "title": "رودخانهٔ فردا", "category": "فردا", "published": "2025-06-02"}))
    assert suggest(house.client, "فرد") == suggest(house.client, "رودخ") == []
    house.now = datetime(2025, 6, 2, tzinfo=TEHRAN)
    assert [each["count"] for each in suggest(house.client, "فرد") if each["kind"] == "category"] == [1]
    assert suggest(house.client, "رودخ")[-1]["id"] == "a"


def test_what_was_found_in_a_hurry_is_not_kept_for_all_there_is(open_house):
    hurried, patient = open_house(suggest_seconds=1e-9), open_house()
    for house in (hurried, patient):
        house.put(Article.parse({"id": "a", "title": "رودخانه"}))
    answer = hurried.client.get("/api/v1/suggest?q=رودخ")
    assert (answer.headers.get("ETag"), answer.headers["Cache-Control"]) == (None, "no-store")
    assert patient.client.get("/api/v1/suggest?q=رودخ").headers["ETag"]
