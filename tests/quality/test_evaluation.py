"""The measures, against values worked out by hand."""

from __future__ import annotations

import gzip
import json
from math import log2
from pathlib import Path

import pytest

from search_service.engine import memory
from search_service.errors import ServiceError
from search_service.quality.evaluation import (
    average_precision,
    evaluate,
    measures,
    ndcg,
    read_documents,
    read_queries,
    recall,
    reciprocal_rank,
)
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer


def test_one_relevant_document_in_second_place() -> None:
    ranked, relevant = ["a", "b", "c"], frozenset({"b"})
    assert average_precision(ranked, relevant) == pytest.approx(1 / 2)
    assert reciprocal_rank(ranked, relevant) == pytest.approx(1 / 2)
    assert ndcg(ranked, relevant) == pytest.approx(1 / log2(3))
    assert recall(ranked, relevant) == 1


def test_several_relevant_documents() -> None:
    ranked, relevant = ["a", "x", "b", "y"], frozenset({"a", "b", "c"})
    assert average_precision(ranked, relevant) == pytest.approx((1 + 2 / 3) / 3)
    assert ndcg(ranked, relevant) == pytest.approx((1 + 1 / log2(4)) / (1 + 1 / log2(3) + 1 / log2(4)))
    assert recall(ranked, relevant) == pytest.approx(2 / 3)


def test_places_past_the_depth_do_not_count() -> None:
    ranked, relevant = [*map(str, range(10)), "late"], frozenset({"late"})
    assert reciprocal_rank(ranked, relevant) == ndcg(ranked, relevant) == 0
    assert recall(ranked, relevant) == 1
    assert recall([*map(str, range(100)), "late"], relevant) == 0


def test_a_query_that_finds_nothing_counts_as_nought() -> None:
    measured = measures([(["a"], frozenset({"a"})), ([], frozenset({"a"}))])
    assert measured.model_dump() == {"queries": 2, "map": 0.5, "ndcg@10": 0.5, "mrr@10": 0.5, "recall@100": 0.5}


def test_documents_are_ranked_and_measured(analyzer: Analyzer, tmp_path: Path) -> None:
    texts = {"a": "دلار گران شد", "b": "یورو ارزان شد", "c": "کتاب تازه آمد"}
    docs = tmp_path / "docs.jsonl.gz"
    with gzip.open(docs, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": id, "title": "", "text": text}) + "\n" for id, text in texts.items())
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "1", "text": "«قیمت» دلار؟", "relevant": ["a"]}\n', encoding="utf-8")
    searcher = memory.searcher(read_documents(docs, analyzer))
    measured = evaluate(searcher, analyzer, read_queries(queries), Settings())
    assert measured.mrr == measured.map == 1


@pytest.mark.parametrize("content", [b"{", b"[1]\n", b'{"id": 1}\n', b"\xff\n"])
def test_a_broken_row_is_named_by_its_line(analyzer: Analyzer, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_bytes(content)
    with pytest.raises(ServiceError, match="line 1"):
        read_queries(file)
