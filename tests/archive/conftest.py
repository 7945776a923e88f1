"""Archives on a real disk, and other processes that use them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from search_service.archive.archive import Archive
from search_service.article import Article

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index" / "archive.sqlite"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    archive = Archive.open(path)
    yield archive
    archive.close()


@pytest.fixture
def article() -> Callable[..., Article]:
    """An article; what is not given is the same each time."""

    def make(id: str = "1", title: str = "خبر", **fields: Any) -> Article:
        return Article.parse({"id": id, "title": title, **fields})

    return make


@pytest.fixture
def process() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Another Python process that runs this code with these arguments; it is ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield start
    for each in started:
        each.kill()
        each.communicate()
