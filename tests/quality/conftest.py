"""The real analyser, compiled once for the whole room."""

from __future__ import annotations

import pytest

from search_service.text.analyzer import Analyzer


@pytest.fixture(scope="session")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    """With the lexicon of this checkout; the cache lives as long as the run."""
    return Analyzer.default(tmp_path_factory.getbasetemp().parent / "lexicon")
