"""Twenty processes want to write: one does, and the others say who."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.reliability.conftest import searchable

MANY = 20

# Each process archives an article of its own and wants the lock; who has it keeps it until all have been told.
TWENTY = f"""
import os, sys
from pathlib import Path
from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.whoosh import WhooshEngine
from search_service.errors import ServiceError
from search_service.indexing.indexer import Indexer
from search_service.settings import Settings

settings = Settings(index=Path(sys.argv[1]), learn=False)
archive = Archive.open(settings.archive_path)
start, go = os.pipe()
told, tell = os.pipe()
end, let_end = os.pipe()

def work(name):
    os.close(go); os.close(let_end)
    os.read(start, 1)
    archive.write([Article.parse({{"id": name, "title": "x"}})])
    indexer = Indexer(settings, archive, WhooshEngine(settings.index))
    try:
        with indexer.lock("writing " + name):
            os.write(tell, f"held {{os.getpid()}}\\n".encode())
            os.read(end, 1)
            indexer.catch_up()
    except ServiceError as error:
        os.write(tell, f"{{error.code}} {{error.detail}}\\n".encode())

children = []
for n in range({MANY}):
    pid = os.fork()
    if pid == 0:
        try:
            work(str(n))
        finally:
            os._exit(0)
    children.append(pid)
os.close(go)
os.close(tell)
answers = os.fdopen(told)
for _ in children:
    print(answers.readline(), end="")
os.close(let_end)
for pid in children:
    os.waitpid(pid, 0)
"""


def test_one_of_twenty_does(tmp_path: Path, child: Callable[..., subprocess.Popen[str]]) -> None:
    folder = tmp_path / "index"
    out, errors = child(TWENTY, folder).communicate(timeout=120)
    assert errors == ""
    answers = out.splitlines()
    held = [answer.removeprefix("held ") for answer in answers if answer.startswith("held ")]
    assert (len(held), len(answers)) == (1, MANY)
    refused = [answer for answer in answers if not answer.startswith("held ")]
    assert all(answer.startswith("indexer_busy ") and f"process {held[0]} (writing " in answer for answer in refused)
    assert searchable(folder) == {str(n): 1 for n in range(MANY)}
