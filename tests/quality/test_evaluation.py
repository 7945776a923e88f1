"""The measures, against values worked out by hand."""

from __future__ import annotations

from math import log2

import pytest

from search_service.quality.evaluation import average_precision, measures, ndcg, recall, reciprocal_rank


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
