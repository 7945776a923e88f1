"""What one client and all together may ask for, and how they are told."""

import threading

import pytest

from search_service.errors import ServiceError

SEARCH = "/api/v1/search"
SUGGEST = "/api/v1/suggest?q=xy"


def ask(house, url=SUGGEST, address="192.0.2.1", method="GET", **options):
    return house.client.open(url, method=method, environ_base={"REMOTE_ADDR": address}, **options)


@pytest.fixture
def narrow(open_house):
    return open_house(rate_search="2/hour", rate_write="2/hour", rate_write_address="4/hour")


def test_searches_of_one_address_are_counted_and_its_account_is_told(narrow):
    first = ask(narrow, SEARCH)
    assert first.status_code == 503  # there is no index, which does not matter here
    assert first.headers["RateLimit"] == '"default";r=1;t=1800'
    assert first.headers["RateLimit-Policy"] == '"default";q=2;w=3600'
    assert [first.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")] == ["2", "1", "1800"]
    ask(narrow)
    refused = ask(narrow, SEARCH)
    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")
    assert refused.headers["Retry-After"] == "1800"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert refused.json["title_fa"]
    assert ask(narrow, SEARCH, "192.0.2.2").status_code == 503


def test_a_reader_is_told_on_a_page(narrow):
    ask(narrow)
    ask(narrow)
    page = ask(narrow, "/")
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "Retry-After" in page.headers


def test_addresses_of_one_household_are_one_client(narrow):
    for last in ("1", "2:3:4"):
        assert ask(narrow, address=f"2001:db8:1:2::{last}").status_code != 429
    assert ask(narrow, address="2001:db8:1:2:ffff::9").status_code == 429
    assert ask(narrow, address="2001:db8:1:3::1").status_code != 429


def test_an_address_is_the_same_in_both_notations(narrow):
    ask(narrow, address="192.0.2.1")
    ask(narrow, address="::ffff:192.0.2.1")
    assert ask(narrow, address="::ffff:c000:201").status_code == 429


def test_a_key_has_an_account_of_its_own_and_one_that_is_not_known_has_none(narrow):
    for _ in range(3):
        ask(narrow)
    for _ in range(2):
        assert ask(narrow, headers=narrow.key("search")).status_code != 429
    headers = narrow.key("search")
    assert [ask(narrow, address=f"192.0.2.{n}", headers=headers).status_code == 429 for n in range(3)] == [0, 0, 1]
    made_up = {"Authorization": "Bearer 12345678.made-up"}
    assert ask(narrow, headers=made_up).status_code == 429


def test_writes_are_counted_for_the_key_and_for_the_address(narrow):
    def put(headers, address="192.0.2.1"):
        return ask(narrow, "/api/v1/articles/a", address, "PUT", json={"title": "x"}, headers=headers)

    one, other = narrow.key("write"), narrow.key("write")
    assert [put(one).status_code for _ in range(3)] == [202, 202, 429]
    assert put(other).status_code == 202
    assert put(other).json["code"] == "rate_limited"
    assert put(other, "192.0.2.2").status_code == 202


def test_guessing_keys_is_counted(narrow):
    headers = {"Authorization": "Bearer 12345678.guess"}
    statuses = [ask(narrow, "/api/v1/articles/a", method="DELETE", headers=headers).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]


def test_what_costs_nothing_is_always_answered(narrow):
    for url in ("/healthz", "/readyz", "/help", "/static/icon.svg", "/nothing"):
        for _ in range(4):
            with ask(narrow, url) as response:
                assert response.status_code != 429, url
                assert "RateLimit" not in response.headers


def test_rates_can_be_switched_off(open_house):
    house = open_house(rate_search="off", rate_write="off", rate_write_address="off")
    assert "RateLimit" not in ask(house).headers
    assert ask(house, "/api/v1/articles/a", method="PUT").status_code == 401


def test_the_default_is_generous(house):
    assert int(ask(house).headers["RateLimit-Limit"]) >= 10_000


@pytest.mark.parametrize("text", ["0/minute", "5", "5/fortnight", "-1/day", "1.5/second", "5/minute\n"])
def test_a_rate_that_is_none_is_refused(open_house, text):
    with pytest.raises(ValueError, match="rate_search"):
        open_house(rate_search=text)


class Slow:
    """A search that goes on until it is let go."""

    def __init__(self):
        self.begun, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, *arguments):
        self.begun.release()
        assert self.go.wait(60)
        return "found"


@pytest.fixture
def slow(open_house, monkeypatch):
    house, search = open_house(searches_at_once=1, waiting_requests=1, queue_seconds=60.0), Slow()
    monkeypatch.setitem(house.app.view_functions, "api_suggest.suggest", search)
    yield house, search
    search.go.set()


def test_who_comes_when_all_places_and_the_queue_are_taken_is_refused_at_once(slow):
    house, search = slow
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask(house).status_code)) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert search.begun.acquire(timeout=60)
    while not house.app.extensions["search_service_gates"]["search"].waiting:
        pass
    response = ask(house)
    assert response.json["code"] == "overloaded"
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert ask(house, "/", address="192.0.2.7").status_code == 503
    assert ask(house, "/healthz").status_code == 200
    assert ask(house, "/api/v1/articles/a", method="PUT").status_code == 401
    search.go.set()
    for thread in threads:
        thread.join()
    assert answers == [200, 200]
    assert ask(house).status_code == 200


def test_a_search_that_fails_gives_its_place_back(open_house, monkeypatch):
    house = open_house(searches_at_once=1, waiting_requests=0)

    def fail(*arguments):
        raise ServiceError("search_timeout")

    monkeypatch.setitem(house.app.view_functions, "api_suggest.suggest", fail)
    assert {ask(house).json["code"] for _ in range(3)} == {"search_timeout"}
