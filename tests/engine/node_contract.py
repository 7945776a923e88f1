"""What each node of the query tree means to an engine."""

from __future__ import annotations

from math import exp2, log

import pytest

from search_service.engine import bm25
from search_service.engine.base import DateCounts, Engine
from search_service.engine.query import (
    COVERAGE,
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Everything,
    Keyword,
    Near,
    Not,
    Nothing,
    Prefix,
    Recency,
    Term,
)
from tests.engine.asking import Asking, Index, body, dates, found, labels, phrase
from tests.engine.documents import DAY, NOW, document


class NodeContract(Asking):
    """What each node of the query tree matches, and how it scores."""

    # leaves

    def test_a_term_is_scored_by_bm25(self, index: Index) -> None:
        searcher = index([document("1", "a a b"), document("2", "a c c c c"), document("3", "d")])
        idf = log(3 / (2 + 1)) + 1
        average = (3 + 5 + 1) / 3
        first = idf * 2 * 2.6 / (2 + 1.6 * (0.15 + 0.85 * 3 / average))
        second = idf * 2.6 / (1 + 1.6 * (0.15 + 0.85 * 5 / average))
        assert found(searcher, body("a")) == pytest.approx({"1": first, "2": second})

    def test_a_term_stands_in_its_own_field_and_stream(self, index: Index) -> None:
        searcher = index([document("1", "books|book", title="reads|read")])
        assert found(searcher, Term("body", "lemma", "book"))
        assert not found(searcher, Term("body", "exact", "book"))
        assert not found(searcher, Term("title", "lemma", "book"))
        assert not found(searcher, Term("body", "lemma", "boo"))
        assert not found(searcher, Term("lead", "joined", "book"))

    def test_lengths_count_words_and_not_variants_or_open_positions(self, index: Index) -> None:
        searcher = index([document("1", "a|b|c|d _ _ x"), document("2", "y y y y")])
        expected = bm25.score(bm25.idf(2, 1), 1.0, bm25.norm(2.0, 3.0))
        assert found(searcher, body("b", "lemma")) == pytest.approx({"1": expected})
        assert found(searcher, body("d", "joined")) == pytest.approx({"1": expected})

    def test_the_average_length_is_over_all_articles(self, index: Index) -> None:
        searcher = index([document("1", title="a b")], [document("2", "c"), document("3", "d")])
        expected = bm25.score(bm25.idf(3, 1), 1.0, bm25.norm(2.0, 2 / 3))
        assert found(searcher, Term("title", "exact", "a")) == pytest.approx({"1": expected})

    def test_a_prefix_scores_one(self, index: Index) -> None:
        searcher = index([document("1", "tehran tehrani"), document("2", "teh"), document("3", "the")])
        assert found(searcher, Prefix("body", "exact", "teh")) == {"1": 1.0, "2": 1.0}
        assert found(searcher, Prefix("body", "exact", "tehran")) == {"1": 1.0}
        assert not found(searcher, Prefix("title", "exact", "teh"))

    def test_a_prefix_stands_for_its_most_frequent_terms(self, index: Index) -> None:
        searcher = index([document("1", "ab"), document("2", "ac ad")], [document("3", "ac"), document("4", "ae")])
        assert set(found(searcher, Prefix("body", "exact", "a", limit=1))) == {"2", "3"}
        assert set(found(searcher, Prefix("body", "exact", "a", limit=2))) == {"1", "2", "3"}

    def test_a_phrase_stands_at_consecutive_positions(self, index: Index) -> None:
        bodies = {"1": "a b c", "2": "b a c", "3": "a x b", "4": "a _ b"}
        searcher = index([document(id, text) for id, text in bodies.items()])
        assert set(found(searcher, phrase("a", "b"))) == {"1"}
        assert set(found(searcher, phrase("a", "b", "c"))) == {"1"}
        assert set(found(searcher, phrase("a", None, "b"))) == {"3", "4"}
        assert not found(searcher, phrase("a", "missing"))

    def test_open_places_at_the_ends_of_a_phrase_ask_for_nothing(self, index: Index) -> None:
        searcher = index([document("1", "a b"), document("2", "b a")])
        assert set(found(searcher, phrase(None, "a", "b", None))) == {"1"}
        assert not found(searcher, phrase(None, None))
        assert not found(searcher, phrase())

    def test_a_phrase_may_repeat_a_word(self, index: Index) -> None:
        searcher = index([document("1", "a b"), document("2", "a a b a")])
        assert set(found(searcher, phrase("a", "a"))) == {"2"}
        assert set(found(searcher, phrase("a", "b", "a"))) == {"2"}

    def test_a_phrase_runs_within_one_stream(self, index: Index) -> None:
        searcher = index([document("1", "writes|write books|book")])
        assert found(searcher, phrase("write", "book", stream="lemma"))
        assert not found(searcher, phrase("write", "books", stream="lemma"))

    def test_a_phrase_is_scored_by_its_occurrences(self, index: Index) -> None:
        searcher = index([document("1", "a b a b"), document("2", "a b c d"), document("3", "a c")])
        idf = bm25.idf(3, 3) + bm25.idf(3, 2)
        norm = bm25.norm(4.0, 10 / 3)
        expected = {"1": bm25.score(idf, 2.0, norm), "2": bm25.score(idf, 1.0, norm)}
        assert found(searcher, phrase("a", "b")) == pytest.approx(expected)

    def test_near_terms_stand_in_a_window_in_any_order(self, index: Index) -> None:
        searcher = index([document("1", "a x b"), document("2", "b a"), document("3", "a x x b"), document("4", "a")])
        assert found(searcher, Near("body", "exact", ("a", "b"), 3)) == {"1": 1.0, "2": 1.0}
        assert found(searcher, Near("body", "exact", ("a", "b"), 2)) == {"2": 1.0}
        assert found(searcher, Near("body", "exact", ("a", "a"), 1)) == {"1": 1.0, "2": 1.0, "3": 1.0, "4": 1.0}
        assert not found(searcher, Near("body", "exact", ("a", "missing"), 9))
        assert not found(searcher, Near("body", "exact", (), 9))

    def test_near_looks_at_every_occurrence(self, index: Index) -> None:
        searcher = index([document("1", "a x x x b x a"), document("2", "b x x a x x c x a b c")])
        assert set(found(searcher, Near("body", "exact", ("a", "b"), 3))) == {"1", "2"}
        assert set(found(searcher, Near("body", "exact", ("a", "b", "c"), 3))) == {"2"}

    # joints

    def test_all_sums_what_every_node_matches(self, index: Index) -> None:
        searcher = index([document("1", "a b"), document("2", "a"), document("3", "b")])
        a, b = found(searcher, body("a")), found(searcher, body("b"))
        assert found(searcher, All((body("a"), body("b")))) == pytest.approx({"1": a["1"] + b["1"]})
        assert found(searcher, All(())) == {"1": 0.0, "2": 0.0, "3": 0.0}

    def test_any_sums_what_some_node_matches(self, index: Index) -> None:
        searcher = index([document("1", "a b"), document("2", "a"), document("3", "c")])
        a, b = found(searcher, body("a")), found(searcher, body("b"))
        assert found(searcher, Any((body("a"), body("b")))) == pytest.approx({"1": a["1"] + b["1"], "2": a["2"]})
        assert found(searcher, Any(())) == {}

    def test_the_best_node_alone_counts(self, index: Index) -> None:
        searcher = index([document("1", "a b b"), document("2", "a"), document("3", "c")])
        a, b = found(searcher, body("a")), found(searcher, body("b"))
        best = found(searcher, BestOf((body("a"), body("b"))))
        assert best == pytest.approx({"1": max(a["1"], b["1"]), "2": a["2"]})
        assert found(searcher, BestOf(())) == {}

    def test_at_least_ranks_by_coverage(self, index: Index) -> None:
        searcher = index([document("1", "a"), document("2", "a b"), document("3", "a b c")])
        nodes = (body("a"), body("b"), body("c"))
        plain = found(searcher, Any(nodes))
        two = found(searcher, AtLeast(2, nodes))
        assert two == pytest.approx({"2": plain["2"] + 2 * COVERAGE, "3": plain["3"] + 3 * COVERAGE})
        assert set(found(searcher, AtLeast(4, nodes))) == set()
        assert set(found(searcher, AtLeast(0, (body("c"),)))) == {"1", "2", "3"}

    def test_and_maybe_adds_a_bonus(self, index: Index) -> None:
        searcher = index([document("1", "a b"), document("2", "a"), document("3", "b")])
        a, b = found(searcher, body("a")), found(searcher, body("b"))
        assert found(searcher, AndMaybe(body("a"), body("b"))) == pytest.approx({"1": a["1"] + b["1"], "2": a["2"]})

    def test_not_matches_the_rest_and_scores_nothing(self, index: Index) -> None:
        searcher = index([document("1", "a"), document("2", "b")], [document("3", "c")])
        assert found(searcher, Not(body("a"))) == {"2": 0.0, "3": 0.0}
        assert found(searcher, All((body("b"), Not(body("c"))))) == pytest.approx(found(searcher, body("b")))
        assert found(searcher, Not(Everything())) == {}

    def test_a_boost_multiplies(self, index: Index) -> None:
        searcher = index([document("1", "a")])
        assert found(searcher, Boost(body("a"), 2.5)) == pytest.approx({"1": 2.5 * found(searcher, body("a"))["1"]})
        assert found(searcher, Boost(body("a"), 0.0)) == {"1": 0.0}

    def test_newer_articles_are_preferred(self, index: Index) -> None:
        searcher = index(
            [document("old", "a", published=NOW - 30 * DAY), document("new", "a", published=NOW)],
            [document("undated", "a", published=None), document("future", "a", published=NOW + DAY)],
        )
        plain = found(searcher, body("a"), now=NOW + DAY)
        recent = found(searcher, Recency(body("a"), NOW, half_life=10, weight=0.5), now=NOW + DAY)
        factors = {"old": 1 + 0.5 * exp2(-3), "new": 1.5, "undated": 1.0, "future": 1.5}
        assert recent == pytest.approx({id: plain[id] * factor for id, factor in factors.items()})

    def test_everything_and_nothing(self, index: Index) -> None:
        searcher = index([document("1", "a"), document("2")])
        assert found(searcher, Everything()) == {"1": 0.0, "2": 0.0}
        assert found(searcher, Nothing()) == {}

    def test_an_empty_index_answers(self, engine: Engine, index: Index) -> None:
        for searcher in (engine.create("analyser", {}).searcher(), index([])):
            assert found(searcher, Any((Everything(), body("a"), phrase("a", "b"), Prefix("body", "exact", "a")))) == {}
            assert labels(searcher, "category", Keyword("tag", ("x",))) == {}
            assert dates(searcher, days_of=(140206,)) == DateCounts({}, {}, 0)
            assert searcher.count() == 0
            assert searcher.get("1") is None
            assert list(searcher.ids()) == []
            assert list(searcher.vocabulary.terms("exact")) == []
