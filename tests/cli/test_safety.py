"""``verify``, ``snapshot``, ``restore``, ``purge`` and ``tasks`` as an admin types them."""

import pytest

NEWS = [{"id": str(n), "title": f"خبر {n}", "body": "متن خبر"} for n in range(5)]


@pytest.fixture
def news(shell):
    assert shell("add", shell.lines("news.jsonl", *NEWS)).status == 0
    return shell


def test_a_snapshot_goes_into_an_empty_folder_and_is_searchable(news):
    file = news.folder / "s.gz"
    assert news("snapshot", file, "--json").json["articles"] == 5
    index = news.index
    news.index = news.folder / "other"
    done = news("restore", file, "--json").json
    assert (done["articles"], done["generation"], done["kept"]) == (5, 1, None)
    assert news("search", "خبر", "--json").json["total"] == 5
    assert news("verify", "--json").json == {"ok": True, "faults": []}
    refused = news("restore", file)
    assert refused.status == 1
    assert "--replace" in refused.err
    news.index = index
    assert news("add", news.lines("more.jsonl", {"id": "9", "title": "خبر تازه"})).status == 0
    again = news("restore", file, "--replace")
    assert again.status == 0
    assert "kept in" in again.out
    assert news("search", "خبر", "--json").json["total"] == 5
    assert len(list(index.glob("archive-replaced-*.sqlite"))) == 1


def test_verify_names_each_fault_with_its_cure_and_fails(news):
    largest = max(news.index.glob("generations/0*/*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    whole = largest.read_bytes()
    largest.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    ran = news("verify")
    assert ran.status == 1
    assert largest.name in ran.out
    assert "search-service reindex" in ran.out
    assert news("verify", "--json").json["faults"][0]["mend"] == "search-service reindex"
    assert news("reindex").status == 0
    assert news("verify").status == 0


def test_purge_says_what_it_did(news):
    done = news("purge", "3", "--json").json
    assert (done["articles"], done["generation"], done["dropped"], done["complete"]) == (1, 2, [1], True)
    assert news("search", "خبر", "--json").json["total"] == 4
    ran = news("purge", "3")
    assert ran.status == 1
    assert "'3'" in ran.err


def test_tasks_are_listed_and_unknown_ones_are_named(news):
    assert news("tasks", "--json").json == []
    assert news("set-aside", "--json").json == []
    assert news("tasks", "cancel", "7").status == 1


def test_generations_tells_what_is_damaged(news):
    assert [row["damage"] for row in news("generations", "--json").json] == [None]
    table = max(news.index.glob("generations/0*/_MAIN_*.toc"))
    table.write_bytes(b"")
    (row,) = news("generations", "--json").json
    assert (row["live"], table.name in row["damage"]) == (True, True)
    assert table.name in news("generations").out
    (news.index / "CURRENT").write_bytes(b"")
    ran = news("search", "خبر")
    assert ran.status == 1
    assert "CURRENT does not hold a generation's number" in ran.err
    assert news("reindex").status == 0
    assert [(row["live"], row["damage"]) for row in news("generations", "--json").json][-1] == (True, None)
