"""Long work, asked for over HTTP."""

import pytest

from search_service.archive.set_aside import SetAside
from search_service.archive.tasks import Tasks
from search_service.article import MAX_VERSION, Article

RENAME = "/api/v1/categories/rename"


@pytest.fixture
def full(house):
    """Three articles in a category that is spelt in three ways, and one in another."""
    spellings = ["محیط زیست", "محیط‌زیست", "محيط زيست", "ورزش"]
    house.put(*(Article.parse({"id": f"a{n}", "title": f"خبر {n}", "category": s}) for n, s in enumerate(spellings)))
    return house


def ended(house, id):
    """The task once it has ended."""
    headers = house.key("admin")
    while True:
        task = house.client.get(f"/api/v1/tasks/{id}", headers=headers).json
        if task["finished"]:
            return task


def carry_out(house):
    with house.indexer.lock("a test"):
        house.indexer._carry_out_a_task()
        house.indexer.catch_up()


def test_a_category_is_renamed_in_every_spelling(full):
    headers = full.key("write")
    response = full.client.post(RENAME, json={"from": "محیط زیست", "to": "زیست‌بوم"}, headers=headers)
    assert response.status_code == 202
    assert response.headers["Location"] == f"/api/v1/tasks/{response.json['id']}"
    carry_out(full)
    task = full.client.get(response.headers["Location"], headers=headers).json
    assert (task["state"], task["result"], task["done"], task["total"]) == ("done", {"changed": 3}, 4, 4)
    assert task["created"] <= task["started"] <= task["finished"]
    facet = full.client.get("/api/v1/search?facets=category").json["facets"]["category"]
    assert {choice["label"]: choice["count"] for choice in facet} == {"زیست‌بوم": 3, "ورزش": 1}


@pytest.mark.parametrize("body", [{"from_": "ورزش", "to": "x"}, {"from": "ورزش", "to": "x", "from_": "ورزش"}])
def test_a_rename_has_the_fields_that_are_described_and_no_others(full, body):
    response = full.client.post(RENAME, json=body, headers=full.key("write"))
    assert (response.status_code, response.json["code"]) == (400, "parameter_invalid")


@pytest.mark.parametrize("value", ["1", "yes", "True", "on"])
def test_a_choice_is_true_or_false_and_nothing_else(house, value):
    response = house.client.post(f"/api/v1/reindex?afresh={value}", headers=house.key("admin"))
    assert (response.status_code, response.json["field"]) == (400, "afresh")


def test_an_article_that_cannot_be_written_any_more_does_not_hold_back_the_others(full):
    full.archive.write([Article.parse({"id": "a", "title": "x", "category": "محیط زیست", "version": MAX_VERSION})])
    full.client.post(RENAME, json={"from": "محیط زیست", "to": "زیست‌بوم"}, headers=full.key("write"))
    carry_out(full)
    task = Tasks(full.archive).list()[0]
    assert (task.state, task.result) == ("done", {"changed": 3, "refused": 1})


def test_renaming_to_a_category_that_is_there_joins_them(full):
    full.archive.write([Article.parse({"id": "b", "title": "x", "categories": ["ورزش", "ورزش‌ها"]})])
    full.client.post(RENAME, json={"from": "ورزش‌ها", "to": "ورزش"}, headers=full.key("write"))
    carry_out(full)
    assert full.archive.get("b").categories == ("ورزش",)


def test_a_cms_that_counts_for_itself_is_told_from_where_to_go_on_after_a_rename(full):
    headers = full.key("write")
    address = "/api/v1/articles/counted"
    article = {"title": "خبر", "category": "ایران", "version": 7}
    full.client.put(address, json=article, headers=headers)
    full.client.post("/api/v1/categories/rename", json={"from": "ایران", "to": "میهن"}, headers=headers)
    carry_out(full)
    article["title"] = "خبر تازه"
    refused = full.client.put(address, json=article | {"version": 8}, headers=headers).json
    assert (refused["code"], refused["version"]) == ("version_conflict", 8)
    again = full.client.put(address, json=article | {"version": refused["version"] + 1}, headers=headers)
    assert again.json["state"] == "updated"


