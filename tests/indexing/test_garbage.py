"""Whoever indexes looks for garbage seldom."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from search_service.cli.context import Context
from search_service.indexing import garbage
from search_service.indexing.child import Child
from search_service.settings import Settings

ASKED = "import gc; from search_service.indexing.child import answer_all; answer_all(lambda _: gc.get_threshold())"


def test_a_child_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "asked_child.py").write_text(ASKED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child("asked_child")
    assert child.ask(None) == garbage.OFTEN
    child.end()


def test_a_command_that_works_with_the_indexer_does(tmp_path: Path) -> None:
    before = gc.get_threshold()
    context = Context(Settings(index=tmp_path))
    try:
        assert context.indexer
        assert gc.get_threshold() == garbage.OFTEN
        assert gc.isenabled()
    finally:
        gc.set_threshold(*before)
        context.archive.close()
