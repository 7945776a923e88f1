"""Changing articles: merge patches, conditions, repetitions."""

import errno
import fcntl
import hashlib
import io
import os
import threading
import time

import pytest

from search_service.web.api import idempotency

URL = "/api/v1/articles/a"
MERGE_PATCH = "application/merge-patch+json"


@pytest.fixture
def writer(house):
    """The headers of one key, and an article at version 1."""
    headers = house.key("write")
    assert house.client.put(URL, json={"title": "عنوان", "tags": ["آب"]}, headers=headers).status_code == 202
    return headers


def patch(house, headers, document, **more):
    return house.client.patch(URL, json=document, headers={**headers, **more}, content_type=MERGE_PATCH)


# patches


def test_a_patch_changes_its_fields_alone(house, writer):
    response = patch(house, writer, {"title": "دیگر"})
    assert (response.status_code, response.json["state"], response.json["version"]) == (202, "updated", 2)
    article = house.client.get(URL).json
    assert (article["title"], article["tags"]) == ("دیگر", ["آب"])


def test_a_patch_without_effect_is_unchanged(house, writer):
    assert patch(house, writer, {"title": "عنوان"}).json["state"] == "unchanged"


def test_a_patch_with_an_older_version_is_refused(house, writer):
    response = patch(house, writer, {"title": "دیگر", "version": 1})
    assert (response.status_code, response.json["code"]) == (409, "version_conflict")


def test_what_is_not_there_cannot_be_patched(house, writer):
    house.client.delete(URL, headers=writer)
    assert patch(house, writer, {"title": "x"}).json["code"] == "article_unknown"
    assert house.client.patch("/api/v1/articles/never", json={}, headers=writer).status_code == 404


