"""The service as its users run it: ``serve`` with its workers and its indexer, on this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.archive.tasks import Tasks
from search_service.settings import Settings
from search_service.web.serve import environment

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs."""

    process: int
    port: int
    key: str
    """One that may write."""
    settings: Settings

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, of ``web`` and ``indexer``."""
        web, *others = _children(self.process)
        return {
            "web": sum(map(_cpu, (web, *_children(web)))),
            "indexer": sum(_cpu(each) for other in others for each in (other, *_children(other))),
        }

    def call_off(self) -> None:
        """End all tasks that are waiting or under way."""
        archive = Archive.open(self.settings.archive_path)
        tasks = Tasks(archive)
        for task in tasks.list():
            if task.state in ("waiting", "running"):
                tasks.cancel(task.id)
        archive.close()

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command on the same index folder."""
        return subprocess.Popen(
            [sys.executable, "-m", "search_service.cli", *arguments],
            env={**os.environ, **environment(self.settings)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def running(folder: Path, log: Path, **changes: object) -> Iterator[Service]:
    """A service over this index folder, ended with the block; clients' addresses are what X-Forwarded-For says."""
    settings = Settings(index=folder, host="127.0.0.1", port=0, proxy_hops=1, **changes)
    archive = Archive.open(settings.archive_path)
    key, info = Keys(archive).create("load", ["write", "admin"])
    archive.close()
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "search_service.cli", "serve"],
            env={**os.environ, **environment(settings)},
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().split()
        if not line:
            raise SystemExit(f"the service did not start; see {log}")
        yield Service(process.pid, int(line[0].rsplit(b":", 1)[1]), key, settings)
    finally:
        process.terminate()
        process.communicate(timeout=60)
        archive = Archive.open(settings.archive_path)
        Keys(archive).revoke(info.prefix)
        archive.close()


def _children(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS
