"""Ten thousand articles in a call, against the whole service: in bounded memory, each with its result."""

import json
import threading
from pathlib import Path

import pytest
import requests

from tests.web.running import PATIENCE, Running

COUNT = 10_000
BODY = "رودخانه‌ها پس از سه سال کم‌بارانی جان گرفته‌اند. " * 60


@pytest.fixture
def service(tmp_path):
    running = Running(tmp_path / "index", workers=1, batch_seconds=60.0)
    yield running
    running.end()


def lines():
    for number in range(COUNT):
        published = "1402-12-30" if number % 1000 == 999 else "1402-06-28"
        yield json.dumps({"id": f"a{number}", "title": f"خبر {number}", "body": BODY, "published": published}).encode()


def memory(service):
    """Bytes of the worker that holds most."""
    held = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        if _below(int(status.parent.name), service.process.pid):
            held.append(int(fields.get("VmHWM", "0 kB").split()[0]) * 1024)
    return max(held)


def _below(process, ancestor):
    while process > 1:
        if process == ancestor:
            return True
        try:
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def test_ten_thousand_articles_in_one_call(service):
    headers = {"Authorization": f"Bearer {service.key}", "Content-Type": "application/x-ndjson"}
    url = f"{service.url}/api/v1/articles"
    requests.post(url, data=b'{"id": "first", "title": "x"}', headers=headers, timeout=PATIENCE).raise_for_status()
    before = memory(service)
    sent = sum(len(line) + 1 for line in lines())
    response = requests.post(url, data=(line + b"\n" for line in lines()), headers=headers, timeout=PATIENCE)
    assert response.status_code == 202, response.text[:500]
    answer = response.json()
    assert (answer["added"], answer["failed"]) == (COUNT - 10, 10)
    for number, result in enumerate(answer["results"]):
        if number % 1000 == 999:
            assert result["error"]["field"] == "published"
        else:
            assert result["id"] == f"a{number}"
    assert sent > 40_000_000
    assert memory(service) - before < 60_000_000 < sent * 1.5


def test_two_walks_and_many_writes_beside_each_other(tmp_path):
    """By relevance a walk sees each article of its beginning once, whichever worker answers and whatever is written."""
    running = Running(tmp_path / "index", workers=2)
    try:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {running.key}"
        url = f"{running.url}/api/v1"
        body = [{"id": f"a{n:03}", "title": f"رودخانه {n}"} for n in range(120)]
        session.post(f"{url}/articles?wait=indexed", json=body, timeout=PATIENCE).raise_for_status()
        stop = threading.Event()

        def write():
            number = 0
            with requests.Session() as writer:
                writer.headers["Authorization"] = f"Bearer {running.key}"
                while not stop.is_set():
                    number += 1
                    more = [{"id": f"b{number}", "title": "رودخانه رودخانه"}, {"id": "a000", "title": f"آب {number}"}]
                    writer.post(f"{url}/articles?wait=indexed", json=more, timeout=PATIENCE).raise_for_status()

        thread = threading.Thread(target=write)
        thread.start()
        try:
            for _ in range(3):
                told, cursor = [], "*"
                while cursor:
                    asked = {"q": "رودخانه", "cursor": cursor, "size": 7, "facets": "none", "fields": "id"}
                    # A connection of its own for each page, so that any worker may take it.
                    answer = requests.get(f"{url}/search", params=asked, timeout=PATIENCE)
                    answer.raise_for_status()
                    told += [hit["id"] for hit in answer.json()["hits"]]
                    cursor = answer.json().get("cursor")
                assert len(told) == len(set(told)) == answer.json()["total"]
                assert {f"a{n:03}" for n in range(1, 120)} <= set(told)
        finally:
            stop.set()
            thread.join()
    finally:
        running.end()