def test_patches_of_many_at_once_lose_nothing(house, writer):
    def add(name):
        client = house.app.test_client()
        assert client.patch(URL, json={"extra": {name: 1}}, headers=writer).status_code == 202

    threads = [threading.Thread(target=add, args=(f"k{n}",)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(house.archive.get("a").extra) == {f"k{n}" for n in range(12)}
    assert house.archive.get("a").version == 13


def test_a_patch_is_searchable_when_waited_for(house, writer, indexing):
    response = house.client.patch(URL + "?wait=indexed", json={"title": "آبشار"}, headers=writer)
    assert response.status_code == 200
    assert house.client.get("/api/v1/search?q=آبشار").json["total"] == 1


# conditions


def test_a_write_may_be_held_to_the_version_that_was_read(house, writer):
    tag = house.client.get(URL).headers["ETag"]
    assert patch(house, writer, {"title": "دو"}, **{"If-Match": tag}).status_code == 202
    for call in (
        lambda held: patch(house, writer, {"title": "سه"}, **held),
        lambda held: house.client.put(URL, json={"title": "سه"}, headers={**writer, **held}),
        lambda held: house.client.delete(URL, headers={**writer, **held}),
    ):
        response = call({"If-Match": tag})
        assert (response.status_code, response.json["code"]) == (412, "precondition_failed")
        assert (response.json["field"], response.json["version"]) == ("If-Match", 2)
    assert house.archive.get("a").title == "دو"
    assert house.client.delete(URL, headers={**writer, "If-Match": 'W/"2"'}).status_code == 202


def test_a_write_may_be_held_to_what_is_not_there_yet(house, writer):
    held = {**writer, "If-None-Match": "*"}
    assert house.client.put(URL, json={"title": "سه"}, headers=held).json["code"] == "precondition_failed"
    assert house.client.put("/api/v1/articles/b", json={"title": "سه"}, headers=held).status_code == 202
    gone = {**writer, "If-Match": "*"}
    assert house.client.put("/api/v1/articles/c", json={"title": "سه"}, headers=gone).status_code == 412


@pytest.mark.parametrize("header", [",", '"', "", " , "])
def test_a_condition_that_names_nothing_holds_for_nothing(house, writer, header):
    held = {**writer, "If-Match": header}
    for response in (
        house.client.put(URL, json={"title": "سه"}, headers=held),
        patch(house, held, {"title": "سه"}),
        house.client.delete(URL, headers=held),
    ):
        assert (response.status_code, response.json["code"]) == (412, "precondition_failed")
    assert house.archive.get("a").version == 1


# repetitions


def put(house, headers, key, title="دو", url="/api/v1/articles/b"):
    return house.client.put(url, json={"title": title}, headers={**headers, "Idempotency-Key": key})


def test_a_repeated_call_is_answered_as_before_and_not_carried_out(house, writer):
    first = put(house, writer, "k1")
    house.client.put("/api/v1/articles/b", json={"title": "سه"}, headers=writer)
    again = put(house, writer, "k1")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert house.archive.get("b").title == "سه"


def test_a_refusal_is_repeated_too(house, writer):
    first = put(house, writer, "k1", title="")
    assert (first.status_code, put(house, writer, "k1", title="").json["code"]) == (422, "article_invalid")


def test_a_key_is_for_one_request(house, writer):
    put(house, writer, "k1")
    for other in (put(house, writer, "k1", "سه"), put(house, writer, "k1", url="/api/v1/articles/c")):
        assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert house.archive.get("c") is None


def test_a_key_belongs_to_its_api_key(house, writer):
    put(house, writer, "k1")
    assert put(house, house.key("write"), "k1", "سه").json["state"] == "updated"


@pytest.mark.parametrize("key", ["", "x" * 256, "کلید"])
def test_a_key_that_is_none_is_refused(house, writer, key):
    environ = {"HTTP_IDEMPOTENCY_KEY": key.encode().decode("latin-1")}
    response = house.client.put(URL, json={"title": "x"}, headers=writer, environ_overrides=environ)
    assert (response.status_code, response.json["field"]) == (400, "Idempotency-Key")


def test_without_a_right_to_write_nothing_is_remembered_or_told(house, writer):
    put(house, writer, "k1")
    assert put(house, {}, "k1").status_code == 401
    assert put(house, house.key("search"), "k1").status_code == 403


def _file(house, writer, key):
    owner = writer["Authorization"].removeprefix("Bearer ").partition(".")[0]
    name = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()[:40]
    return house.settings.archive_path.parent / "idempotency" / name


def test_while_the_first_is_at_work_the_second_is_told_to_wait(house, writer):
    put(house, writer, "k1")
    with _file(house, writer, "k1").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        response = put(house, writer, "k1")
    assert (response.status_code, response.json["code"]) == (409, "idempotency_key_in_use")
    assert put(house, writer, "k1").status_code == 202


def test_an_answer_that_was_half_written_is_as_none(house, writer):
    put(house, writer, "k1")
    file = _file(house, writer, "k1")
    file.write_bytes(file.read_bytes()[:20])
    again = put(house, writer, "k1")
    assert (again.json["state"], "Idempotency-Replayed" in again.headers) == ("unchanged", False)


@pytest.mark.parametrize("damage", [lambda kept: b"x", lambda kept: kept[:20] + b"\xff" * 40, lambda kept: b"\x1f\x8b"])
def test_an_answer_that_was_damaged_is_as_none(house, writer, damage):
    put(house, writer, "k1")
    file = _file(house, writer, "k1")
    file.write_bytes(damage(file.read_bytes()))
    assert put(house, writer, "k1").json["state"] == "unchanged"


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(house, writer, monkeypatch, caplog):
    def full(data, level):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(idempotency.gzip, "compress", full)
    assert put(house, writer, "k1").json["state"] == "added"
    assert "No space left" in caplog.text
    monkeypatch.undo()
    assert put(house, writer, "k1").json["state"] == "unchanged"


def test_keys_are_forgotten_after_their_time(house, writer, monkeypatch):
    put(house, writer, "k1")
    old, past = _file(house, writer, "k1"), time.time() - 25 * 3600
    os.utime(old, (past, past))
    assert "Idempotency-Replayed" not in put(house, writer, "k1", "سه").headers
    os.utime(old, (past, past))
    monkeypatch.setattr(idempotency, "_swept", -1e9)
    put(house, writer, "k2")
    assert not old.exists()


def test_many_articles_may_be_repeated_too(house, writer):
    body = b'{"id":"x","title":"1"}\n{"id":"y"}\n'
    headers = {**writer, "Idempotency-Key": "bulk"}
    first = house.client.post("/api/v1/articles", data=body, headers=headers)
    again = house.client.post("/api/v1/articles", data=body, headers=headers)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    other = house.client.post("/api/v1/articles", data=body + b"\n", headers=headers)
    assert other.json["code"] == "idempotency_key_reused"


def test_a_call_that_failed_leaves_its_key_free(open_house):
    """Broken or too large: what is stored is told, and the mended body may come with the same key."""
    house = open_house(max_body_bytes=100, batch_size=1)
    headers = {**house.key("write"), "Idempotency-Key": "bulk"}

    def post(body):
        terminated = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
        stream = io.BytesIO(body)
        return house.client.post("/api/v1/articles", headers=headers, input_stream=stream, environ_overrides=terminated)

    broken = post(b'[{"id":"x","title":"1"},')
    assert (broken.status_code, broken.json["added"]) == (400, 1)
    first = post(b'{"id":"x","title":"1"}\n' + b" " * 2000)
    assert (first.status_code, [result["id"] for result in first.json["results"]]) == (413, ["x"])
    assert post(b'{"id":"x","title":"1"}\n').json["unchanged"] == 1
