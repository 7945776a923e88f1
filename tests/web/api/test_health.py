"""Whether the service lives, and whether it can serve."""

from search_service.archive.set_aside import SetAside
from search_service.article import Article


def test_a_worker_that_answers_is_alive(house):
    response = house.client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "alive"})


def test_without_an_index_it_is_not_ready_and_says_why(house):
    response = house.client.get("/readyz")
    assert response.status_code == 503
    checks = response.json["checks"]
    assert not checks["index"]["ready"]
    assert "search-service add" in checks["index"]["hint"]
    assert not checks["indexer"]["ready"]
    assert "search-service indexer" in checks["indexer"]["hint"]


def test_with_an_index_and_an_indexer_it_is_ready(house, indexing):
    article = {"title": "عنوان"}
    house.client.put("/api/v1/articles/a?wait=indexed", json=article, headers=house.key("write"))
    response = house.client.get("/readyz")
    assert (response.status_code, response.json["status"]) == (200, "ready")
    assert response.json["checks"]["journal"]["lag"] == 0


def test_without_an_indexer_it_searches_but_is_not_ready(house):
    house.put(Article.parse({"id": "a", "title": "عنوان"}))
    assert house.client.get("/api/v1/search").status_code == 200
    checks = house.client.get("/readyz").json["checks"]
    assert (checks["index"]["ready"], checks["indexer"]["ready"]) == (True, False)


def test_what_waits_for_the_indexer_is_counted(house):
    house.put(Article.parse({"id": "a", "title": "عنوان"}))
    house.archive.write([Article.parse({"id": "b", "title": "عنوان"})])
    assert house.client.get("/readyz").json["checks"]["journal"]["lag"] == 1


def test_an_index_of_another_analyser_serves_and_a_reindex_is_recommended(house, indexing, monkeypatch):
    article = {"title": "عنوان"}
    house.client.put("/api/v1/articles/a?wait=indexed", json=article, headers=house.key("write"))
    index = house.client.get("/readyz").json["checks"]["index"]
    assert (index["reindex_recommended"], "hint" in index) == (False, False)
    monkeypatch.setattr("search_service.indexing.reindex.outdated", lambda fingerprint: True)
    response = house.client.get("/readyz")
    assert (response.status_code, response.json["status"]) == (200, "ready")
    index = response.json["checks"]["index"]
    assert (index["ready"], index["reindex_recommended"]) == (True, True)
    assert "reindex recommended" in index["hint"]
    assert house.client.get("/api/v1/search?q=عنوان").json["total"] == 1


def test_what_was_set_aside_and_verified_is_told_and_does_not_fail_it(house, indexing):
    article = {"title": "عنوان"}
    house.client.put("/api/v1/articles/a?wait=indexed", json=article, headers=house.key("write"))
    SetAside(house.archive).put(1, "b", 1, "ValueError: no", 3)
    response = house.client.get("/readyz")
    assert response.status_code == 200
    index = response.json["checks"]["index"]
    assert (index["set_aside"], index["damaged"]) == (1, False) or index["verified"] is None
    assert "ValueError" not in response.text


def test_damage_that_a_search_comes_upon_is_told_without_paths(house):
    house.put(Article.parse({"id": "a", "title": "عنوان"}))
    (stored,) = (house.settings.index / "generations" / "000001").glob("*.stored")
    stored.write_bytes(bytes(stored.stat().st_size))
    response = house.client.get("/api/v1/search")
    assert (response.status_code, response.json["code"]) == (503, "index_damaged")
    index = house.client.get("/readyz").json["checks"]["index"]
    assert (index["ready"], index["damaged"]) == (True, True)
    assert "search-service reindex" in index["hint"]
    assert stored.name not in response.text + str(index)
