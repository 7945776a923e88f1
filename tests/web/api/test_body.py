"""What a body may be, and how its slips are told."""

from contextlib import suppress

import pytest

from search_service.archive.patch import patched
from search_service.article import Article
from search_service.errors import ServiceError
from search_service.web.api.body import DEEPEST, read_article, read_json


def code(raw, id=None):
    with pytest.raises(ServiceError) as caught:
        read_article(raw, id)
    return caught.value.code


def test_a_document_is_read_with_or_without_a_byte_order_mark():
    assert read_json('{"a": "ب"}'.encode()) == read_json('\ufeff{"a": "ب"}'.encode()) == {"a": "ب"}


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"NaN", b'{"a": Infinity}', b"\xff", b'"\xd8"', b"[" * 100_000, b"1" * 10_000, "«»".encode()],
)
def test_what_is_no_json_is_body_invalid(raw):
    assert code(raw) == "body_invalid"


@pytest.mark.parametrize("field", ["title", "tags", "extra"])
def test_a_lone_surrogate_is_refused_wherever_it_stands(field):
    value = {"title": '"\\ud800"', "tags": '["\\uDFFF"]', "extra": '{"a": ["\\ud800x"]}'}[field]
    raw = f'{{"id": "1", "body": "متن", "{field}": {value}}}'
    assert code(raw.encode()) == "text_invalid"


def test_an_escaped_pair_of_surrogates_is_a_character():
    assert read_article(rb'{"id": "1", "title": "\ud83d\ude00"}').title == "\N{GRINNING FACE}"


def test_the_address_gives_the_id_that_the_document_leaves_out():
    assert read_article(b'{"title": "x"}', "a/b").id == "a/b"
    assert read_article(b'{"id": "a/b", "title": "x"}', "a/b").id == "a/b"
    assert read_article(b'{"id": 12, "title": "x"}', "12").id == "12"


def test_another_id_than_the_address_is_refused():
    assert code(b'{"id": "other", "title": "x"}', "a") == "article_invalid"


@pytest.mark.parametrize("raw", [b"[]", b'"x"', b"null", b"{}", b'{"id": "1"}', b'{"id": "1", "titel": "x"}'])
def test_what_is_no_article_is_article_invalid(raw):
    assert code(raw) == "article_invalid"


@pytest.mark.parametrize("id", [" a", "a ", "\u200aa", "a\t"])
def test_an_address_that_names_another_id_than_the_article_gets_is_refused(id):
    assert code(b'{"title": "x"}', id) == "article_invalid"


@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]")])
def test_however_deep_a_document_is_it_is_read_or_refused(opening, closing):
    """Near the depth at which the stack ends, what one step still reads the next one may not."""
    article = Article.parse({"id": "a", "title": "x"})
    for depth in (*range(25, 40), *range(DEEPEST - 5, DEEPEST + 5), *range(800, 1010)):
        deep = f"{opening * depth}1{closing * depth}"
        with suppress(ServiceError):
            patched(article, read_json(f'{{"lead": "\\ud83d\\ude00", "extra": {{"a": {deep}}}}}'.encode()))
        with suppress(ServiceError):
            read_article(f'{{"title": "\\ud83d\\ude00", "z": {deep}}}'.encode(), "a")
