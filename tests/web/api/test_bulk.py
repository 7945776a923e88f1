"""Many articles in one call."""

import io
import json

import pytest

from search_service.errors import ServiceError

URL = "/api/v1/articles"
GOOD = [{"id": "a", "title": "یک"}, {"id": "b", "title": "دو"}]


def post(house, body, **options):
    return house.client.post(URL, data=body, headers=house.key("write"), **options)


def lines(*articles):
    return "\n".join(json.dumps(article, ensure_ascii=False) for article in articles).encode()


@pytest.mark.parametrize("body", [lines(*GOOD), json.dumps(GOOD).encode(), json.dumps(GOOD, indent=1).encode()])
def test_lines_and_arrays_are_taken_alike(house, body):
    response = post(house, body)
    assert response.status_code == 202
    assert response.json == {
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "failed": 0,
        "position": 2,
        "results": [
            {"id": "a", "version": 1, "position": 1, "state": "added"},
            {"id": "b", "version": 1, "position": 2, "state": "added"},
        ],
    }


def test_each_failure_stands_at_its_place_with_field_and_reason(house):
    body = b"\n".join([lines(GOOD[0]), b"{broken", b'{"id": "x"}', b'{"id": "y", "title": 3}', b"\xff", lines(GOOD[1])])
    answer = post(house, body).json
    assert [result.get("state") for result in answer["results"]] == ["added", None, None, None, None, "added"]
    codes = [result["error"]["code"] for result in answer["results"] if "error" in result]
    assert codes == ["body_invalid", "article_invalid", "article_invalid", "body_invalid"]
    assert [result.get("id") for result in answer["results"]] == ["a", None, "x", "y", None, "b"]
    assert answer["results"][3]["error"]["field"] == "title"
    assert (answer["added"], answer["failed"]) == (2, 4)


def test_an_older_version_fails_alone(house):
    post(house, lines({"id": "a", "title": "تازه", "version": 3}))
    answer = post(house, lines({"id": "a", "title": "کهنه", "version": 2}, GOOD[1])).json
    assert answer["results"][0]["id"] == "a"
    assert answer["results"][0]["error"]["code"] == "version_conflict"
    assert answer["results"][0]["error"]["version"] == 3
    assert answer["results"][1]["state"] == "added"


def test_the_same_id_twice_is_two_versions(house):
    answer = post(house, lines(GOOD[0], {"id": "a", "title": "سه"})).json
    assert [(result["state"], result["version"]) for result in answer["results"]] == [("added", 1), ("updated", 2)]


def test_waiting_until_indexed(house, indexing):
    assert post(house, lines(*GOOD), query_string={"wait": "indexed"}).status_code == 200
    assert house.client.get("/api/v1/search").json["total"] == 2


def test_articles_of_more_than_one_batch_are_all_written(open_house):
    house = open_house(batch_size=7)
    answer = post(house, lines(*({"id": f"a{n}", "title": f"خبر {n}"} for n in range(50)))).json
    assert [result["id"] for result in answer["results"]] == [f"a{n}" for n in range(50)]
    assert (answer["added"], house.archive.count()) == (50, 50)


def test_past_the_most_articles_of_a_call_nothing_is_read(open_house):
    house = open_house(max_bulk_articles=3)
    assert post(house, lines(*({"id": f"a{n}", "title": "x"} for n in range(3)))).status_code == 202
    response = post(house, lines(*({"id": f"b{n}", "title": "x"} for n in range(5))))
    assert (response.status_code, response.json["code"]) == (413, "body_too_large")
    assert [result["id"] for result in response.json["results"]] == ["b0", "b1", "b2"]
    assert house.archive.count() == 6


@pytest.mark.parametrize(
    "media", ["application/xml", "multipart/form-data; boundary=x", "text/html", "application/json-seq"]
)
def test_a_body_that_says_it_is_no_json_is_a_415(house, media):
    response = post(house, lines(*GOOD), content_type=media)
    assert (response.status_code, response.json["code"]) == (415, "media_type_unknown")
    assert response.json["field"] == "Content-Type"


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "application/x-ndjson", "application/x-www-form-urlencoded", None]
)
def test_what_tools_say_of_json_is_taken(house, media):
    assert post(house, lines(*GOOD), content_type=media).json["added"] == 2


def test_a_broken_array_keeps_what_came_before_and_tells(house):
    response = post(house, lines(GOOD[0]).join([b"[", b","]) + b"{")
    assert (response.status_code, response.json["code"]) == (400, "body_invalid")
    assert response.json["results"][0]["state"] == "added"
    assert house.archive.count() == 1


def test_where_the_disk_is_full_amid_a_call_it_tells_what_was_stored_before(open_house, monkeypatch):
    house = open_house(batch_size=2)
    write, calls = house.archive.write, []

    def until_full(articles):
        calls.append(len(articles))
        if len(calls) > 2:
            raise ServiceError("folder_not_writable", "/secret is full")
        return write(articles)

    monkeypatch.setattr(house.archive, "write", until_full)
    articles = [{"id": f"a{n}", "title": f"خبر {n}"} for n in range(9)]
    articles[5] = {"id": "a5"}  # refused, and read after one that could not be written
    response = post(house, lines(*articles))
    assert (response.status_code, response.json["code"]) == (507, "folder_not_writable")
    assert [result["id"] for result in response.json["results"]] == ["a0", "a1", "a2", "a3"]
    assert (response.json["added"], response.json["failed"]) == (4, 0)
    assert house.archive.count() == 4
    assert "secret" not in response.text


@pytest.mark.parametrize("body", [b"", b"[]", b"\n\n"])
def test_a_body_without_articles_is_refused(house, body):
    response = post(house, body)
    assert (response.status_code, response.json["code"]) == (400, "body_invalid")


def test_a_single_article_that_is_too_large_fails_alone(open_house):
    house = open_house(max_article_bytes=200)
    answer = post(house, lines({"id": "x", "title": "x" * 500}, GOOD[0])).json
    assert answer["results"][0]["error"]["code"] == "article_too_large"
    assert answer["results"][1]["state"] == "added"


def test_a_body_past_the_limit_is_refused_before_it_is_read(open_house):
    house = open_house(max_body_bytes=100)
    response = post(house, lines(GOOD[0]) * 10)
    assert (response.status_code, response.json["code"]) == (413, "body_too_large")
    assert house.archive.count() == 0


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_just_the_most_bytes_is_taken(open_house, announced):
    house = open_house(max_body_bytes=len(lines(*GOOD)))
    environ = {"wsgi.input_terminated": True} | ({} if announced else {"CONTENT_LENGTH": ""})
    for more, status in ((b"", 202), (b" ", 413)):
        stream = io.BytesIO(lines(*GOOD) + more)
        response = house.client.post(URL, headers=house.key("write"), input_stream=stream, environ_overrides=environ)
        assert response.status_code == status, response.text


def test_a_body_of_unknown_length_is_read_up_to_the_limit_and_tells_what_was_kept(open_house):
    house = open_house(max_body_bytes=100, batch_size=1)
    body = b"\n".join([lines(GOOD[0]), lines(GOOD[1]), b" " * 2000])
    response = house.client.post(
        URL,
        headers=house.key("write"),
        input_stream=io.BytesIO(body),
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert (response.status_code, response.json["code"]) == (413, "body_too_large")
    assert response.json["added"] == house.archive.count() == 2
