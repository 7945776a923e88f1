"""What several rooms share: the analyser of this checkout, and golden files."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.text.analyzer import Analyzer

Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture(scope="session")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    """With the lexicon of this checkout; the cache lives as long as the run."""
    return Analyzer.default(tmp_path_factory.getbasetemp().parent / "lexicon")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Holds a text against a golden file: a difference fails the test and is shown."""

    def compare(file: Path, found: str) -> None:
        if request.config.getoption("--update-golden"):
            file.write_text(found, encoding="utf-8")
        expected = file.read_text(encoding="utf-8") if file.exists() else ""
        if found != expected:
            lines = difflib.unified_diff(
                expected.splitlines(),
                found.splitlines(),
                f"{file.name} as reviewed",
                f"{file.name} as it is now",
                "",
                "",
                2,
            )
            changed = "\n".join(line.rstrip("\n") for line in lines)
            pytest.fail(f"{changed}\n\nIf this is meant: make golden, and review the difference.", pytrace=False)

    return compare
