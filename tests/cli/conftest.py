"""The real command, as a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which holds one JSON document and nothing else."""
        return json.loads(self.out)


class Shell:
    """Runs ``search-service`` on one index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = folder / "index"

    def __call__(self, *arguments: object, stdin: bytes = b"", **environment: str) -> Ran:
        process = subprocess.run(
            [sys.executable, "-m", "search_service.cli", "--index", str(self.index), *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env={**os.environ, **environment},
            timeout=120,
        )
        return Ran(process.returncode, process.stdout.decode(), process.stderr.decode())

    def file(self, name: str, content: str | bytes) -> Path:
        """A file of this content beside the index."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def lines(self, name: str, *articles: dict[str, Any]) -> Path:
        """A file of JSON lines."""
        return self.file(name, "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles))


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)
