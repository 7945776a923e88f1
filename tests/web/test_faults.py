"""How requests fail: a problem for programs, a page for readers, and never a word too much."""

import errno
import logging

import pytest

from search_service.errors import ERRORS, ServiceError
from search_service.search.service import Edition


def test_an_unknown_address_is_a_problem_to_programs_and_a_page_to_readers(client):
    problem = client.get("/api/v1/nothing")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert problem.json["code"] == "not_found"
    page = client.get("/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "این صفحه پیدا نشد" in page.text


def test_a_problem_has_every_member(client):
    problem = client.get("/api/v1/nothing").json
    assert set(problem) == {
        "type", "title", "title_fa", "status", "code", "detail", "field", "hint", "hint_fa", "request_id",
    }  # fmt: skip
    assert problem["title"] == ERRORS["not_found"].english
    assert problem["type"].endswith(":not_found")


def test_a_method_that_is_not_taken_names_those_that_are(client):
    response = client.post("/api/v1/search")
    assert (response.status_code, response.json["code"]) == (405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("url", ["/", "/api/v1/search"])
@pytest.mark.parametrize("error", [RuntimeError("/secret/path"), ServiceError("index_damaged", "/secret/path is bad")])
def test_a_failure_tells_the_log_and_not_the_client(house, monkeypatch, caplog, url, error):
    def fail(params):
        raise error

    monkeypatch.setattr(house.services.search, "search", fail)
    monkeypatch.setattr(house.services.search, "edition", lambda: Edition("1", None))
    with caplog.at_level(logging.WARNING):
        response = house.client.get(url, headers={"X-Request-ID": "here"})
    assert response.status_code in (500, 503)
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert "/secret/path" in caplog.text
    assert "request here" in caplog.text


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EMFILE, "/secret/path"), OSError(errno.ENOMEM, "none left"), MemoryError("none left")],
    ids=repr,
)
def test_what_there_is_too_little_of_just_now_is_an_overload_and_the_log_has_its_traceback(
    house, monkeypatch, caplog, error
):
    def fail():
        raise error

    monkeypatch.setattr(house.services.search, "edition", fail)
    with caplog.at_level(logging.ERROR):
        response = house.client.get("/api/v1/search", headers={"X-Request-ID": "here"})
    assert (response.status_code, response.json["code"]) == (503, "overloaded")
    assert response.headers["Retry-After"] == "1"
    assert any(record.exc_info and "request here" in record.getMessage() for record in caplog.records)


def test_a_failure_around_the_answer_tells_the_log_under_its_name_and_without_the_address(house, monkeypatch, caplog):
    def fail(response):
        raise RuntimeError("a hook")

    monkeypatch.setitem(house.app.after_request_funcs, None, [*house.app.after_request_funcs[None], fail])
    with caplog.at_level(logging.ERROR):
        response = house.client.get("/api/v1/articles/secret", headers={"X-Request-ID": "here"})
    assert response.status_code == 500
    assert any(record.exc_info and "request here" in record.getMessage() for record in caplog.records)
    assert "secret" not in "".join(record.getMessage() for record in caplog.records)


def test_a_request_is_named_and_a_name_that_would_forge_the_log_is_not_taken(client):
    assert client.get("/healthz", headers={"X-Request-ID": "a-1"}).headers["X-Request-ID"] == "a-1"
    given = "a b" * 40
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/api/v1/serach", "/api/v1/search"),
        ("/api/v1/search/", "/api/v1/search"),
        ("/api/v1/articles/", "/api/v1/articles"),
        ("/api/search", "/api/v1/search"),
        ("/api/v1/category/rename", "/api/v1/categories/rename"),
        ("/api/v1/nothing/of/this/kind", None),
    ],
)
def test_an_address_that_is_nearly_right_is_told_the_right_one(client, path, meant):
    problem = client.get(path).json
    assert problem["code"] == "not_found"
    assert problem["detail"].endswith(f"did you mean {meant}?" if meant else "here.")
