"""The real analyser, compiled once for the whole room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.text.analyzer import Analyzer
from search_service.text.lexicon import Lexicon

Finds = Callable[[str, str], bool]


@pytest.fixture(scope="session")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    """With the lexicon of this checkout; the cache lives as long as the run."""
    cache: Path = tmp_path_factory.getbasetemp().parent / "lexicon"
    return Analyzer.default(cache)


@pytest.fixture(scope="session")
def lexicon(analyzer: Analyzer) -> Lexicon:
    return analyzer.lexicon


@pytest.fixture(scope="session")
def finds(analyzer: Analyzer) -> Finds:
    """Whether every word of a query has a reading in a text; the plain meaning of the streams."""

    def stands(streams: dict[str, list[str | None]], terms: tuple[str, ...], names: tuple[str, ...]) -> bool:
        return any(
            tuple(streams[name][at : at + len(terms)]) == terms
            for name in names
            for at in range(len(streams[name]) - len(terms) + 1)
        )

    def finds(query: str, text: str) -> bool:
        streams = analyzer.streams(text)
        for word in analyzer.words(query):
            first = word.tokens[0].terms
            readings = [
                (tuple(token.terms["exact"] for token in word.tokens), ("exact",)),
                (tuple(token.terms["lemma"] for token in word.tokens), ("lemma", "alternate")),
                *((parts, ("exact", "lemma")) for parts in word.splits),
            ]
            if len(word.tokens) == 1:
                readings.append(((first["exact"],), ("joined",)))
                if "alternate" in first:
                    readings.append(((first["alternate"],), ("lemma", "alternate")))
            if "joined" in first:
                readings.append(((first["joined"],), ("joined", "exact", "lemma", "alternate")))
            if not any(stands(streams, terms, names) for terms, names in readings):
                return False
        return True

    return finds
