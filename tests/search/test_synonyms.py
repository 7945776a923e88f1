"""Synonyms reach the hits and their marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_service.article import Article
from search_service.engine import memory
from search_service.indexing.document import document
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

ARTICLES = (
    Article(id="america", title="سفر", body="رئیس‌جمهور آمریکا به ژاپن رفت.", version=1),
    Article(id="states", title="سفر", body="دولت ایالات متحده بیانیه داد.", version=1),
    Article(id="other", title="سفر", body="امارات متحده میزبان ایالات بود.", version=1),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "synonyms.txt"


@pytest.fixture
def service(analyzer: Analyzer, file: Path) -> SearchService:
    searcher = memory.searcher(document(article, analyzer) for article in ARTICLES)
    return SearchService(lambda: (searcher, analyzer), Settings(synonyms=file))


def found(service: SearchService, q: str) -> dict[str, list[str]]:
    """Id -> what is marked in the body."""
    answer = service.search(SearchParams(q=q, match="all"))
    return {
        hit.id: [piece.text for fragment in hit.fragments.body for piece in fragment if piece.match]
        for hit in answer.hits
    }


def test_editing_the_file_needs_no_reindex(service: SearchService, file: Path) -> None:
    assert found(service, "آمریکا") == {"america": ["آمریکا"]}
    file.write_text("ایالات متحده = آمریکا\n", "utf-8")
    assert found(service, "آمریکا") == {"america": ["آمریکا"], "states": ["ایالات متحده"]}
    file.unlink()
    assert found(service, "آمریکا") == {"america": ["آمریکا"]}


def test_several_words_find_and_mark_one(service: SearchService, file: Path) -> None:
    file.write_text("ایالات متحده -> آمریکا\n", "utf-8")
    assert found(service, "ایالات متحده")["america"] == ["آمریکا"]
    assert found(service, "سفر ایالات‌متحده")["america"] == ["آمریکا"]
    assert found(service, "آمریکا") == {"america": ["آمریکا"]}


def test_a_quoted_phrase_is_what_it_says(service: SearchService, file: Path) -> None:
    file.write_text("ایالات متحده = آمریکا\n", "utf-8")
    assert found(service, "«ایالات متحده»") == {"states": ["ایالات متحده"]}
