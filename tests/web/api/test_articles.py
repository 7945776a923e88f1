"""Reading, writing and deleting one article."""

from urllib.parse import quote

import pytest

URL = "/api/v1/articles/"
IDS = [
    "a",
    "https://a.example/x?y=1",
    "/news//12/",
    "خبر ۱",
    "a b+c%2F&d=e;f",
    "..",
    "a/../b",
    "%",
    '"><script>alert(1)</script>',
]


def address(id):
    return URL + quote(id, safe="")


def put(house, id, article, **parameters):
    headers = house.key("write")
    return house.client.put(address(id), json=article, headers=headers, query_string=parameters)


@pytest.mark.parametrize("id", IDS)
def test_any_id_is_written_read_and_deleted(house, id):
    response = put(house, id, {"title": "عنوان"})
    assert response.status_code == 202, response.text
    assert response.json == {"id": id, "version": 1, "position": 1, "state": "added"}
    assert house.client.get(address(id)).json["title"] == "عنوان"
    deleted = house.client.delete(address(id), headers=house.key("write"))
    assert (deleted.status_code, deleted.json["state"]) == (202, "deleted")
    assert house.client.get(address(id)).status_code == 404


def test_what_is_acknowledged_is_in_the_archive(house):
    put(house, "a", {"title": "عنوان"})
    assert house.archive.get("a").title == "عنوان"


def test_waiting_until_indexed_tells_what_became_of_it(house, indexing):
    assert put(house, "a", {"title": "عنوان"}, wait="indexed").status_code == 201
    assert house.client.get("/api/v1/search?q=عنوان").json["total"] == 1
    assert put(house, "a", {"title": "دیگر"}, wait="indexed").status_code == 200
    same = put(house, "a", {"title": "دیگر"}, wait="indexed")
    assert (same.status_code, same.json["state"]) == (200, "unchanged")
    assert house.client.get("/api/v1/search?q=عنوان&match=all").json["total"] == 0
    assert house.client.delete(address("a") + "?wait=indexed", headers=house.key("write")).status_code == 200
    assert house.client.get("/api/v1/search").json["total"] == 0


def test_waiting_ends_when_no_indexer_comes(open_house):
    house = open_house(wait_seconds=0.05)
    response = put(house, "a", {"title": "عنوان"}, wait="indexed")
    assert (response.status_code, response.json["code"]) == (504, "wait_timeout")
    assert house.archive.get("a") is not None


def test_an_older_version_is_refused(house):
    put(house, "a", {"title": "تازه", "version": 5})
    response = put(house, "a", {"title": "کهنه", "version": 4})
    assert (response.status_code, response.json["code"]) == (409, "version_conflict")
    assert house.archive.get("a").title == "تازه"


def test_a_delete_may_have_a_version(house):
    put(house, "a", {"title": "تازه", "version": 5})
    headers = house.key("write")
    assert house.client.delete(address("a") + "?version=4", headers=headers).status_code == 409
    assert house.client.delete(address("a") + "?version=9", headers=headers).json["version"] == 9
    assert house.client.delete(address("never"), headers=headers).status_code == 404


@pytest.mark.parametrize("version", ["-1", "x", "1.0", "9223372036854775808", "9" * 30])
def test_a_version_that_is_none_is_refused(house, version):
    response = house.client.delete(address("a"), query_string={"version": version}, headers=house.key("write"))
    assert (response.status_code, response.json["field"]) == (400, "version")


def test_readers_see_what_is_public_and_writers_everything(house):
    put(house, "draft", {"title": "پیش‌نویس", "status": "draft"})
    put(house, "later", {"title": "فردا", "published": "2025-06-02"})
    put(house, "now", {"title": "امروز", "published": house.now.isoformat()})
    assert house.client.get(address("now")).status_code == 200
    for id in ("draft", "later"):
        assert house.client.get(address(id)).json["code"] == "article_unknown"
        assert house.client.get(address(id), headers=house.key("search")).status_code == 404
        assert house.client.get(address(id), headers=house.key("write")).json["id"] == id


def test_an_article_is_read_as_it_was_written(house):
    put(house, "a", {"title": "عنوان", "category": "ایران", "published": "1402-06-28", "extra": {"desk": 3}})
    article = house.client.get(address("a")).json
    assert article["categories"] == ["ایران"]
    assert article["published"] == "2023-09-19"
    assert (article["version"], article["extra"]) == (1, {"desk": 3})


def test_an_unchanged_article_is_a_304(house):
    put(house, "a", {"title": "عنوان"})
    tag = house.client.get(address("a")).headers["ETag"]
    assert house.client.get(address("a"), headers={"If-None-Match": tag}).status_code == 304
    put(house, "a", {"title": "دیگر"})
    assert house.client.get(address("a"), headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"{", 400, "body_invalid", None),
        (b"\xff", 400, "body_invalid", None),
        (b"{}", 422, "article_invalid", None),
        (b'{"title": "x", "published": "1402/12/30"}', 422, "article_invalid", "published"),
        (b'{"title": "x", "id": "other"}', 422, "article_invalid", "id"),
        (b'{"title": "x", "version": -1}', 422, "article_invalid", "version"),
        (b'{"titel": "x"}', 422, "article_invalid", "titel"),
    ],
)
def test_a_bad_body_is_told(house, body, status, code, field):
    response = house.client.put(address("a"), data=body, headers=house.key("write"))
    assert (response.status_code, response.json["code"], response.json["field"]) == (status, code, field)
    assert house.archive.position() == 0


def test_an_article_that_is_too_large_is_refused(open_house):
    house = open_house(max_article_bytes=1000, max_body_bytes=5000)
    # Of a body that is one byte too long it is noticed where it is read, of a longer one before.
    for length, code in ((1001, "article_too_large"), (5001, "article_too_large"), (5002, "body_too_large")):
        response = house.client.put(address("a"), data=b"x" * length, headers=house.key("write"))
        assert (response.status_code, response.json["code"]) == (413, code)


def test_a_compressed_body_is_refused(house):
    headers = {**house.key("write"), "Content-Encoding": "gzip"}
    refused = house.client.put(address("a"), data=b"x", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (415, "media_type_unknown")
    assert refused.json["field"] == "Content-Encoding"


@pytest.mark.parametrize(("query", "code"), [("wiat=indexed", "parameter_unknown"), ("wait=yes", "parameter_invalid")])
def test_a_slip_in_the_parameters_is_told(house, query, code):
    response = house.client.put(f"{address('a')}?{query}", json={"title": "x"}, headers=house.key("write"))
    assert (response.status_code, response.json["code"]) == (400, code)
    assert house.archive.position() == 0
