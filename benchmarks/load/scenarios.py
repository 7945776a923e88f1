"""What is asked of the service: a steady day, writing and rebuilding beside it, and far too much."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.load.generator import Generator, Run, percentile
from benchmarks.load.preparing import versions
from benchmarks.load.service import Service
from benchmarks.search.corpus import Corpus

READERS = 5000
"""Addresses from which searches come."""
WRITES = 5.0
"""Articles changed a second."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A run with what it cost."""

    name: str
    run: Run
    web_cpu_ms: float
    """CPU of all web processes, an answer of 200."""
    others: float
    """Cores that the generator and everything else on the machine took."""
    extra: dict[str, object]

    def row(self) -> dict[str, object]:
        """The figures, in milliseconds."""
        good = self.run.latencies(200)
        refused = self.run.latencies(429, 503)
        return {
            "name": self.name,
            "rate": round(self.run.rate, 1),
            "answers": len(self.run.answers),
            "statuses": self.run.statuses(),
            "p50": round(percentile(good, 0.5), 1),
            "p95": round(percentile(good, 0.95), 1),
            "p99": round(percentile(good, 0.99), 1),
            "max": round(good[-1], 1) if good else None,
            "refused_p50": round(percentile(refused, 0.5), 1) if refused else None,
            "refused_p99": round(percentile(refused, 0.99), 1) if refused else None,
            "web_cpu_ms": round(self.web_cpu_ms, 2),
            "others_cores": round(self.others, 2),
            "generator_behind_ms": round(1000 * self.run.behind, 1),
            "connections": self.run.most_open,
            "kb": round(sum(answer.bytes for answer in self.run.answers) / 1024 / max(len(self.run.answers), 1), 1),
            **self.extra,
        }


class Load:
    """The scenarios, on one service."""

    def __init__(self, service: Service, queries: Sequence[str], corpus: Corpus, size: int, *, gzip: bool) -> None:
        self._service = service
        self._queries = queries
        self._corpus = corpus
        self._size = size
        self._gzip = gzip
        self._chance = random.Random(1)

    def searches(self) -> Iterator[bytes]:
        """Searches as pages make them: the first ten, with snippets and both facets."""
        encoding = "Accept-Encoding: gzip\r\n" if self._gzip else ""
        while True:
            query = quote(self._chance.choice(self._queries))
            reader = self._chance.randrange(READERS)
            yield (
                f"GET /api/v1/search?q={query} HTTP/1.1\r\nHost: 127.0.0.1\r\n{encoding}"
                f"X-Forwarded-For: 10.0.{reader // 250}.{reader % 250}\r\n\r\n"
            ).encode()

    def writes(self) -> Iterator[bytes]:
        """Corrections of articles that are there."""
        numbers = iter(lambda: self._chance.randrange(self._size), None)
        for article in versions(self._corpus, numbers):
            document = article.model_dump(mode="json", exclude={"version"})
            body = json.dumps(document, ensure_ascii=False).encode()
            yield (
                f"PUT /api/v1/articles/{quote(article.id, safe='')} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {self._service.key}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            ).encode() + body

    def warm(self, seconds: float) -> None:
        """Let both workers open the index and fill their caches."""
        self._run(lambda generator: generator.saturating(self.searches(), 4, seconds))

    def steady(self, name: str, rate: float, seconds: float) -> Measured:
        """Searches at a constant rate."""
        return self._measured(name, lambda generator: generator.constant(self.searches(), rate, seconds))

    def with_writes(self, name: str, rate: float, seconds: float, *, reindex: bool) -> Measured:
        """The same, while articles change and the whole index is rebuilt."""
        writes = list(_first(self.writes(), int(WRITES * seconds)))  # making them is not the service's work
        written: list[Run] = []

        async def both(generator: Generator) -> Run:
            other = Generator(self._service.port)
            searching, writing = await asyncio.gather(
                generator.constant(self.searches(), rate, seconds), other.constant(iter(writes), WRITES, seconds)
            )
            written.append(writing)
            other.close()
            return searching

        process = self._service.command("reindex") if reindex else None
        if reindex:
            time.sleep(3)  # until the indexer has taken the task up
        measured = self._measured(name, both)
        extra: dict[str, object] = {
            "writes": written[0].statuses(),
            "writes_p99": round(percentile(written[0].latencies(), 0.99), 1),
        }
        if process is not None:
            extra["reindex_still_running"] = process.poll() is None
            process.terminate()
            process.wait()
            self._service.call_off()
        measured.extra.update(extra)
        return measured

    def capacity(self, seconds: float) -> Measured:
        """Answers a second with as many clients as keep both workers busy."""
        return self._measured("saturated", lambda generator: generator.saturating(self.searches(), 8, seconds))

    def overload(self, capacity: float, seconds: float) -> tuple[Measured, Measured]:
        """Four times what it can do; then half of it, with the seconds until the last refusal there."""
        over = self.steady("overload x4", 4 * capacity, seconds)
        after = self.steady("afterwards x0.5", capacity / 2, 15.0)
        refused = [each.due for each in after.run.answers if each.status != 200]
        after.extra["last_refused_after_s"] = round(max(refused, default=0.0), 2)
        return over, after

    def _measured(self, name: str, work: object) -> Measured:
        before, machine = self._service.cpu(), _busy()
        began = time.perf_counter()
        run = self._run(work)
        seconds = time.perf_counter() - began
        after = self._service.cpu()
        answered = max(1, sum(answer.status == 200 for answer in run.answers))
        web = after["web"] - before["web"]
        indexer = after["indexer"] - before["indexer"]
        others = max(0.0, (_busy() - machine - web - indexer) / seconds)
        extra: dict[str, object] = {"indexer_cores": round(indexer / seconds, 2)} if indexer > 0.05 * seconds else {}
        return Measured(name, run, 1000 * web / answered, others, extra)

    def _run(self, work: object) -> Run:
        async def one() -> Run:
            generator = Generator(self._service.port)
            try:
                run: Run = await work(generator)  # type: ignore[operator]
                return run
            finally:
                generator.close()

        return asyncio.run(one())


def _first(requests: Iterator[bytes], count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield next(requests)


def _busy() -> float:
    """CPU seconds of the whole machine so far."""
    with open("/proc/stat") as file:  # noqa: PTH123
        user, nice, system, _, _, irq, soft, *_ = map(int, file.readline().split()[1:])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
