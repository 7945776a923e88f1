"""The benchmark as it is started: what stops it is said in a line, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.search import __main__ as program

ROOT = Path(__file__).parents[2]


# As at a terminal: where these tests run in the background, programs are started deaf to SIGINT.
PROGRAM = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("benchmarks.search", run_name="__main__", alter_sys=True)
"""


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The program with its temporary files under a folder."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def refusal(monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], **variables: str) -> str:
    """What the program says when it does not begin."""
    monkeypatch.setattr(sys, "argv", ["benchmarks.search", *arguments])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as raised:
        program.main()
    return str(raised.value)


def test_a_small_run_writes_its_figures_and_leaves_nothing_else(tmp_path: Path) -> None:
    scratch, out = tmp_path / "scratch", tmp_path / "out"
    scratch.mkdir()
    small = ["--only", "ours,fts5", "--questions", "1", "--rounds", "1", "--answers", "2", "--updates", "1"]
    with started(scratch, "10", "20", *small, "--json", str(out / "figures.json")) as run:
        table, said = run.communicate()
    assert run.returncode == 0, said
    figures = json.loads((out / "figures.json").read_text("utf-8"))
    assert [size["articles"] for size in figures["sizes"]] == [10, 20]
    assert set(figures["sizes"][-1]["search"]["any"]["times"]) == {"ours", "fts5"}
    assert figures["sizes"][-1]["updates"]["ours"]["updates"] == 1
    assert "20 articles" in table
    assert "Traceback" not in said
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_at_once_and_leaves_nothing(how: signal.Signals, tmp_path: Path) -> None:
    with started(tmp_path, "5000", "--only", "ours") as run:
        assert run.stderr
        first = run.stderr.readline()
        assert "5,000 articles: analysing" in first
        os.killpg(run.pid, how)
        said = run.stderr.read()
    assert run.returncode == 1
    assert said == "\ninterrupted; nothing is kept\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "SEARCH_BENCH_DATA names no file"),
        (b"", "no article can be read"),
        (b"\x1f\x8bnot", "no article can be read"),
    ],
)
def test_a_file_without_articles_is_named(
    content: bytes | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "news.jsonl.gz"
    if content is not None:
        file.write_bytes(content)
    said = refusal(monkeypatch, ["10"], SEARCH_BENCH_DATA=str(file))
    assert says in said
    assert str(file) in said
    assert "\n" not in said


def test_who_does_not_take_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "lucene is none of ours, " in refusal(monkeypatch, ["10", "--only", "ours,lucene"])
    assert "'ours' has to take part" in refusal(monkeypatch, ["10", "--only", "fts5"])


def test_a_disk_without_room_is_refused_before_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, ["1000000000000"])
    assert "GB are needed" in said
    assert "TMPDIR" in said
