"""The headers of every answer."""

import pytest


@pytest.mark.parametrize("url", ["/", "/nothing", "/api/v1/search", "/api/v1/nothing", "/healthz", "/bundles/page.css"])
def test_every_answer_is_guarded(client, url):
    with client.get(url) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["Cache-Control"]


def test_what_changes_is_asked_for_anew_and_failures_are_not_kept(client):
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/nothing").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept(client):
    with client.get("/static/icon.svg?v=1") as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]
