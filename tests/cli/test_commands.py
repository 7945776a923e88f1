"""The other commands, each as its user calls it."""

import json
from dataclasses import replace

import pytest

from search_service.engine.whoosh import manifest as manifests

NEWS = [
    {
        "id": "1",
        "title": "گفت‌وگوی تلفنی وزیران خارجه",
        "body": "دو وزیر دربارهٔ همکاری‌های بین‌المللی گفت‌وگو کردند.",
        "category": "سیاسی",
        "published": "1402/06/28",
    },
    {
        "id": "2",
        "title": "رشد قیمت طلا",
        "body": "قیمت جهانی طلا بالا رفت.",
        "categories": ["اقتصادی", "جهان"],
        "published": "1401/01/15",
    },
]


@pytest.fixture
def news(shell):
    assert shell("add", shell.lines("news.jsonl", *NEWS)).status == 0
    return shell


def test_search_prints_hits_for_people_and_the_answer_as_json(news):
    human = news("search", "گفتگو")
    assert "وزیران خارجه" in human.out
    assert "۲۸ شهریور ۱۴۰۲" in human.out
    answer = news("search", "بینالمللی", "--json").json
    assert [hit["id"] for hit in answer["hits"]] == ["1"]
    assert set(answer) == {
        "query", "total", "took_ms", "page", "size", "hits", "facets", "did_you_mean", "applied"
    }  # fmt: skip


def test_search_filters_by_category_in_any_spelling_and_by_date_in_any_digits(news):
    assert news("search", "--category", "اقتصادي", "--json").json["total"] == 1
    assert news("search", "--date", "۱۴۰۲", "--json").json["total"] == 1
    assert news("search", "--from", "2023-01-01", "--to", "۱۴۰۲/۱۲/۲۹", "--json").json["total"] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["خبر", "--page", "-1"], "page is -1"),
        (["خبر", "--sort", "best"], "best"),
        (["خبر", "--date", "1402/12/30"], "1402/12/30"),
        (["خبر " * 2500], "512"),
        (["(" * 200 + "خبر" + ")" * 200], "bracket"),
        (["خبر", "--page", "200"], "cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(news, arguments, says):
    ran = news("search", *arguments)
    assert ran.status == 1
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


def test_a_query_may_begin_with_a_hyphen_after_two(news):
    assert news("search", "--json", "--", "-طلا").json["total"] == 1


def test_searching_before_there_is_an_index_says_what_to_do(shell):
    ran = shell("search", "خبر")
    assert ran.status == 1
    assert "search-service add" in ran.err


def test_analyze_shows_terms_with_offsets_into_the_text(shell):
    text = "کتاب‌های  تازه"
    tokens = shell("analyze", text, "--json").json
    assert [text[token["start"] : token["end"]] for token in tokens] == [token["text"] for token in tokens]
    assert tokens[0]["terms"]["lemma"] == "کتاب"
    assert "lemma=کتاب" in shell("analyze", text).out


def test_explain_says_why_and_why_not(news):
    why = news("explain", "همکاری", "1", "--json").json
    assert why["matches"]
    assert why["score"] > 0
    assert not news("explain", "همکاری", "2", "--json").json["matches"]
    assert news("explain", "همکاری", "3").status == 1


def test_generations_reindex_and_rollback(news):
    assert news("reindex", "--json").json == {"generation": 2}
    rows = news("generations", "--json").json
    assert [(row["number"], row["live"], row["articles"]) for row in rows] == [(1, False, 2), (2, True, 2)]
    assert news("rollback", "--json").json == {"generation": 1}
    assert news("search", "طلا", "--json").json["total"] == 1


def test_an_index_of_another_version_is_named_and_mended_by_a_reindex(news):
    manifest = next(news.index.glob("generations/*/manifest.json"))
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**content, "format": 999}))
    ran = news("search", "طلا")
    assert ran.status == 1
    assert "reindex" in ran.err
    assert news("reindex").status == 0
    assert news("search", "طلا", "--json").json["total"] == 1


def test_a_generation_of_another_analyser_is_named_until_a_reindex(news):
    assert [row["reindex_recommended"] for row in news("generations", "--json").json] == [False]
    assert "reindex recommended" not in news("generations").out
    folder = next(news.index.glob("generations/0*"))
    replace(manifests.read(folder), analyser="0123456789abcdef").write(folder)
    assert [row["reindex_recommended"] for row in news("generations", "--json").json] == [True]
    assert news("generations").out.rstrip().endswith("reindex recommended")
    assert news("search", "طلا", "--json").json["total"] == 1
    assert news("reindex").status == 0
    assert "reindex recommended" not in news("generations").out


def test_keys_are_shown_once_listed_without_their_secret_and_revoked(shell):
    made = shell("keys", "create", "سایت", "--scope", "write", "--scope", "search", "--json").json
    listed = shell("keys", "list", "--json").json
    assert [row["name"] for row in listed] == ["سایت"]
    assert made["key"] not in json.dumps(listed)
    assert shell("keys", "revoke", made["prefix"]).status == 0
    assert shell("keys", "list", "--json").json[0]["revoked"]


def test_check_cases_needs_and_makes_no_index(shell):
    rows = [
        "group\tquery\tdocument_text\texpect\twhy",
        "plain\tخبر\tخبر تازه\tmatch\tthe word itself",
        "plain\tخبر\tنان تازه\tno\tanother word",
        'plain\t"تازه خبر"\tخبر تازه\tmatch\twrong on purpose',
    ]
    ran = shell("check-cases", shell.file("cases.tsv", "\n".join(rows)), "--json")
    assert ran.json["match"] == {"passed": 1, "total": 2}
    assert ran.json["no"] == {"passed": 1, "total": 1}
    assert ran.json["groups"] == {"plain": {"passed": 2, "total": 3}}
    assert ran.status == 0
    assert shell("check-cases", shell.folder / "cases.tsv", "--strict").status == 1
    assert not shell.index.exists()


def test_evaluate_measures_ranked_retrieval(shell):
    docs = shell.lines(
        "docs.jsonl",
        {"id": "a", "title": "", "text": "پایتخت ایران تهران است"},
        {"id": "b", "title": "", "text": "برف"},
    )
    queries = shell.lines("queries.jsonl", {"id": "q", "text": "پایتخت ایران کجاست؟", "relevant": ["a"]})
    assert shell("evaluate", docs, queries, "--json").json == {
        "queries": 1, "map": 1.0, "ndcg@10": 1.0, "mrr@10": 1.0, "recall@100": 1.0
    }  # fmt: skip


def test_a_wrong_setting_is_named(shell):
    ran = shell("generations", SEARCH_PORT="many")
    assert ran.status == 1
    assert "SEARCH_PORT" in ran.err
