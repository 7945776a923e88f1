"""The real service as processes on a real folder, and children that are killed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.engine.whoosh import WhooshEngine
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer
from search_service.web.serve import environment

ROOT = Path(__file__).parents[2]
DYING = Path(__file__).parent / "dying"
PATIENCE = 60.0

# An indexer that is killed again and again is not long in coming back.
SERVE = """
from search_service.settings import Settings
from search_service.web import serve

serve.BACK_OFF = (0.05, 0.2)
serve.serve(Settings())
"""


def searchable(folder: Path) -> dict[str, int]:
    """Id -> version of all that the live generation holds, each once."""
    generation = WhooshEngine(folder).live()
    if generation is None:
        return {}
    searcher = generation.searcher()
    try:
        found = list(searcher.ids())
        assert len(dict(found)) == len(found) == searcher.count()
        return dict(found)
    finally:
        searcher.close()


class Client:
    """One connection to a service, made again when it breaks."""

    def __init__(self, url: str, key: str) -> None:
        self._where = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON; 0: the connection broke, and nobody knows whether it was done."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    self._where.hostname or "", self._where.port, timeout=PATIENCE
                )
            data = None if body is None else json.dumps(body)
            self._connection.request(method, path, data, self._headers)
            answer = self._connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content)
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, None

    def put(self, id: str, version: int, title: str, wait: bool = False) -> int:
        path = f"/api/v1/articles/{quote(id, safe='')}" + ("?wait=indexed" if wait else "")
        return self.ask("PUT", path, {"title": title, "body": "متن خبر", "version": version})[0]

    def delete(self, id: str, version: int) -> int:
        return self.ask("DELETE", f"/api/v1/articles/{quote(id, safe='')}?version={version}")[0]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Service:
    """A running ``serve``."""

    def __init__(self, settings: Settings, log: Path, plan: Path | None = None) -> None:
        """``plan``: where its indexer is told to die (``dying/``)."""
        self.settings = settings
        archive = Archive.open(settings.archive_path)
        self.key, _ = Keys(archive).create("a test", ["write", "search"])
        archive.close()
        self.log = log
        given = {**os.environ, **environment(settings), "PYTHONPATH": str(ROOT)}
        if plan is not None:
            given |= {"DYING_PLAN": str(plan), "PYTHONPATH": f"{DYING}{os.pathsep}{ROOT}"}
        with self.log.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVE], env=given, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[0]

    def client(self) -> Client:
        return Client(self.url, self.key)

    def children(self, pid: int | None = None) -> list[int]:
        """The processes that one of ours started."""
        found: list[int] = []
        for path in Path(f"/proc/{pid or self.process.pid}/task").glob("*/children"):
            found += map(int, path.read_text().split())
        return found

    def web(self) -> int:
        """gunicorn's master."""
        return self.children()[0]

    def indexer(self) -> int | None:
        """The indexer, when there is one."""
        return next((pid for pid in self.children() if b"indexer" in _command(pid)), None)

    def workers(self) -> list[int]:
        """The web workers."""
        return self.children(self.web())

    def until(self, holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        give_up = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < give_up, f"{what}\n{self.log.read_text()}"
            time.sleep(0.02)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.wait()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture(autouse=True, scope="session")
def _analysers_loaded_once() -> Iterator[None]:
    """An analyser is a value: this process loads those of the same files once."""
    load, default = Analyzer.load, Analyzer.default
    loaded: dict[object, Analyzer] = {}

    def shared_load(folder: Path, known: Analyzer | None = None) -> Analyzer:
        if known is not None:
            return load(folder, known)
        key = tuple((path.name, path.read_bytes()) for path in sorted(folder.iterdir()))
        if key not in loaded:
            loaded[key] = load(folder)
        return loaded[key]

    def shared_default(cache: Path | None = None) -> Analyzer:
        if cache not in loaded:
            loaded[cache] = default(cache)
        return loaded[cache]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Analyzer, "load", shared_load)
        patch.setattr(Analyzer, "default", shared_default)
        yield


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start the service under some settings; it ends with the test."""
    running: list[Service] = []

    def start(plan: Path | None = None, **changes: Any) -> Service:
        given = {"index": tmp_path / "index", "port": 0, "batch_seconds": 0.01, "wait_seconds": PATIENCE}
        given |= {"rate_search": "1000000/minute", "rate_write": "1000000/minute"}
        running.append(Service(Settings(**given | changes), tmp_path / "serve.log", plan))
        return running[-1]

    yield start
    for service in running:
        service.end()


@pytest.fixture
def child() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Another process that runs this code with these arguments; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", code, *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        )
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()
