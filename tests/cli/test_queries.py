"""What readers search for, by command."""

from search_service.article import now
from search_service.web.query_log import QueryLog


def test_frequent_queries_are_listed_and_those_without_hits_can_be_picked(shell):
    assert shell("queries", "--json").json == []
    shell.index.mkdir()
    log = QueryLog(shell.index, 90, now)
    for query, hits, times in (("تهران", 7, 6), ("هیچ", 0, 5), ("کم‌یاب", 1, 4)):
        for _ in range(times):
            log.note(query, hits)
    log.write()
    rows = shell("queries", "--json").json
    assert [(row["query"], row["count"], row["hits"]) for row in rows] == [("تهران", 6, 7), ("هیچ", 5, 0)]
    assert [row["query"] for row in shell("queries", "--without-hits", "--json").json] == ["هیچ"]
    assert len(shell("queries", "--json", SEARCH_QUERY_LOG_MIN_COUNT="1").json) == 3
    assert "تهران" in shell("queries").out
