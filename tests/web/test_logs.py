"""The log of requests."""

import io
import json
import logging
import logging.config

import pytest

from search_service.log import JsonFormatter
from search_service.settings import Settings
from search_service.web.logs import REQUESTS, RequestFilter, config


@pytest.fixture
def lines():
    """What the log of requests says, as objects."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    log = logging.getLogger(REQUESTS)
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    log.removeHandler(handler)
    log.setLevel(before)


def test_a_request_is_one_line_that_names_it(house, lines):
    response = house.client.get("/api/v1/articles/%D8%B1%D8%A7%D8%B2?x=secret", headers={"X-Request-ID": "abc-1"})
    (line,) = lines()
    assert line["request_id"] == "abc-1" == response.headers["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/articles/{id}", 400)
    assert (line["level"], line["logger"]) == ("info", REQUESTS)
    assert line["ms"] >= 0
    assert line["time"].endswith("+03:30")
    assert "راز" not in json.dumps(line, ensure_ascii=False)
    assert "secret" not in str(line)


def test_neither_query_nor_address_is_told_unless_a_setting_says_so(site, open_house, lines):
    site.client.get("/api/v1/search?q=رودخانه")
    (line,) = lines()
    assert line["hits"] > 0
    assert "رودخانه" not in str(line)
    assert "127.0.0.1" not in str(line)


def test_a_setting_tells_both(open_house, lines):
    from search_service.article import Article

    house = open_house(log_queries=True, log_addresses=True)
    house.put(Article.parse({"id": "a", "title": "رودخانه"}))
    house.client.get("/api/v1/search", query_string={"q": "رودخانه\n" + "ا" * 300})
    (line,) = lines()
    assert line["query"].startswith("رودخانه")
    assert len(line["query"]) <= 200
    assert line["address"] == "127.0.0.1"


def test_of_a_key_only_its_prefix_is_told(house, lines):
    headers = house.key("write")
    house.client.put("/api/v1/articles/a", json={"title": "x"}, headers=headers)
    (line,) = lines()
    prefix, _, secret = headers["Authorization"].removeprefix("Bearer ").partition(".")
    assert line["key"] == prefix
    assert secret not in str(line)


def test_whoever_watches_over_us_is_not_logged_unless_it_fails(site, house, lines):
    site.client.get("/healthz")
    assert lines() == []
    house.client.get("/readyz")
    assert [line["status"] for line in lines()] == [503]


def test_whatever_is_said_in_a_request_names_it(house):
    record = logging.makeLogRecord({"msg": "slow", "fields": {"ms": 9}})
    with house.app.test_request_context(headers={"X-Request-ID": "abc-1"}):
        house.app.preprocess_request()
        assert RequestFilter().filter(record)
    assert record.fields == {"request_id": "abc-1", "ms": 9}
    outside = logging.makeLogRecord({"msg": "starting"})
    assert RequestFilter().filter(outside)
    assert "request_id" not in json.loads(JsonFormatter().format(outside))


def test_requests_are_logged_by_a_setting(house):
    assert config(Settings())["loggers"][REQUESTS]["level"] == "INFO"
    assert config(Settings(log_requests=False))["loggers"][REQUESTS]["level"] == "CRITICAL"


@pytest.mark.parametrize("given", ["a b", "a\tb", "", "x" * 65, "<script>", "a;b", "ک", "../../etc"])
def test_a_name_that_is_none_is_replaced(client, given):
    answered = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert answered != given
    assert answered.isalnum()
