"""``add``: what can be read is searchable when it returns; the rest is named with file and line."""

import gzip
import json

GOOD = {"id": "1", "title": "بارش برف در تهران", "body": "امروز برف بارید."}


def test_added_articles_are_found_at_once(shell):
    ran = shell("add", shell.lines("a.jsonl", GOOD, {**GOOD, "id": "2"}), "--json")
    assert (ran.status, ran.json) == (
        0,
        {"added": 2, "updated": 0, "unchanged": 0, "failed": [], "notes": [], "stubs": []},
    )
    assert shell("search", "برف", "--json").json["total"] == 2


def test_the_same_again_is_unchanged_and_a_change_is_an_update(shell):
    file = shell.lines("a.jsonl", GOOD)
    shell("add", file)
    assert shell("add", file, "--json").json["unchanged"] == 1
    assert shell("add", shell.lines("b.jsonl", {**GOOD, "body": "باران آمد."}), "--json").json["updated"] == 1
    assert shell("search", "باران", "--json").json["total"] == 1
    assert shell("search", "بارید", "--match", "all", "--json").json["total"] == 0


def test_gzip_folders_and_standard_input_are_read(shell):
    (shell.folder / "news").mkdir()
    shell.file("news/a.jsonl.gz", gzip.compress(json.dumps(GOOD).encode()))
    shell.lines("news/b.jsonl", {**GOOD, "id": "2"})
    assert shell("add", shell.folder / "news", "--json").json["added"] == 2
    assert shell("add", "-", "--json", stdin=json.dumps({**GOOD, "id": "3"}).encode()).json["added"] == 1


def test_bad_lines_are_named_and_the_rest_is_added(shell):
    broken = b'{"id": "x", "title": \n'
    no_id = '{"title": "بی‌شناسه"}\n'.encode()
    empty = b'{"id": "5"}\n'
    latin1 = b'{"id": "6", "title": "\xff\xfe"}\n'
    file = shell.file("a.jsonl", json.dumps(GOOD).encode() + b"\n" + broken + no_id + empty + latin1)
    ran = shell("add", file, "--json")
    assert ran.status == 0
    assert ran.json["added"] == 1
    assert [failed["line"] for failed in ran.json["failed"]] == [2, 3, 4, 5]
    assert all(failed["source"] == str(file) and failed["error"] for failed in ran.json["failed"])
    human = shell("add", file)
    assert f"{file}:2: " in human.err
    assert "Traceback" not in human.err


def test_it_fails_only_if_nothing_could_be_read_or_when_strict(shell):
    mixed = shell.file("mixed.jsonl", json.dumps(GOOD) + "\n{\n")
    assert shell("add", mixed).status == 0
    assert shell("add", mixed, "--strict").status == 1
    assert shell("add", shell.file("bad.jsonl", "{\n")).status == 1
    assert shell("add", shell.folder / "absent.jsonl").status == 1


def test_an_article_of_ten_megabytes_is_refused_and_loses_nothing(shell):
    huge = {"id": "huge", "title": "بزرگ", "body": "خبر " * 3_000_000}
    ran = shell("add", shell.lines("a.jsonl", huge, GOOD), "--json")
    assert ran.json["added"] == 1
    assert "larger" in ran.json["failed"][0]["error"]


def test_a_date_that_does_not_exist_is_kept_without_a_date_and_noted(shell):
    articles = [{**GOOD, "id": date, "published": date} for date in ("1402/12/30", "2023-02-30", "1900-01-01")]
    ran = shell("add", shell.lines("a.jsonl", *articles), "--json")
    assert ran.json["added"] == 3
    assert [note["line"] for note in ran.json["notes"]] == [1, 2, 3]
    assert shell("search", "برف", "--json").json["facets"]["undated"] == 3


def test_an_index_folder_that_cannot_be_written_is_told_in_one_line(shell):
    shell.file("index", "a file where the folder should be")
    ran = shell("add", shell.lines("a.jsonl", GOOD))
    assert ran.status == 1
    assert ran.err.count("\n") == 1
    assert str(shell.index) in ran.err
