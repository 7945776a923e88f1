"""What Prometheus reads."""

import os

import pytest
from prometheus_client.parser import text_string_to_metric_families

from search_service.article import Article
from search_service.web.series import BOUNDS, Series

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def read(house, **options):
    """Every sample: (name, labels) -> value."""
    response = house.client.get("/metrics", **options)
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    families = text_string_to_metric_families(response.text)
    return {
        (sample.name.removeprefix("search_service_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_searches_and_those_without_hits_are_counted(house):
    house.put(Article.parse({"id": "a", "title": "رودخانه"}))
    for query in ("رودخانه", "رودخانه", "قققق"):
        assert house.client.get("/api/v1/search", query_string={"q": query}).status_code == 200
    assert house.client.get("/?q=رودخانه").status_code == 200
    found = read(house)
    assert found["searches_total",] == 4
    assert found["zero_result_searches_total",] == 1
    assert found["requests_total", "/api/v1/search", "2xx"] == 3
    assert found["request_seconds_count", "/api/v1/search"] == 3
    assert found["request_seconds_count", "/"] == 1


def test_the_state_of_the_index_is_told(house):
    house.put(Article.parse({"id": "a", "title": "عنوان"}))
    house.archive.write([Article.parse({"id": id, "title": "عنوان"}) for id in "bcd"])
    found = read(house)
    assert found["generation",] == 1
    assert found["segments",] >= 1
    assert found["articles",] == 1
    assert (found["journal_position",], found["journal_lag",]) == (4, 3)
    assert (found["index_open",], found["indexer_up",]) == (1, 0)


def test_an_indexer_is_told_with_its_memory(house, indexing):
    house.client.put("/api/v1/articles/a?wait=indexed", json={"title": "x"}, headers=house.key("write"))
    found = read(house)
    assert found["indexer_up",] == 1
    if os.path.exists("/proc/self/smaps_rollup"):  # noqa: PTH110
        assert found["memory_bytes", "indexer"] > 10**6
        assert found["memory_bytes", "web"] > 10**6
        assert found["open_files", "web"] > 3


def test_without_an_index_what_is_known_is_told(house):
    house.archive.write([Article.parse({"id": "a", "title": "x"})])
    found = read(house)
    assert found["index_open",] == 0
    assert (found["journal_position",], found["journal_lag",]) == (1, 1)
    assert ("generation",) not in found


def test_refusals_are_counted_by_their_code(open_house):
    house = open_house(rate_search="1/hour")
    for _ in range(3):
        house.client.get("/api/v1/suggest?q=xy")
    found = read(house)
    assert found["refused_total", "rate_limited"] == 2
    assert found["requests_total", "/api/v1/suggest", "4xx"] == 2


def test_addresses_that_are_made_up_are_one_route_and_no_text_of_theirs_is_told(house):
    for number in range(20):
        house.client.get(f"/made-up/{number}")
        house.client.get(f"/api/v1/articles/secret-{number}?q=secret")
    text = house.client.get("/metrics").text
    assert "made-up" not in text
    assert "secret" not in text
    found = read(house)
    assert found["request_seconds_count", "other"] == 20
    assert found["request_seconds_count", "/api/v1/articles/{id}"] == 20


PEER = "REMOTE_ADDR"


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.0.2.1", {}),
        ("2001:db8::1", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
        ("unknown", {}),
    ],
)
def test_from_elsewhere_an_admin_key_is_needed(house, peer, headers):
    def status(more):
        return house.client.get("/metrics", headers=headers | more, environ_base={PEER: peer}).status_code

    assert status({}) == 401
    assert status(house.key("search")) == 403
    assert status(house.key("admin")) == 200


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_needs_none_unless_a_setting_says_so(open_house, peer):
    assert open_house().client.get("/metrics", environ_base={PEER: peer}).status_code == 200
    assert open_house(metrics_local=False).client.get("/metrics", environ_base={PEER: peer}).status_code == 401


def test_all_processes_count_together_and_what_ended_stays_counted():
    series = Series(("a", "b"), ("/", "/x"))
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            for _ in range(250):
                series.count("a")
                series.time("/x", 200, 0.02)
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    assert series.counts() == {"a": 1000, "b": 0}
    timed = series.times()["/x"]
    assert timed.answers == (0, 1000, 0, 0, 0)
    assert timed.seconds == pytest.approx(20)
    assert "/" not in series.times()


@pytest.mark.parametrize(("seconds", "bucket"), [(0.0, 0), (BOUNDS[0], 0), (BOUNDS[0] * 1.01, 1), (1e9, len(BOUNDS))])
def test_a_bucket_holds_what_is_at_most_its_end(seconds, bucket):
    series = Series((), ("/",))
    series.time("/", 503, seconds)
    assert series.times()["/"].buckets[bucket] == 1
    assert series.times()["/"].answers == (0, 0, 0, 0, 1)
