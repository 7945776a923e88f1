"""The search on other sites' pages: the script, who may use it, and what frames allow."""

import pytest

from search_service.settings import Settings

CMS = "https://cms.example"


@pytest.fixture
def shared(open_house):
    return open_house(embed_origins=(CMS, "http://localhost:3000")).client


def test_the_script_is_one_file_that_any_page_may_run(client):
    response = client.get("/embed.js")
    assert response.mimetype == "text/javascript"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "news-search" in response.text
    assert "import " not in response.text.replace("important", "")
    again = client.get("/embed.js", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("url", ["/api/v1/search?q=x", "/api/v1/suggest?q=xy"])
def test_only_pages_of_the_named_origins_read_answers(shared, url):
    assert shared.get(url, headers={"Origin": CMS}).headers["Access-Control-Allow-Origin"] == CMS
    for origin in ("https://evil.example", "null", "https://cms.example.evil", ""):
        refused = shared.get(url, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert "Origin" in refused.headers["Vary"]


def test_nothing_else_is_shared(shared):
    for url in ("/", "/api/v1/articles/x", "/help", "/healthz"):
        assert "Access-Control-Allow-Origin" not in shared.get(url, headers={"Origin": CMS}).headers


def test_the_star_shares_with_every_page_and_never_credentials(open_house):
    response = open_house(embed_origins=("*",)).client.get(
        "/api/v1/suggest?q=xy", headers={"Origin": "https://any.example"}
    )
    assert response.headers["Access-Control-Allow-Origin"] == "https://any.example"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_frames_are_for_the_named_origins(shared, client):
    framed = shared.get("/help").headers
    assert f"frame-ancestors 'self' {CMS} http://localhost:3000" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "frame-ancestors 'none'" in client.get("/help").headers["Content-Security-Policy"]
    assert client.get("/help").headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "origin", ["cms.example", "https://a.example/x", "https://a; script-src *", "javascript:x", "'self'"]
)
def test_only_origins_are_origins(origin):
    with pytest.raises(ValueError, match="embed_origins"):
        Settings(embed_origins=(origin,))


def test_pictures_of_named_origins_may_be_loaded(open_house):
    policy = open_house(image_origins=("https://cdn.example",)).client.get("/help").headers["Content-Security-Policy"]
    assert "img-src 'self' https://cdn.example;" in policy


def test_the_demonstration_shows_what_to_copy(client):
    text = client.get("/embed").text
    assert '&lt;script src="http://localhost/embed.js" async&gt;' in text
    assert text.count("<news-search") == 3
