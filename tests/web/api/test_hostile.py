"""What an enemy sends: none of it is taken, tells a secret, or does harm."""

import gzip
import json
import tracemalloc
from urllib.parse import quote

import pytest

from search_service.article import Article

ARTICLES = "/api/v1/articles/"
TRAVERSALS = [
    "..",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2f",
    "....//....//",
    "/etc/passwd",
    "C:\\windows\\system32",
    "file:///etc/passwd",
    "a\u202etxt.exe",
    "${jndi:ldap://127.0.0.1/x}",
    "{{7*7}}",
    "'; DROP TABLE articles; --",
    "\u0000",
]
LEAKS = ("Traceback", "/tmp/", "/work", "site-packages", "sqlite", 'File "', "root:", '.py"')


def quiet(response):
    """The answer is one of ours, no failure of the machinery, and tells nothing of the machine."""
    assert response.status_code < 500, response.text
    text = response.text
    assert not [leak for leak in LEAKS if leak in text], text
    return response


@pytest.fixture
def writer(house):
    return house.key("write")


# ids


@pytest.mark.parametrize("id", TRAVERSALS)
def test_an_id_is_a_name_and_never_a_path(house, writer, id):
    url = ARTICLES + quote(id, safe="")
    house.put(Article.parse({"id": "seen", "title": "آشکار"}))
    before = sorted(path.name for path in house.settings.index.rglob("*") if path.is_file())
    answer = quiet(house.client.put(url, json={"title": "x"}, headers=writer))
    assert answer.status_code in (202, 422)
    quiet(house.client.get(url))
    quiet(house.client.get("/article/" + quote(id, safe="")))
    quiet(house.client.delete(url, headers=writer))
    assert sorted(path.name for path in house.settings.index.rglob("*") if path.is_file()) == before


@pytest.mark.parametrize(
    "path", ["/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py", "/bundles/..%2fapp.py", "//etc/passwd"]
)
def test_no_file_outside_is_served(house, path):
    assert quiet(house.client.get(path)).status_code == 404


@pytest.mark.parametrize("cursor", [*TRAVERSALS, "a" * 5000, "AAAA", "W10", "bnVsbA", "MQ"])
def test_a_cursor_is_trusted_in_nothing(house, writer, cursor):
    asked = {"cursor": cursor}
    assert (
        quiet(house.client.get("/api/v1/search", query_string=asked)).json["code"] == "cursor_invalid"
        or cursor == "\u0000"
    )
    assert quiet(house.client.get("/api/v1/articles", query_string=asked, headers=writer)).status_code in (200, 400)


# bodies


