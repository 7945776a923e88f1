"""Reindexes and swaps under load: no reader ever gets an error, or a total that is not one commit's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from search_service.archive.archive import Archive
from search_service.archive.tasks import Tasks
from search_service.article import Article
from tests.reliability.conftest import Client, Service

FIXED = 60
"""Articles that no write touches: each answer must count exactly these."""


class Reader(threading.Thread):
    """Asks as fast as it can; keeps how long each answer took, and what was wrong."""

    def __init__(self, client: Client, stop: threading.Event) -> None:
        super().__init__()
        self._client = client
        self._stop_reading = stop
        self.seconds: list[float] = []
        self.wrong: list[object] = []

    def run(self) -> None:
        while not self._stop_reading.is_set():
            began = time.perf_counter()
            status, answer = self._client.ask("GET", "/api/v1/search?q=ثابت&category=آرام".translate(QUOTED))
            self.seconds.append(time.perf_counter() - began)
            counts = [] if status != 200 else [choice["count"] for choice in answer["facets"]["category"]]
            if status != 200 or answer["total"] != FIXED or counts != [FIXED]:
                self.wrong.append((status, answer))
        self._client.close()


QUOTED = {ord(letter): "".join(f"%{byte:02X}" for byte in letter.encode()) for letter in "ثابترم"} | {
    ord("آ"): "%D8%A2"
}


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(0.99 * (len(seconds) - 1))]


def read(service: Service, readers: int, work: Callable[[], None]) -> list[float]:
    """Let readers ask while the work is done."""
    stop = threading.Event()
    threads = [Reader(service.client(), stop) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        work()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    wrong = [each for thread in threads for each in thread.wrong]
    assert not wrong, wrong[:3]
    return [second for thread in threads for second in thread.seconds]


def swap(service: Service, times: int) -> None:
    """So many reindexes one after the other, with five writes a second."""
    archive = Archive.open(service.settings.archive_path)
    tasks = Tasks(archive)
    client = service.client()
    written = 0
    try:
        for _ in range(times):
            id = tasks.start("reindex")
            while tasks.get(id).finished is None:
                written += 1
                assert client.put(f"w{written % 20}", written, f"متغیر {written}") == 202
                time.sleep(0.2)
            assert tasks.get(id).state == "done", tasks.get(id).error
    finally:
        client.close()
        archive.close()


def start(serve: Callable[..., Service], workers: int) -> Service:
    # Readers ask as fast as they can: what is told off for that is no matter of swaps.
    service = serve(workers=workers, keep_generations=1, queue_seconds=30.0)
    archive = Archive.open(service.settings.archive_path)
    articles = [{"id": f"f{n}", "title": "ثابت", "body": f"متن {n}", "categories": ["آرام"]} for n in range(FIXED)]
    archive.write([Article.parse(article) for article in articles])
    archive.close()
    client = service.client()
    assert client.put("last", 1, "واپسین", wait=True) in (200, 201)
    client.close()
    return service


def test_no_reader_notices_a_swap(serve: Callable[..., Service]) -> None:
    service = start(serve, 2)
    assert len(read(service, 2, lambda: swap(service, 2))) > 20


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_no_reader_notices_fifty_swaps(serve: Callable[..., Service], capsys: pytest.CaptureFixture[str]) -> None:
    service = start(serve, 4)
    quiet = read(service, 4, lambda: time.sleep(30))
    busy = read(service, 4, lambda: swap(service, 50))
    with capsys.disabled():
        print(f"\n{len(busy)} searches, 0 errors, 0 wrong totals; p99 {1000 * p99(quiet):.1f} ms quiet,", end=" ")
        print(f"{1000 * p99(busy):.1f} ms with 50 swaps ({p99(busy) / p99(quiet):.1f}x)")
