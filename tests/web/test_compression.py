"""Answers over the wire."""

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    "url", ["/", "/?lang=en", "/help", "/bundles/page.js", "/bundles/page.css", "/feed.atom", "/embed.js"]
)
def test_text_is_compressed_for_whom_takes_it(client, url):
    with client.get(url, headers=GZIP) as packed, client.get(url) as plain:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert len(packed.data) < len(plain.data) / 2
        # Pages differ in the time that they took.
        assert gzip.decompress(packed.data)[:200] == plain.data[:200]


def test_what_is_packed_or_tiny_goes_as_it_is(client):
    for url in ("/static/vazirmatn-33.woff2", "/healthz"):
        with client.get(url, headers=GZIP) as response:
            assert "Content-Encoding" not in response.headers


def test_a_compressed_answer_can_be_asked_for_anew(client):
    url = "/embed.js"
    with client.get(url, headers=GZIP) as first:
        tag = first.headers["ETag"]
    assert tag.startswith("W/")
    with client.get(url, headers=GZIP | {"If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_no_gzip_is_no_gzip(client):
    with client.get("/", headers={"Accept-Encoding": "gzip;q=0, identity"}) as response:
        assert "Content-Encoding" not in response.headers