def test_a_second_rename_waits_for_the_first(full):
    headers = full.key("write")
    body = {"from": "ورزش", "to": "ورزشی"}
    assert full.client.post(RENAME, json=body, headers=headers).status_code == 202
    again = full.client.post(RENAME, json=body, headers=headers)
    assert (again.status_code, again.json["code"]) == (409, "task_open")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"from": "x"}, "to"), ({"from": "", "to": "y"}, "from"), ({"from": "x", "to": "؟"}, "to"), ([], None),
     ({"from": "x", "to": "y", "all": True}, "all"), ({"from": 1, "to": "y"}, "from")],
)  # fmt: skip
def test_a_slip_in_a_rename_is_told(full, body, field):
    response = full.client.post(RENAME, json=body, headers=full.key("write"))
    assert (response.status_code, response.json["code"], response.json["field"]) == (400, "parameter_invalid", field)


def test_a_reindex_is_asked_for_carried_out_and_told(full, indexing):
    response = full.client.post("/api/v1/reindex?afresh=true", headers=full.key("admin"))
    task = ended(full, response.json["id"])
    assert (task["kind"], task["state"], task["result"]) == ("reindex", "done", {"generation": 2})
    back = full.client.post("/api/v1/rollback", headers=full.key("admin"))
    assert ended(full, back.json["id"])["result"] == {"generation": 1}


def test_a_task_is_called_off(full):
    headers = full.key("write")
    task = full.client.post(RENAME, json={"from": "ورزش", "to": "x"}, headers=headers).json
    off = full.client.post(f"/api/v1/tasks/{task['id']}/cancel", headers=headers)
    assert (off.status_code, off.json["state"]) == (202, "cancelled")
    carry_out(full)
    assert full.archive.get("a3").categories == ("ورزش",)


def test_scopes_say_who_may_start_and_call_off_what(full):
    writer, admin = full.key("write"), full.key("admin")
    for path in ("reindex", "rollback"):
        assert full.client.post(f"/api/v1/{path}", headers=writer).status_code == 403
    assert full.client.post(RENAME, json={"from": "x", "to": "y"}, headers=admin).status_code == 403
    id = full.client.post("/api/v1/reindex", headers=admin).json["id"]
    assert full.client.post(f"/api/v1/tasks/{id}/cancel", headers=writer).status_code == 403
    for headers in (writer, admin):
        assert full.client.get("/api/v1/tasks", headers=headers).json["tasks"][0]["id"] == id
    assert full.client.get("/api/v1/tasks").status_code == 401
    assert full.client.get("/api/v1/tasks", headers=full.key("search")).status_code == 403


@pytest.mark.parametrize("id", ["0", "99", "-1", "x", "1.0", "9" * 40, "١"])
def test_a_task_that_is_not_known_is_a_404(full, id):
    response = full.client.get(f"/api/v1/tasks/{id}", headers=full.key("admin"))
    assert (response.status_code, response.json["code"]) == (404, "task_unknown")


def test_a_task_tells_nothing_of_this_machines_files(full):
    tasks = Tasks(full.archive)
    failed, restored = tasks.start("compact"), tasks.start("restore", file="/srv/x", replace=True)
    for id in (failed, restored):
        assert tasks.claim().id == id
        if id == failed:
            tasks.fail(id, "/srv/index/archive.sqlite cannot be written to")
        else:
            tasks.finish(id, {"kept": "/srv/old", "generation": 2})
    text = full.client.get("/api/v1/tasks", headers=full.key("admin")).text
    assert "/srv" not in text
    assert '"generation": 2' in text or '"generation":2' in text


def test_what_was_set_aside_is_told(full):
    SetAside(full.archive).put(1, "a1", 1, "ValueError: in /srv/code.py", 2)
    SetAside(full.archive).put(1, "a2", 1, "ValueError: too deep", 1)
    answer = full.client.get("/api/v1/set-aside", headers=full.key("write")).json
    assert answer["generation"] == 1
    assert [(each["id"], each["tries"]) for each in answer["articles"]] == [("a1", 2), ("a2", 1)]
    assert "/srv" not in str(answer)


def test_stats_tell_how_far_the_index_has_come(full):
    full.archive.write([Article.parse({"id": "late", "title": "x", "status": "draft"})])
    answer = full.client.get("/api/v1/stats", headers=full.key("admin")).json
    assert {name: answer[name] for name in ("articles", "searchable", "position", "indexed", "lag", "generation")} == {
        "articles": 5, "searchable": 4, "position": 5, "indexed": 4, "lag": 1, "generation": 1,
    }  # fmt: skip
    assert {"label": "ورزش", "count": 1} in answer["categories"]
    assert full.client.get("/api/v1/stats").status_code == 401
