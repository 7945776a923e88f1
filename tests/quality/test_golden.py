"""Golden queries hold back a generation that does not answer them."""

from datetime import UTC, datetime

import pytest

from search_service.article import Article
from search_service.engine.memory_generations import MemoryEngine
from search_service.errors import ServiceError
from search_service.indexing.document import document
from search_service.quality import golden
from search_service.settings import Settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ask(tmp_path, analyzer):
    """What the examination says of two articles, under golden queries."""
    generation = MemoryEngine(tmp_path).create("x", {})
    writer = generation.writer()
    for id, title in (("1", "رشد قیمت طلا"), ("2", "بازگشت آب به رودخانه")):
        writer.upsert(document(Article.parse({"id": id, "title": title, "version": 1}), analyzer))
    writer.commit(1)
    examine = golden.examination(Settings(index=tmp_path))

    def asked(text=None):
        if text is not None:
            (tmp_path / golden.FILE).write_text(text)
        return examine(generation, analyzer)

    return asked


def test_without_a_file_nothing_is_asked(ask):
    assert ask() == []


def test_a_query_that_finds_its_article_is_content(ask):
    assert ask("# comment\n\nقيمت طلا\t1\nرودخانه ها\t2\n") == []


def test_one_that_does_not_is_told(ask):
    assert ask("قیمت طلا\t1\nقیمت طلا\t2\n") == ["golden query 'قیمت طلا' does not find article '2' on its first page"]


def test_an_article_that_is_gone_holds_nothing_back(ask, caplog):
    assert ask("قیمت طلا\t3\n") == []
    assert "no article '3'" in caplog.text


def test_a_line_that_is_none_is_named(ask):
    with pytest.raises(ServiceError, match="line 2"):
        ask("قیمت\t1\nقیمت\n")
