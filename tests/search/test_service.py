"""From parameters to an answer, on both engines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.engine import memory
from search_service.errors import ServiceError
from search_service.indexing.document import document
from search_service.search.answer import Answer
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

Search = Callable[..., Answer]


def ids(answer: Answer) -> list[str]:
    return [hit.id for hit in answer.hits]


def steps(answer: Answer) -> list[str]:
    return [step.kind for step in answer.applied]


def test_an_empty_query_is_all_articles_newest_first(search: Search) -> None:
    answer = search("")
    assert ids(answer) == ["books", "minister", "dollar", "undated"]
    assert answer.total == 4
    assert answer.facets.undated == 1


def test_an_article_whose_time_has_not_come_is_in_no_answer_or_count(search: Search) -> None:
    answer = search("قیمت دلار فردا")
    assert "tomorrow" not in ids(answer)
    assert answer.facets.category is not None
    assert {each.value: each.count for each in answer.facets.category} == {"اقتصاد": 1, "ایران": 1}


@pytest.mark.parametrize("spelling", ["رئیس جمهور", "رئیس‌جمهور", "رئیسجمهور", "رييس جمهور"])
def test_every_spelling_of_a_compound_finds_it(search: Search, spelling: str) -> None:
    assert ids(search(spelling)) == ["undated"]


def test_all_words_must_be_there_but_function_words(search: Search) -> None:
    assert ids(search("قیمت دلار در بازار")) == ["dollar"]
    assert steps(search("قیمت دلار در بازار")) == []


def test_a_phrase_is_never_relaxed(search: Search) -> None:
    assert ids(search("«وزیر خارجه»")) == ["minister"]
    assert search("«خارجه وزیر»").total == 0
    assert search("«خارجه وزیر» دلار").total == 0


def test_an_exclusion_is_never_relaxed(search: Search) -> None:
    assert ids(search("قیمت -دلار")) == ["books"]
    assert ids(search("-دلار")) == ["books", "minister", "undated"]
    assert search("دلار -دلار").total == 0


def test_either_word_is_enough(search: Search) -> None:
    assert set(ids(search("دلار OR ژنو"))) == {"dollar", "minister"}
    assert set(ids(search("دلار | ژنو"))) == {"dollar", "minister"}


def test_fields_restrict(search: Search) -> None:
    assert ids(search("title:کتاب")) == ["books"]
    assert search("title:صرافی").total == 0
    assert ids(search("category:بینالملل")) == ["minister"]
    assert set(ids(search("قیمت -category:اقتصاد"))) == {"books"}
    assert ids(search("author:«نرگس کاویان»")) == ["dollar"]
    assert ids(search("tag:ارز")) == ["dollar"]
    assert set(ids(search("after:۱۴۰۲/۷"))) == {"minister", "books"}
    assert ids(search("before:1402/7")) == ["dollar"]


def test_a_star_stands_for_any_ending(search: Search) -> None:
    assert set(ids(search("دانشج*"))) == {"undated"}
    assert set(ids(search("نمای*"))) == {"books"}


def test_most_words_are_enough_when_no_article_has_all(search: Search) -> None:
    answer = search("قیمت دلار ژنو")
    assert "dollar" in ids(answer)
    assert steps(answer) == ["most_words"]


def test_any_word_is_enough_when_no_article_has_most(search: Search) -> None:
    answer = search("ژنو بلیت")
    assert (ids(answer), steps(answer)) == (["minister"], ["any_word"])
    assert steps(search("صرافی ژنو")) == ["any_word"]


def test_a_fixed_match_stays(search: Search) -> None:
    assert search("ژنو صرافی", match="all").total == 0
    assert search("لخخلمث", match="all").applied == ()
    anything = search("ژنو صرافی", match="any")
    assert (set(ids(anything)), anything.applied) == ({"minister", "dollar"}, ())


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [("nghv", "keyboard", "دلار"), ("tehran", "finglish", "تهران"), ("صرتفی", "spelling", "صرافی")],
)
def test_guesses_are_made_and_named_only_when_nothing_is_found(
    search: Search, typed: str, kind: str, meant: str
) -> None:
    answer = search(typed)
    assert "dollar" in ids(answer)
    assert [step.model_dump() for step in answer.applied] == [{"kind": kind, "from": typed, "to": meant}]
    assert answer.did_you_mean is None


def test_choosing_a_filter_never_changes_what_the_query_means(search: Search) -> None:
    answer = search("ژنو صرافی", category=["فرهنگ"])
    assert (answer.total, steps(answer)) == (0, ["any_word"])
    answer = search("قیمت دلار", category=["فرهنگ"])
    assert (answer.total, steps(answer)) == (0, [])


def test_a_filter_typed_in_the_query_does_not_either(search: Search) -> None:
    answer = search("قیمت دلار category:فرهنگ")
    assert (answer.total, steps(answer)) == (0, [])


def test_a_commoner_spelling_is_proposed_when_little_is_found(analyzer: Analyzer) -> None:
    articles = [Article(id=str(n), body=f"پالایشگاه شمارهٔ {n} تعطیل شد.", version=1) for n in range(12)]
    articles.append(Article(id="slip", body="پالایشگته تعطیل شد.", version=1))
    searcher = memory.searcher(document(article, analyzer) for article in articles)
    service = SearchService(lambda: (searcher, analyzer), Settings())
    answer = service.search(SearchParams(q="تعطیلی <پالایشگته>", match="any"))
    assert answer.total >= 1
    answer = service.search(SearchParams(q="پالایشگته"))
    assert answer.total == 1
    assert answer.did_you_mean is not None
    assert answer.did_you_mean.query == "پالایشگاه"
    assert answer.did_you_mean.html == "<mark>پالایشگاه</mark>"


def test_a_word_of_the_lexicon_is_never_corrected(analyzer: Analyzer) -> None:
    article = Article(id="1", body="روستا در سیل ویران شد.", version=1)
    searcher = memory.searcher([document(article, analyzer)])
    answer = SearchService(lambda: (searcher, analyzer), Settings()).search(SearchParams(q="ایران"))
    assert (answer.total, answer.did_you_mean) == (0, None)


def test_newer_articles_are_mildly_preferred(analyzer: Analyzer) -> None:
    days = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))
    articles = [Article(id=str(n), body="زلزله در بم", published=day, version=1) for n, day in enumerate(days)]
    articles.append(Article(id="other", body="باران در شیراز", version=1))
    searcher = memory.searcher(document(article, analyzer) for article in articles)
    service = SearchService(lambda: (searcher, analyzer), Settings(), lambda: datetime(2024, 2, 1, tzinfo=UTC))
    assert ids(service.search(SearchParams(q="زلزله"))) == ["1", "0"]
    assert ids(service.search(SearchParams(q="زلزله", sort="oldest"))) == ["0", "1"]


def test_an_answer_has_the_designed_shape(search: Search) -> None:
    answer = json.loads(search("قیمت دلار", size=1).model_dump_json())
    assert set(answer) == {
        "query", "total", "took_ms", "page", "size", "hits", "facets", "did_you_mean", "applied",
    }  # fmt: skip
    (hit,) = answer["hits"]
    assert set(hit) == {
        "id", "version", "url", "kicker", "title", "categories", "tags", "authors", "source", "image",
        "published", "published_jalali", "score", "fragments", "html",
    }  # fmt: skip
    assert hit["version"] == 3
    assert hit["published"] == "2023-09-19T13:30:00+03:30"
    assert hit["published_jalali"] == {"date": "1402-06-28", "text": "۲۸ شهریور ۱۴۰۲"}
    assert set(answer["facets"]) == {"category", "date", "undated"}
    assert set(answer["facets"]["date"][0]) == {"value", "label", "count", "selected", "children"}


def test_a_page_past_the_end_is_empty(search: Search) -> None:
    answer = search("", page=50)
    assert (answer.total, answer.hits) == (4, ())


def test_punctuation_alone_finds_nothing(search: Search) -> None:
    assert search("؟!").total == 0
    assert search("*").total == 0


def test_an_explanation_adds_up_to_the_score(service: SearchService) -> None:
    params = SearchParams(q="قیمت دلار")
    hit = service.search(params).hits[0]
    explained = service.explain(params, hit.id)
    assert explained.score == pytest.approx(hit.score, abs=1e-3)
    assert [(word.text, word.matches) for word in explained.words] == [("قیمت", True), ("دلار", True)]
    assert all("\n" not in line for line in explained.reason.lines())


def test_an_explanation_names_what_is_missing(service: SearchService) -> None:
    explained = service.explain(SearchParams(q="قیمت دلار -کتاب"), "books")
    assert not explained.matches
    assert {word.text: word.matches for word in explained.words} == {"قیمت": True, "دلار": False, "-کتاب": False}
    assert not service.explain(SearchParams(q="دلار"), "tomorrow").published
    with pytest.raises(ServiceError) as caught:
        service.explain(SearchParams(q="دلار"), "none")
    assert caught.value.code == "article_unknown"


PIECES = [
    "قیمت",
    "دلار",
    "رئیس‌جمهور",
    "-",
    "«",
    "»",
    '"',
    "(",
    ")",
    " OR ",
    "|",
    " ",
    "کتا*",
    "title:",
    "tag:ارز",
    "در",
    "۱۴۰۲",
]


@given(q=st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)))
def test_any_query_is_answered_or_refused_and_marks_stay_in_the_text(search: Search, q: str) -> None:
    try:
        answer = search(q)
    except ServiceError:
        return
    assert answer.total >= len(answer.hits)
    for hit in answer.hits:
        assert "".join(piece.text for piece in hit.fragments.title) == hit.title
        for html in (hit.html.title, *hit.html.body):
            assert re.sub("</?mark>", "", html).count("<") == 0
