"""An article as the engine takes it."""

from search_service.article import Article
from search_service.indexing.document import document
from search_service.text.analyzer import Analyzer

ANALYZER = Analyzer.default()


def made(**fields):
    return document(Article.parse({"id": "a", "title": "خبر", "version": 7, **fields}), ANALYZER)


def test_streams_of_a_field_are_of_one_length():
    for streams in made(body="کتاب‌ها را می‌خوانند. " * 3).text.values():
        assert len({len(terms) for terms in streams.values()}) == 1


def test_kicker_and_lead_are_one_field_with_a_gap_between():
    exact = made(kicker="گزارش", lead="باران").text["lead"]["exact"]
    assert list(exact) == ["گزارش", None, "باران"]


def test_a_field_without_words_is_left_out():
    assert set(made(body="…").text) == {"title"}


def test_spellings_of_one_category_are_one_label():
    labels = made(categories=["بین‌الملل", "بين الملل", "ایران"]).labels["category"]
    assert [label.text for label in labels] == ["بین‌الملل", "ایران"]


def test_the_day_is_tehrans():
    assert made(published="2023-09-18T21:00:00Z").day == 14020628
    assert made(published="2023-09-18T19:00:00Z").day == 14020627


def test_a_bare_date_begins_at_midnight_in_tehran():
    assert made(published="2023-09-19").published == 1695069000
    assert made(published="1402/06/28").day == 14020628


def test_an_undated_article_has_neither():
    assert (made().published, made().day) == (None, None)
