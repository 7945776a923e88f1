"""What README.md shows is what happens: its commands run, in their order, and its answer is the real one."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from search_service.search.answer import Answer
from search_service.search.params import SearchParams
from search_service.settings import Settings
from tests.sources.exports import export, item

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PATIENCE = 120.0
PAGE = "<html><head><title>x</title></head><body><article><h1>برف در تهران</h1><p>برف آمد.</p></article></body></html>"


def blocks(language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [code for kind, code in found if kind == language]


SETUP, CMS, ADMIN = blocks("sh")


def test_make_knows_what_the_first_lines_say():
    known = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    asked = re.findall(r"^make (\w+)", SETUP, re.MULTILINE)
    assert asked
    assert set(asked) <= set(known)


class Folder:
    """A folder with what the examples read, and a shell in it."""

    def __init__(self, path):
        self.path = path
        tools = path / "tools"
        tools.mkdir()
        command = tools / "search-service"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m search_service.cli "$@"\n')
        command.chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "SEARCH_PORT": "0"}
        self.environment |= {"PYTHONPATH": str(ROOT), "SEARCH_INDEX": str(path / "index")}
        with gzip.open(path / "news.jsonl.gz", "wt") as file:
            file.write(json.dumps({"id": "1", "title": "بارش باران در رشت"}) + "\n")
        (path / "pages").mkdir()
        for name in ("pages/one.html", "article.html"):
            (path / name).write_text(PAGE, encoding="utf-8")
        (path / "export.xml").write_text(export(item(1)), encoding="utf-8")

    def run(self, code):
        """Standard output of what bash makes of it; the test fails where it fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code],
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, (code, done.stderr[-2000:])
        return done.stdout

    def serve(self, line):
        """The service that the line starts, and where it is."""
        process = subprocess.Popen(
            ["bash", "-c", f"exec {line}"],
            cwd=self.path,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return process, process.stdout.readline().split()[0]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_command_runs(tmp_path):
    folder = Folder(tmp_path)
    before, serve, after = re.split(r"^(search-service serve) .*\n", ADMIN, maxsplit=1, flags=re.MULTILINE)
    for line in before.splitlines():
        folder.run(line)
    process, address = folder.serve(serve)
    try:
        receipt = json.loads(folder.run(CMS.replace("http://127.0.0.1:8000", address)))
        shown = json.loads(re.search(r"^# (\{.*\})$", CMS, re.MULTILINE)[1])
        assert receipt.keys() == shown.keys()
        assert (receipt["id"], receipt["state"]) == (shown["id"], shown["state"])
        for line in after.splitlines():
            folder.run(line)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def test_the_answer_is_the_one_that_is_shown():
    (shown,) = (block for block in blocks("") if '"query"' in block)
    names = set(re.findall(r'"(\w+)"', shown))
    schema = Answer.model_json_schema(mode="serialization")
    real = set(schema["properties"]).union(*(each.get("properties", ()) for each in schema["$defs"].values()))
    # What comes only where it is asked for.
    assert real - names == {"cursor", "copies", "source", "tag", "author"} - names
    assert names <= real


def test_every_query_and_setting_that_is_shown_is_known():
    settings = Settings()
    for row in re.findall(r"^\| `(GET /api/v1/search\?\S+)`", README, re.MULTILINE):
        asked = dict(each.split("=") for each in row.partition("?")[2].split("&"))
        assert set(asked) <= set(SearchParams.model_fields)
    for name in re.findall(r"\bSEARCH_([A-Z]+(?:_[A-Z]+)*)\b", README):
        assert name.startswith("BENCH") or name.lower() in type(settings).model_fields, name


def test_every_file_that_is_named_is_there():
    for target in re.findall(r"(?:\]\(|src=\")([\w./-]+)[)\"]", README):
        assert (ROOT / target).exists(), target
