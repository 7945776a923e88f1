"""Filters, facets, order, and what is known of the articles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest

from search_service.engine.base import After, Explanation, LabelCount, Request
from search_service.engine.query import (
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Days,
    Everything,
    Keyword,
    Near,
    Node,
    Not,
    Prefix,
    Recency,
    Term,
    Where,
)
from search_service.errors import ServiceError
from tests.engine.asking import Asking, Index, body, dates, found, labels, order, phrase
from tests.engine.documents import DAY, NOW, document


class AnswerContract(Asking):
    """What an answer holds besides scores."""

    # filters

    def test_a_keyword_filter_passes_any_of_its_keys(self, index: Index) -> None:
        searcher = index(
            [document("1", category="x"), document("2", category=("x", "y"))],
            [document("3", category="z"), document("4")],
        )
        assert set(found(searcher, Everything(), Keyword("category", ("x", "z")))) == {"1", "2", "3"}
        assert set(found(searcher, Everything(), Keyword("category", ("y",)))) == {"2"}
        assert not found(searcher, Everything(), Keyword("category", ("missing",)))
        assert not found(searcher, Everything(), Keyword("category", ()))
        assert not found(searcher, Everything(), Keyword("tag", ("x",)))

    def test_a_days_filter_passes_any_of_its_ranges(self, index: Index) -> None:
        days = {"1": 14011229, "2": 14020101, "3": 14020631, "4": None}
        searcher = index([document(id, published=NOW if day else None, day=day) for id, day in days.items()])
        assert set(found(searcher, Everything(), Days(((14020101, 14020631),)))) == {"2", "3"}
        assert set(found(searcher, Everything(), Days(((14011229, 14011229), (14020600, 14020699))))) == {"1", "3"}
        assert set(found(searcher, Everything(), Days(((0, 99999999),)))) == {"1", "2", "3"}
        assert not found(searcher, Everything(), Days(()))

    def test_all_filters_hold_together(self, index: Index) -> None:
        searcher = index([document("1", category="x", tag="t"), document("2", category="x"), document("3", tag="t")])
        filters = (Keyword("category", ("x",)), Keyword("tag", ("t",)))
        assert set(found(searcher, Everything(), *filters)) == {"1"}
        assert set(found(searcher, Everything(), Keyword("category", ("x",)), Keyword("category", ("y",)))) == set()

    def test_filters_do_not_change_scores(self, index: Index) -> None:
        searcher = index([document("1", "a", category="x"), document("2", "a a b")])
        assert found(searcher, body("a"), Keyword("category", ("x",)))["1"] == found(searcher, body("a"))["1"]

    def test_a_filter_is_a_node_too(self, index: Index) -> None:
        searcher = index([document("1", "a", category="x"), document("2", "a", category="y")])
        sports = Where(Keyword("category", ("x",)))
        assert found(searcher, sports) == {"1": 0.0}
        assert set(found(searcher, All((body("a"), Not(sports))))) == {"2"}
        assert set(found(searcher, Where(Days(((14020628, 14020628),))))) == {"1", "2"}

    def test_articles_of_the_future_are_in_no_answer(self, index: Index) -> None:
        searcher = index(
            [document("1", "a", published=NOW, category="x")],
            [document("2", "a", published=NOW + 1, category="y", tag="t")],
        )
        assert set(found(searcher, body("a"))) == {"1"}
        assert searcher.total(body("a"), NOW) == 1
        assert labels(searcher, "category") == {"x": 1}
        assert labels(searcher, "category", Keyword("tag", ("t",))) == {}
        assert dates(searcher).months == {140206: 1}
        assert set(found(searcher, body("a"), now=NOW + 1)) == {"1", "2"}
        assert searcher.count() == 2

    # facets

    def test_labels_are_counted_by_article(self, index: Index) -> None:
        searcher = index(
            [document("1", "a", category=("x", "y"), tag="t"), document("2", "a", category="y")],
            [document("3", "b", category="z"), document("4", "a")],
        )
        result = searcher.search(Request(body("a"), now=NOW, facets=("category", "tag", "author")))
        assert result.labels == {
            "category": (LabelCount("y", "y", 2), LabelCount("x", "x", 1)),
            "tag": (LabelCount("t", "t", 1),),
            "author": (),
        }
        assert result.dates is None

    def test_equal_counts_stand_in_order_of_their_keys(self, index: Index) -> None:
        searcher = index(
            [document("1", category="c"), document("2", category=("a", "b"))],
            [document("3", category="b")],
        )
        result = searcher.search(Request(Everything(), now=NOW, facets=("category",)))
        assert [label.key for label in result.labels["category"]] == ["b", "a", "c"]

    def test_a_label_is_the_commonest_spelling_of_the_index(self, index: Index) -> None:
        searcher = index(
            [document("1", category="k=K1"), document("2", "a", category="k=K2"), document("3", "a", category="q=Q2")],
            [document("4", category="k=K1"), document("5", category="q=Q1")],
        )
        result = searcher.search(Request(body("a"), now=NOW, facets=("category",)))
        assert result.labels["category"] == (LabelCount("k", "K1", 1), LabelCount("q", "Q1", 1))

    def test_two_spellings_in_one_article_count_once(self, index: Index) -> None:
        searcher = index([document("1", category=("k=K1", "k=K2"))])
        result = searcher.search(Request(Everything(), now=NOW, facets=("category",)))
        assert result.labels["category"] == (LabelCount("k", "K1", 1),)

    def test_a_facet_ignores_its_own_filters_and_no_others(self, index: Index) -> None:
        searcher = index(
            [document("1", category="x", tag="t", day=14020101), document("2", category="y", tag="t", day=14020201)],
            [document("3", category="x", tag="u", day=14020201)],
        )
        chosen, tagged, days = Keyword("category", ("x",)), Keyword("tag", ("t",)), Days(((14020201, 14020231),))
        assert labels(searcher, "category", chosen) == {"x": 2, "y": 1}
        assert labels(searcher, "tag", chosen) == {"t": 1, "u": 1}
        assert labels(searcher, "category", chosen, tagged) == {"x": 1, "y": 1}
        assert labels(searcher, "tag", chosen, tagged) == {"t": 1, "u": 1}
        assert dates(searcher, days).months == {140201: 1, 140202: 2}
        assert dates(searcher, days, chosen).months == {140201: 1, 140202: 1}
        assert labels(searcher, "category", days) == {"x": 1, "y": 1}

    def test_dates_are_counted_by_month_and_by_day_of_chosen_months(self, index: Index) -> None:
        days = [14011230, 14020101, 14020101, 14020131, 14020228]
        searcher = index(
            [document(str(i), "a", day=day) for i, day in enumerate(days)],
            [document("undated", "a", published=None), document("other", "b", published=None)],
        )
        counts = dates(searcher, days_of=(140201, 140112, 139901), query=body("a"))
        assert counts.months == {140112: 1, 140201: 3, 140202: 1}
        assert counts.days == {14011230: 1, 14020101: 2, 14020131: 1}
        assert counts.undated == 1
        assert dates(searcher).days == {}

    def test_an_unknown_facet_or_sort_is_refused(self, index: Index) -> None:
        searcher = index([document("1", "a")])
        with pytest.raises(ServiceError) as facet:
            searcher.search(Request(Everything(), now=NOW, facets=("colour",)))
        assert facet.value.code == "facet_unknown"
        with pytest.raises(ServiceError) as sort:
            searcher.search(Request(Everything(), now=NOW, sort="loudest"))
        assert sort.value.code == "sort_unknown"

    # order and pages

    def test_relevance_then_newest_then_id(self, index: Index) -> None:
        searcher = index(
            [document("b", "x", published=NOW - 1), document("a", "x", published=NOW - 1)],
            [document("c", "x", published=NOW), document("d", "x", published=None)],
            [document("e", "x x", published=None)],
        )
        assert order(searcher, body("x"), "relevance")[1:] == ["c", "a", "b", "d"]

    def test_newest_and_oldest_leave_the_undated_last(self, index: Index) -> None:
        searcher = index(
            [document("1", published=NOW - 2), document("2", published=None), document("3", published=NOW)],
            [document("4", published=NOW - 1), document("0", published=None), document("5", published=NOW - 1)],
        )
        assert order(searcher, Everything(), "newest") == ["3", "4", "5", "1", "0", "2"]
        assert order(searcher, Everything(), "oldest") == ["1", "4", "5", "3", "0", "2"]

    def test_pages_join_without_gaps(self, index: Index) -> None:
        articles = [document(f"{i:02}", "a", published=NOW - i % 3) for i in range(23)]
        searcher = index(articles[:11], articles[11:])
        for sort in ("relevance", "newest", "oldest"):
            whole = order(searcher, body("a"), sort)
            pages = [order(searcher, body("a"), sort, offset, 5) for offset in range(0, 30, 5)]
            assert [len(page) for page in pages] == [5, 5, 5, 5, 3, 0]
            assert [id for page in pages for id in page] == whole

    def test_a_page_past_the_end_is_empty_and_keeps_the_total(self, index: Index) -> None:
        searcher = index([document("1", "a")])
        result = searcher.search(Request(body("a"), now=NOW, offset=10))
        assert (result.total, result.hits) == (1, ())
        assert searcher.search(Request(body("a"), now=NOW, size=0)).hits == ()

    @pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
    def test_a_page_may_begin_behind_any_hit(self, index: Index, sort: str) -> None:
        times = [NOW, NOW - 5, None]
        articles = [document(f"{i:02}", "a a" if i % 4 else "a", published=times[i % 3]) for i in range(23)]
        searcher = index(articles[:11], articles[11:])
        whole = searcher.search(Request(body("a"), now=NOW, sort=sort, size=100)).hits
        for at, hit in enumerate(whole):
            result = searcher.search(Request(body("a"), now=NOW, sort=sort, after=hit.place, size=3))
            assert result.hits == whole[at + 1 : at + 4]
            assert result.total == len(whole)

    def test_the_hit_behind_which_a_page_begins_need_not_be_there(self, index: Index) -> None:
        searcher = index([document(id, "a", published=NOW - 5) for id in "bdf"])
        for sort in ("newest", "oldest"):
            request = Request(body("a"), now=NOW, sort=sort, after=After(0.0, NOW - 5, "c"))
            assert [hit.id for hit in searcher.search(request).hits] == ["d", "f"]
            assert [hit.id for hit in searcher.search(replace(request, offset=1)).hits] == ["f"]

    # what is there

    def test_an_edition_changes_when_the_time_of_an_article_comes(self, index: Index) -> None:
        searcher = index([document("1", published=NOW + 60), document("2", published=None)], [document("3")])
        assert searcher.edition(NOW) == (2, NOW + 60)
        assert searcher.edition(NOW + 59) == (2, NOW + 60)
        assert searcher.edition(NOW + 60) == (3, None)

    def test_a_hit_carries_what_was_stored(self, index: Index) -> None:
        stored = '{"title": "خبر\\u200cها"}'.encode()
        searcher = index([document("نشانی/1", "a", version=2**63 - 1, stored=stored)])
        (hit,) = searcher.search(Request(body("a"), now=NOW)).hits
        assert hit[:2] == ("نشانی/1", 2**63 - 1)
        assert hit.stored == stored
        assert searcher.get("نشانی/1") == hit._replace(score=0.0)
        assert searcher.get("other") is None
        assert list(searcher.ids()) == [("نشانی/1", 2**63 - 1)]

    def test_positions_are_those_of_the_terms_in_each_article_asked_for(self, index: Index) -> None:
        searcher = index(
            [document("1", "a b|a c a|x a", title="c"), document("2", "d e|d f|d"), document("old", "a")],
            [document("3", "ab b a"), document("old", "b a|b")],
        )
        exact, lemma, begun = Term("body", "exact", "a"), Term("body", "lemma", "a"), Prefix("body", "exact", "a")
        title, none = Term("title", "exact", "c"), Term("body", "exact", "z")
        part, whole = Term("body", "exact", "d"), Term("body", "lemma", "d")
        asked = [exact, lemma, begun, title, none, whole, part]
        found = searcher.positions(["3", "old", "other", "2", "1"], asked)
        assert [{node: list(places) for node, places in each.items()} for each in found] == [
            {exact: [2], lemma: [2], begun: [0, 2]},
            {exact: [1], begun: [1]},
            {},
            {part: [0], whole: [0, 1, 2]},
            {exact: [0, 3, 4], lemma: [0, 1, 4], begun: [0, 3, 4], title: [0]},
        ]
        assert searcher.positions([], [exact]) == []

    def test_the_vocabulary_adds_up_the_fields(self, index: Index) -> None:
        searcher = index(
            [document("1", "شهر شهر شهردار", title="شهر"), document("2", "شهرها|شهر", lead="شب")],
            [document("3", "شهردار")],
        )
        vocabulary = searcher.vocabulary
        assert vocabulary.frequency("exact", "شهر") == 2
        assert vocabulary.frequency("lemma", "شهر") == 3
        assert vocabulary.frequency("exact", "شه") == 0
        assert vocabulary.with_prefix("exact", "شهر", 10) == [("شهر", 2), ("شهردار", 2), ("شهرها", 1)]
        assert vocabulary.with_prefix("exact", "شهر", 1) == [("شهر", 2)]
        assert vocabulary.with_prefix("exact", "", 1) == [("شهر", 2)]
        assert list(vocabulary.terms("exact")) == [("شب", 1), ("شهر", 2), ("شهردار", 2), ("شهرها", 1)]
        assert list(vocabulary.terms("joined")) == []

    def test_an_explanation_adds_up_to_the_score(self, index: Index) -> None:
        searcher = index(
            [document("1", "a b c a", title="a", category="x"), document("2", "c")],
            [document("3", "b a", published=None)],
        )
        word = BestOf((Boost(Term("title", "exact", "a"), 3.0), body("a")))
        query = Recency(
            AndMaybe(
                AtLeast(1, (word, phrase("b", "c"), Prefix("body", "exact", "c"), Not(body("b")))),
                Boost(Near("body", "exact", ("a", "b"), 2), 0.5),
            ),
            NOW,
            half_life=30,
            weight=0.2,
        )
        scores = found(searcher, query)
        for id in ("1", "2", "3"):
            explanation = searcher.explain(query, id)
            assert explanation is not None
            assert explanation.matches
            assert explanation.score == pytest.approx(scores[id])
            _check_sums(explanation)
        assert searcher.explain(query, "missing") is None

    def test_an_explanation_says_why_an_article_does_not_match(self, index: Index) -> None:
        searcher = index([document("1", "a"), document("2", "b", category="x", published=NOW + DAY)])
        explanation = searcher.explain(All((body("a"), body("b"), Where(Keyword("category", ("x",))))), "2")
        assert explanation is not None
        assert (explanation.matches, explanation.score) == (False, 0.0)
        assert [part.matches for part in explanation.parts] == [False, True, True]

    def test_threads_get_the_same_answers(self, index: Index) -> None:
        words = "abcdefgh"
        texts = [" ".join(words[(i * k) % 8] for k in range(1, 9)) for i in range(60)]
        articles = [document(str(i), text, category=str(i % 5)) for i, text in enumerate(texts)]
        searcher = index(articles[:20], articles[20:40], articles[40:])
        queries: list[Node] = [body(word) for word in words]
        queries += [Any((body(a), body(b))) for a, b in pairwise(words)]
        queries += [All((body(a), phrase(b, a))) for a, b in pairwise(words)]
        queries += [Near("body", "exact", (a, "a"), 3) for a in words] + [Prefix("body", "exact", a) for a in words]
        requests = [Request(query, now=NOW, facets=("category", "date"), size=100) for query in queries]
        expected = [searcher.search(request) for request in requests]
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(searcher.search, requests * 10))
        assert answers == expected * 10


def _check_sums(explanation: Explanation) -> None:
    if explanation.matches and explanation.parts:
        assert explanation.score == pytest.approx(sum(part.score for part in explanation.parts if part.matches))
    for part in explanation.parts:
        _check_sums(part)
