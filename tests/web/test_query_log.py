"""What readers search for, without telling who did."""

import sqlite3
import threading
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from search_service.article import TEHRAN, Article
from search_service.web import query_log
from search_service.web.query_log import EXTENSION, FILE, Asked, QueryLog, normalised, report

NOON = datetime(2025, 6, 1, 12, tzinfo=TEHRAN)
TODAY = date(2025, 6, 1)


class Clock:
    now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(tmp_path, clock):
    return QueryLog(tmp_path, 90, clock)


def all_of(folder, since=date(2000, 1, 1), **options):
    return report(folder, since, **{"least": 1, "limit": 100} | options)


def test_spellings_that_differ_in_encoding_or_spaces_are_one_query():
    assert normalised("  كتاب   ايران ") == normalised("کتاب ایران") == "کتاب ایران"


def test_a_query_is_counted_by_day_with_its_last_number_of_hits(log, tmp_path, clock):
    for hits in (3, 4):
        log.note("تهران", hits)
    log.write()
    clock.now += timedelta(days=1)
    log.note("تهران", 5)
    log.note("هیچ", 0)
    log.write()
    assert all_of(tmp_path) == [Asked("تهران", 3, 5, "2025-06-02"), Asked("هیچ", 1, 0, "2025-06-02")]
    assert all_of(tmp_path, since=date(2025, 6, 2)) == [Asked("تهران", 1, 5, "2025-06-02"), all_of(tmp_path)[1]]


def test_rare_queries_are_not_reported_and_those_without_hits_can_be_picked(log, tmp_path):
    for _ in range(5):
        log.note("زیاد", 0)
    log.note("کم", 0)
    log.note("یافته", 9)
    log.write()
    assert [asked.query for asked in all_of(tmp_path, least=5)] == ["زیاد"]
    assert {asked.query for asked in all_of(tmp_path, without_hits=True)} == {"زیاد", "کم"}
    assert len(all_of(tmp_path, limit=2)) == 2


def test_what_is_too_old_is_deleted_from_the_file(log, tmp_path, clock):
    log.note("secret", 1)
    log.write()
    clock.now += timedelta(days=91)
    log.note("new", 1)
    log.write()
    assert [asked.query for asked in all_of(tmp_path)] == ["new"]


def test_nothing_but_query_day_and_counts_is_kept(open_house, tmp_path):
    house = open_house()
    house.put(Article.parse({"id": "a", "title": "رودخانه"}))
    headers = house.key("search")
    address = {"REMOTE_ADDR": "198.51.100.77"}
    house.client.get("/api/v1/search", query_string={"q": "رودخانه"}, headers=headers, environ_base=address)
    house.client.get("/", query_string={"q": "رودخانه", "page": "2"})
    house.app.extensions[EXTENSION].write()
    assert all_of(house.settings.index, since=TODAY) == [Asked("رودخانه", 1, 1, "2025-06-01")]
    with closing(sqlite3.connect(house.settings.index / FILE)) as connection:
        (table,) = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    assert table[0].count("NOT NULL") == 4
    kept = b"".join(file.read_bytes() for file in house.settings.index.glob(f"{FILE}*"))
    assert "رودخانه".encode() in kept
    assert b"198.51" not in kept
    assert headers["Authorization"].split()[1].encode() not in kept


def test_it_is_written_after_the_answer_and_holds_no_place(house, monkeypatch):
    house.put(Article.parse({"id": "a", "title": "رودخانه"}))
    monkeypatch.setattr(query_log, "EVERY", -1.0)
    gate = house.app.extensions["search_service_gates"]["search"]
    free, found = gate._free, []
    write = QueryLog.write
    monkeypatch.setattr(QueryLog, "write", lambda log: (found.append(gate._free), write(log)))
    response = house.client.get("/api/v1/search?q=رودخانه")
    assert (response.status_code, found) == (200, [])
    response.close()
    assert found == [free]
    assert [asked.query for asked in all_of(house.settings.index)] == ["رودخانه"]


def test_it_can_be_switched_off(open_house):
    house = open_house(query_log=False)
    house.put(Article.parse({"id": "a", "title": "رودخانه"}))
    assert house.client.get("/api/v1/search?q=x").status_code == 200
    assert EXTENSION not in house.app.extensions


def test_many_threads_and_workers_lose_no_count(tmp_path, clock):
    logs = [QueryLog(tmp_path, 90, clock) for _ in range(3)]

    def work(log):
        for number in range(50):
            log.note(f"q{number % 5}", number)
            if number % 10 == 9:
                log.write()

    threads = [threading.Thread(target=work, args=(log,)) for log in logs for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for log in logs:
        log.write()
    assert sum(asked.count for asked in all_of(tmp_path)) == 300


def test_a_flood_of_queries_is_bounded_and_known_ones_still_count(log, tmp_path, monkeypatch):
    monkeypatch.setattr(query_log, "MOST_A_DAY", 10)
    log.note("known", 1)
    log.write()
    for number in range(50):
        log.note(f"made up {number}", 0)
    log.note("known", 2)
    log.write()
    assert all_of(tmp_path) == [Asked("known", 2, 2, "2025-06-01")]


def test_a_file_that_cannot_be_written_disturbs_no_search(tmp_path, clock, caplog):
    (tmp_path / FILE).write_text("no database, whatever its name says" * 100)
    log = QueryLog(tmp_path, 90, clock)
    log.note("a", 1)
    log.write()
    assert "cannot be written" in caplog.text
    QueryLog(tmp_path / "missing", 90, clock).write()


def test_what_could_not_be_written_is_kept_for_the_next_time(log, tmp_path, monkeypatch):
    monkeypatch.setattr(query_log, "BUSY_SECONDS", 0.0)
    monkeypatch.setattr(query_log, "MOST_HELD", 2)
    log.note("a", 1)
    log.write()
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for query, hits in (("a", 2), ("b", 3)):
            log.note(query, hits)
        log.write()
        log.note("a", 4)
        # Readers do not wait for one failure after the other.
        log.write_when_due()
        other.execute("ROLLBACK")
    assert all_of(tmp_path) == [Asked("a", 1, 1, "2025-06-01")]
    log.write()
    assert all_of(tmp_path) == [Asked("a", 3, 4, "2025-06-01"), Asked("b", 1, 3, "2025-06-01")]


def test_without_a_file_there_is_nothing_to_report(tmp_path):
    assert all_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
