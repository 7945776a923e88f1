"""Which other sites' scripts may call the API."""

import pytest

CMS = "https://cms.example"
PREFLIGHT = {"Origin": CMS, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def shared(open_house):
    return open_house(cors_origins=(CMS,)).client


@pytest.mark.parametrize("url", ["/api/v1/search", "/api/v1/articles/a", "/api/v1/nothing"])
def test_scripts_of_a_named_origin_read_every_answer_of_the_api_failures_too(shared, url):
    headers = shared.get(url, headers={"Origin": CMS}).headers
    assert headers["Access-Control-Allow-Origin"] == CMS
    assert {"Retry-After", "ETag", "RateLimit", "X-Request-ID"} <= set(
        headers["Access-Control-Expose-Headers"].split(", ")
    )
    assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in headers


def test_scripts_read_every_header_that_a_call_answers_with(shared):
    exposed = shared.get("/api/v1/search", headers={"Origin": CMS}).headers["Access-Control-Expose-Headers"]
    assert {"ETag", "Location", "Idempotency-Replayed", "Retry-After", "X-Request-ID"} <= set(exposed.split(", "))


def test_a_browser_that_asks_before_it_writes_is_answered(shared):
    response = shared.options("/api/v1/articles/a", headers=PREFLIGHT)
    assert (response.status_code, response.text) == (204, "")
    assert response.headers["Access-Control-Allow-Origin"] == CMS
    methods = response.headers["Access-Control-Allow-Methods"].split(", ")
    assert {"GET", "PUT", "DELETE"} <= set(methods)
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
    assert int(response.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://cms.example.evil", "http://cms.example", "", "*"]
)
def test_others_read_and_write_nothing(shared, origin):
    for response in (
        shared.get("/api/v1/search", headers={"Origin": origin}),
        shared.options("/api/v1/articles/a", headers=PREFLIGHT | {"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Access-Control-Allow-Methods" not in response.headers


@pytest.mark.parametrize("url", ["/", "/healthz", "/metrics", "/help"])
def test_nothing_but_the_api_is_shared(shared, url):
    assert "Access-Control-Allow-Origin" not in shared.get(url, headers={"Origin": CMS}).headers


def test_without_the_setting_nothing_is(client):
    response = client.get("/api/v1/search", headers={"Origin": CMS})
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_star_is_for_every_origin(open_house):
    response = open_house(cors_origins=("*",)).client.options("/api/v1/articles", headers=PREFLIGHT)
    assert response.headers["Access-Control-Allow-Origin"] == CMS
