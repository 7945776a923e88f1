"""Requests at a constant rate, whether or not answers come: an open loop.

Each request has the moment at which it is due, and its latency counts from there, not
from when the generator got round to sending it: a service that stalls is not spared
the requests that would have come meanwhile ("coordinated omission").
"""

from __future__ import annotations

import asyncio
import gc
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

REFUSED_PAUSE = 0.1
"""Seconds after which a client of the closed loop asks again that was refused."""
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; times in seconds, those of due requests from the start of the run."""

    due: float
    latency: float
    status: int
    """0: none came."""
    bytes: int


@dataclass(slots=True)
class Run:
    """What came of the requests of a run."""

    rate: float
    answers: list[Answer] = field(default_factory=list)
    behind: float = 0.0
    """The most by which the generator itself was late."""
    most_open: int = 0
    """Connections at once."""

    def statuses(self) -> dict[int, int]:
        """How many answers of each status."""
        return dict(sorted(Counter(answer.status for answer in self.answers).items()))

    def latencies(self, *statuses: int) -> list[float]:
        """Sorted, in milliseconds, of these statuses or of all."""
        return sorted(1000 * each.latency for each in self.answers if not statuses or each.status in statuses)


def percentile(latencies: Sequence[float], share: float) -> float:
    """The latency within which this share of the answers came; not a number without any."""
    return latencies[min(len(latencies) - 1, int(share * len(latencies)))] if latencies else float("nan")


class _Connection(asyncio.Protocol):
    """One connection that is kept: a request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._rest: int | None = None
        self._status = 0
        self._answer: asyncio.Future[tuple[int, int]] | None = None
        self._length = 0
        self.usable = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, int]]:
        """The status and the bytes of the answer."""
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._rest = None
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        if self._rest is None:
            self._buffer += data
            end = self._buffer.find(HEAD_END)
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            self._status = int(head[9:12])
            at = head.find(b"content-length:")
            self._length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._rest = self._length - (len(self._buffer) - end - len(HEAD_END))
            self.usable = b"connection: close" not in head
            self._buffer.clear()
        else:
            self._rest -= len(data)
        if self._rest <= 0 and self._answer is not None and not self._answer.done():
            self._answer.set_result((self._status, self._length))

    def connection_lost(self, error: Exception | None) -> None:
        self.usable = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((0, 0))


class Generator:
    """Asks a service on this machine; connections are kept and at most so many."""

    def __init__(self, port: int, most: int = 2000, patience: float = 10.0) -> None:
        self._port = port
        self._most = most
        self._patience = patience
        self._idle: deque[_Connection] = deque()
        self._open = 0

    async def constant(self, requests: Iterator[bytes], rate: float, seconds: float) -> Run:
        """So many requests a second, evenly, for so long; returns once all are answered or given up."""
        run, loop, pending = Run(rate), asyncio.get_running_loop(), set()
        gc.collect()
        gc.disable()  # its pauses would count as the service's
        begin = loop.time() + 0.1
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            wait = due - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            run.behind = max(run.behind, loop.time() - due)
            task = loop.create_task(self._one(next(requests), due, begin, run))
            pending.add(task)
            task.add_done_callback(pending.discard)
        if pending:
            await asyncio.wait(pending)
        gc.enable()
        return run

    async def saturating(self, requests: Iterator[bytes], clients: int, seconds: float) -> Run:
        """So many clients, each asking again as soon as it is answered: what the service can do at most."""
        loop, run = asyncio.get_running_loop(), Run(0.0)
        begin = loop.time()

        async def client() -> None:
            while (now := loop.time()) < begin + seconds:
                if await self._one(next(requests), now, begin, run) != 200:
                    await asyncio.sleep(REFUSED_PAUSE)

        await asyncio.gather(*(client() for _ in range(clients)))
        run.rate = sum(answer.status == 200 for answer in run.answers) / (loop.time() - begin)
        return run

    def close(self) -> None:
        """Let go of the connections."""
        for connection in self._idle:
            if connection.transport is not None:
                connection.transport.abort()
        self._idle.clear()

    async def _one(self, request: bytes, due: float, begin: float, run: Run) -> int:
        loop = asyncio.get_running_loop()
        status, size = 0, 0
        try:
            async with asyncio.timeout(self._patience):
                connection = await self._connection()
                run.most_open = max(run.most_open, self._open)
                try:
                    status, size = await connection.ask(request)
                finally:
                    if status and connection.usable:
                        self._idle.append(connection)
                    else:
                        self._open -= 1
                        if connection.transport is not None:
                            connection.transport.abort()
        except (OSError, TimeoutError):
            pass
        run.answers.append(Answer(due - begin, loop.time() - due, status, size))
        return status

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and connection.transport is not None and not connection.transport.is_closing():
                return connection
            self._open -= 1
        if self._open >= self._most:
            raise OSError("too many connections")
        self._open += 1
        try:
            _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", self._port)
        except BaseException:
            self._open -= 1
            raise
        return connection
