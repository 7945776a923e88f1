"""An article as the engine takes it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.indexing.document import document, documents
from search_service.text.analyzer import Analyzer
from tests.words import texts

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


def plain(document):
    """The document with its terms in full."""
    text = {name: {stream: list(terms) for stream, terms in streams.items()} for name, streams in document.text.items()}
    return replace(document, text=text)


@given(st.lists(st.tuples(*[texts | st.text("\n ک۱۲می", max_size=9)] * 4), max_size=5))
def test_articles_that_are_read_together_are_as_each_alone(several):
    names = ("title", "kicker", "lead", "body")
    articles = [
        Article(id="a", version=1, title="سی").model_copy(update=dict(zip(names, each, strict=True)))
        for each in several
    ]
    together = [plain(each) for each in documents(articles, ANALYZER)]
    assert together == [plain(document(article, ANALYZER)) for article in articles]