def test_a_compressed_body_is_not_unpacked(house, writer):
    bomb = gzip.compress(b"[" + b" " * 50_000_000)
    tracemalloc.start()
    try:
        for method, url in (("PUT", ARTICLES + "a"), ("POST", "/api/v1/articles"), ("PATCH", ARTICLES + "a")):
            for encoding in ("gzip", "deflate", "br", "gzip, gzip", "x-gzip"):
                headers = {**writer, "Content-Encoding": encoding}
                answer = quiet(house.client.open(url, method=method, data=bomb, headers=headers))
                assert (answer.status_code, answer.json["code"]) == (415, "media_type_unknown")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("depth", [100, 5_000, 200_000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_deep_json_is_refused_and_costs_nothing(house, writer, depth, pair):
    opening = pair[0] if pair == "[]" else '{"a":'
    deep = opening * depth + ("" if pair == "[]" else "1") + pair[1] * depth
    body = f'{{"id": "a", "title": "x", "extra": {{"a": {deep}}}}}'
    for method in ("PUT", "PATCH"):
        answer = quiet(house.client.open(ARTICLES + "a", method=method, data=body, headers=writer))
        assert answer.status_code in (400, 404, 422)
    answer = quiet(house.client.post("/api/v1/articles", data=f"[{body}]", headers=writer))
    assert (answer.status_code, answer.json["failed"]) == (202, 1)
    assert house.archive.count() == 0
    quiet(house.client.post("/api/v1/categories/rename", data=deep, headers=writer))


@pytest.mark.parametrize("number", ["1" * 5_000, "-" + "9" * 400, "1e400", "-1e400", "NaN", "Infinity", "1e-400000"])
def test_numbers_past_all_bounds_are_refused(house, writer, number):
    for field in ("version", "extra", "published", "id"):
        value = f'{{"n": {number}}}' if field == "extra" else number
        answer = quiet(house.client.put(ARTICLES + "a", data=f'{{"title": "x", "{field}": {value}}}', headers=writer))
        assert answer.status_code in (202, 400, 422)
    quiet(house.client.get("/api/v1/search", query_string={"page": number, "size": number}))
    quiet(house.client.delete(ARTICLES + "a", query_string={"version": number}, headers=writer))
    quiet(house.client.get(f"/api/v1/tasks/{quote(number)}", headers=house.key("admin")))
    json.loads(quiet(house.client.get(ARTICLES + "a", headers=writer)).text)


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\uD83D\\u0041", "\\udc00\\ud800"])
def test_lone_surrogates_are_refused_wherever_they_stand(house, writer, escape):
    bodies = [
        f'{{"title": "x{escape}"}}',
        f'{{"title": "x", "tags": ["{escape}"]}}',
        f'{{"title": "x", "extra": {{"{escape}": 1}}}}',
        f'{{"title": "x", "{escape}": 1}}',
    ]
    for body in bodies:
        for method in ("PUT", "PATCH"):
            answer = quiet(house.client.open(ARTICLES + "a", method=method, data=body, headers=writer))
            assert answer.status_code in (400, 404, 422)
    answer = quiet(house.client.post("/api/v1/articles", data="\n".join(bodies), headers=writer))
    assert answer.json["failed"] == len(bodies)
    assert house.archive.count() == 0


def test_control_and_bidi_characters_come_back_as_text_and_never_as_markup(house, writer):
    title = "عنوان\u202e<script>\u2066\u0007\u0000</script>\u200f"
    article = {"title": title, "body": title, "source": title, "categories": [title], "authors": [title]}
    quiet(house.client.put(ARTICLES + "a", json=article, headers=writer))
    house.index()
    for asked in ("/api/v1/search?q=عنوان", "/?q=عنوان"):
        answer = quiet(house.client.get(asked))
        assert "<script>\u2066" not in answer.text
    hit = house.client.get("/api/v1/search?q=عنوان").json["hits"][0]
    choices = house.client.get("/api/v1/search?facets=category,source,author").json["facets"]
    labels = "".join(choice["label"] for facet in choices.values() for choice in facet)
    shown = (
        labels
        + hit["source"]
        + "".join(hit["categories"] + hit["authors"])
        + hit["title"]
        + hit["html"]["title"]
        + "".join(piece["text"] for piece in hit["fragments"]["title"])
    )
    assert not set(shown) & set("\u202e\u2066\u0007\u0000")


def test_many_names_and_long_ones_are_told_shortly(house):
    query = "&".join(f"x{n}=1" for n in range(900))
    assert len(quiet(house.client.get(f"/api/v1/search?{query}")).data) < 3_000
    answer = quiet(house.client.get("/api/v1/search", query_string={"ا" * 3_000: "x", "<script>": "y"}))
    assert len(answer.json["field"]) <= 40


@pytest.mark.parametrize("header", ["X-Request-ID", "If-None-Match", "Idempotency-Key", "If-Match", "Authorization"])
@pytest.mark.parametrize(
    "value", ["a\tb", "\x7f", "é" * 300, '"' * 500, "W/" * 500, "*" * 1000, "Bearer " + "." * 3000]
)
def test_odd_headers_are_no_failure(house, writer, header, value):
    headers = {**writer, header: value.encode().decode("latin-1")}
    for method, url in (("PUT", ARTICLES + "a"), ("GET", "/api/v1/search"), ("DELETE", ARTICLES + "b")):
        response = house.client.open(url, method=method, json={"title": "x"}, headers=headers)
        assert response.status_code < 500 or response.json["code"] == "index_missing"
        assert "\t" not in response.headers["X-Request-ID"]


# what others must not see


def test_an_answer_is_never_of_another_key(house, writer):
    """What only writers may see is not kept by caches for others."""
    house.client.put(ARTICLES + "draft", json={"title": "پنهان", "status": "draft"}, headers=writer)
    answer = house.client.get(ARTICLES + "draft", headers=writer)
    assert "private" in answer.headers["Cache-Control"]
    assert "Authorization" in answer.headers["Vary"]
    tag = answer.headers["ETag"]
    assert house.client.get(ARTICLES + "draft", headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize(
    "asked", ["q=پنهان", "q=پنه*", "category=راز", "fields=id&q=", "q=&cursor=*&sort=newest", "q=پنهان&cursor=*"]
)
def test_drafts_and_scheduled_articles_are_in_no_answer_facet_count_or_suggestion(house, writer, asked):
    later = {"title": "پنهان", "categories": ["راز"], "published": "2099-01-01"}
    house.client.put(ARTICLES + "later", json=later, headers=writer)
    house.client.put(ARTICLES + "draft", json=later | {"published": None, "status": "draft"}, headers=writer)
    house.client.put(ARTICLES + "seen", json={"title": "آشکار"}, headers=writer)
    house.index()
    answer = house.client.get(f"/api/v1/search?{asked}&facets=category,date,tag,author,source").json
    assert not {"later", "draft"} & {hit["id"] for hit in answer["hits"]}
    assert answer["total"] <= 1
    assert not any(choice["count"] for choice in answer["facets"]["category"])
    assert not any(choice["value"] == "راز" and choice["label"] != "راز" for choice in answer["facets"]["category"])
    assert house.client.get("/api/v1/suggest?q=پنه").json["suggestions"] == []
    assert house.client.get("/api/v1/suggest?q=را").json["suggestions"] == []
