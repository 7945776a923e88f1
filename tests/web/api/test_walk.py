"""Searching for programs: walking, choosing fields and facets, asking whether anything has changed."""

from datetime import timedelta

import pytest

from search_service.article import Article
from search_service.web.app import create_app

URL = "/api/v1/search"


@pytest.fixture
def river(open_house):
    """An index of twelve articles about rivers."""
    house = open_house()
    house.put(*(_article(n) for n in range(12)))
    return house


def _article(number, **more):
    return Article.parse({"id": f"r{number:02}", "title": f"رودخانه {number}", "published": "2025-05-01", **more})


def get(house, status=200, headers=None, **asked):
    response = house.client.get(URL, query_string={"q": "رودخانه", **asked}, headers=headers)
    assert response.status_code == status, response.text
    return response


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_a_walk_goes_through_all_hits(river, sort):
    told, cursor = [], "*"
    while cursor:
        answer = get(river, sort=sort, size="5", cursor=cursor, facets="none").json
        told += [hit["id"] for hit in answer["hits"]]
        assert (answer["total"], "page" in answer) == (12, False)
        cursor = answer.get("cursor")
    assert sorted(told) == [f"r{n:02}" for n in range(12)]


@pytest.fixture
def other_worker(river):
    """The client of another process on the same folder."""
    app = create_app(river.settings, clock=lambda: river.now)
    yield app.test_client()
    app.extensions["search_service"].archive.close()


def test_another_worker_goes_on_with_a_walk_by_relevance(river, other_worker):
    first = get(river, size="5", cursor="*").json
    for number in range(20, 24):
        river.put(_article(number))
    told = [hit["id"] for hit in first["hits"]]
    cursor = first["cursor"]
    while cursor:
        response = other_worker.get(URL, query_string={"q": "رودخانه", "size": "5", "cursor": cursor})
        told += [hit["id"] for hit in response.json["hits"]]
        cursor = response.json.get("cursor")
    assert sorted(told) == [f"r{n:02}" for n in range(12)]


def test_a_walk_whose_state_is_gone_is_a_410(river, other_worker):
    cursor = get(river, size="5", cursor="*").json["cursor"]
    with river.indexer.lock("a test"):
        river.indexer.reindex()
        river.indexer.reindex()
    response = other_worker.get(URL, query_string={"q": "رودخانه", "size": "5", "cursor": cursor})
    assert (response.status_code, response.json["code"]) == (410, "cursor_expired")


def test_a_cursor_that_is_none_is_told(river):
    assert get(river, 400, cursor="abc").json["code"] == "cursor_invalid"
    assert get(river, 400, cursor="*", page="2").json["field"] == "page"


def test_fields_are_chosen(river):
    hit = get(river, fields="title,published").json["hits"][0]
    assert set(hit) == {"id", "title", "published"}
    hit = get(river, fields="html").json["hits"][0]
    assert set(hit) == {"id", "html"}
    assert "<mark>" in hit["html"]["title"]
    problem = get(river, 400, fields="tittle").json
    assert (problem["field"], "'title'" in problem["detail"]) == ("fields", True)


def test_facets_are_chosen_or_none(river):
    assert get(river, facets="none").json["facets"] == {}
    assert set(get(river, facets="tag,author").json["facets"]) == {"tag", "author"}


def test_a_repeated_search_is_a_304_until_a_commit_comes(river):
    tag = get(river).headers["ETag"]
    assert get(river, 304, {"If-None-Match": tag}).data == b""
    get(river, 200, {"If-None-Match": tag}, size="3")
    river.put(_article(30))
    fresh = get(river, 200, {"If-None-Match": tag})
    assert fresh.json["total"] == 13
    get(river, 304, {"If-None-Match": fresh.headers["ETag"]})


def test_a_slip_is_told_even_to_whom_knows_the_tag(river):
    tag = get(river).headers["ETag"]
    get(river, 400, {"If-None-Match": tag}, date="1402-12-30")
    get(river, 400, {"If-None-Match": "*"}, page="x")


def test_the_tag_changes_when_the_time_of_a_scheduled_article_comes(open_house):
    house = open_house(search_max_age=600)
    house.put(_article(1), _article(2, published=(house.now + timedelta(seconds=90)).isoformat()))
    first = get(house)
    assert first.json["total"] == 1
    assert first.headers["Cache-Control"] == "max-age=90"
    house.now += timedelta(seconds=89)
    still = get(house, 304, {"If-None-Match": first.headers["ETag"]})
    assert still.headers["Cache-Control"] == "max-age=1"
    house.now += timedelta(seconds=1)
    out = get(house, 200, {"If-None-Match": first.headers["ETag"]})
    assert out.json["total"] == 2
    assert out.headers["Cache-Control"] == "max-age=600"


def test_without_a_setting_caches_ask_each_time(river, open_house):
    assert get(river).headers["Cache-Control"] == "no-cache"
    assert get(river, cursor="*").headers["Cache-Control"] == "private, no-cache"
    closed = open_house(search_open=False, search_max_age=60)
    closed.put(_article(1))
    assert get(closed, headers=closed.key("search")).headers["Cache-Control"] == "private, max-age=60"


def test_answers_go_compressed_and_keep_their_tag(river):
    plain = get(river)
    packed = get(river, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_suggestions_are_not_told_twice_either(river):
    first = river.client.get("/api/v1/suggest?q=رود")
    again = river.client.get("/api/v1/suggest?q=رود", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
