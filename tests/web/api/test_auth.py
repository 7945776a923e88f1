"""Who may search and who may write."""

import pytest


@pytest.fixture
def closed(open_house):
    return open_house(search_open=False)


WRITES = [("PUT", "/api/v1/articles/a"), ("DELETE", "/api/v1/articles/a"), ("POST", "/api/v1/articles")]


@pytest.mark.parametrize(("method", "url"), WRITES)
def test_writing_needs_a_key_that_may(house, method, url):
    def ask(headers):
        response = house.client.open(url, method=method, data=b'{"id": "a", "title": "x"}', headers=headers)
        return response.status_code, response.json["code"]

    assert ask({}) == (401, "key_missing")
    assert ask({"Authorization": "Bearer nonsense"}) == (401, "key_invalid")
    assert ask({"X-API-Key": "nonsense"}) == (401, "key_invalid")
    assert ask(house.key("search")) == (403, "scope_missing")
    assert house.archive.position() == 0


def test_a_refusal_says_how_to_ask(house):
    assert house.client.put("/api/v1/articles/a").headers["WWW-Authenticate"] == "Bearer"


def test_a_key_is_taken_in_either_header(house):
    bearer = house.key("write")
    plain = {"X-API-Key": bearer["Authorization"].removeprefix("Bearer ")}
    for headers in (bearer, plain):
        assert house.client.put("/api/v1/articles/a", json={"title": "x"}, headers=headers).status_code == 202


def test_a_revoked_key_is_worthless(house):
    headers = house.key("write")
    house.services.keys.revoke(headers["Authorization"].removeprefix("Bearer ").partition(".")[0])
    response = house.client.put("/api/v1/articles/a", json={"title": "x"}, headers=headers)
    assert (response.status_code, response.json["code"]) == (401, "key_invalid")


@pytest.mark.parametrize("url", ["/api/v1/search", "/api/v1/articles/a", "/", "/article/a"])
def test_searching_can_be_closed(closed, url):
    assert closed.client.get(url).status_code == 401
    assert closed.client.get(url, headers=closed.key("search")).status_code in (404, 503)


def test_health_is_open_even_then(closed):
    assert closed.client.get("/healthz").status_code == 200
