from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import MAX_EXTRA_BYTES, MAX_EXTRA_DEPTH, MAX_VERSION, TEHRAN, Article, Status
from search_service.errors import ServiceError


def parse(**fields: Any) -> Article:
    return Article.parse({"id": "1", "title": "آب", **fields})


def refused(data: object) -> ServiceError:
    with pytest.raises(ServiceError) as error:
        Article.parse(data)
    assert error.value.code == "article_invalid"
    assert "\n" not in error.value.detail
    return error.value


class TestText:
    def test_markup_becomes_text_at_the_door(self) -> None:
        article = parse(title="<b>آب</b> &amp; هوا", body="<p>یک</p><p>دو</p>", tags=["<i>هوا</i>"])
        assert (article.title, article.body, article.tags) == ("آب & هوا", "یک\n\nدو", ("هوا",))

    def test_a_headline_is_one_line(self) -> None:
        assert parse(title=" یک\r\n دو ", kicker="<p>سه</p><p>چهار</p>").title == "یک دو"

    def test_the_body_is_kept_as_written(self) -> None:
        body = "  می‌رود\u00a0ي  \n\n دو "
        assert parse(body=body).body == body

    def test_a_title_or_a_body_is_enough(self) -> None:
        assert Article.parse({"id": 5, "body": "متن"}).id == "5"
        assert refused({"id": "1", "title": " ", "body": "<p> </p>"}).detail == "an article needs a title or a body"

    @pytest.mark.parametrize("field", ["title", "body", "id", "source", "language", "tags", "authors", "url"])
    def test_lone_surrogates_are_refused(self, field: str) -> None:
        value: object = "\ud800"
        data = {"id": "1", "title": "آب", field: [value] if field in ("tags", "authors") else value}
        assert "surrogate" in refused(data).detail

    def test_a_lone_surrogate_in_extra_is_refused(self) -> None:
        assert refused({"id": "1", "title": "آب", "extra": {"a": "\udfff"}}).field == "extra"


class TestNames:
    def test_one_name_or_many_distinct_ones(self) -> None:
        assert parse(category="ایران").categories == ("ایران",)
        assert parse(categories=["ایران", " جهان ", "ایران", "", None]).categories == ("ایران", "جهان")
        assert parse(author="مصی").authors == ("مصی",)
        assert parse(tags=["خبر", 2014]).tags == ("خبر", "2014")

    @pytest.mark.parametrize("value", [{"a": 1}, [["الف"]], [True], True])
    def test_what_is_no_name_is_refused(self, value: object) -> None:
        assert refused({"id": "1", "title": "آب", "tags": value}).field == "tags"


class TestFields:
    def test_null_is_as_good_as_missing(self) -> None:
        nulls = {name: None for name in Article.model_fields if name not in ("id", "title")}
        assert Article.parse({"id": "1", "title": "آب", **nulls}) == parse()
        assert refused({"id": None, "title": "آب"}).detail == "id: the field is missing"

    def test_unknown_fields_are_kept_as_extra(self) -> None:
        assert parse(sku=5, extra={"a": 1}).extra == {"a": 1, "sku": 5}

    def test_a_slip_in_a_name_is_refused(self) -> None:
        assert "did you mean 'body'" in refused({"id": "1", "title": "آب", "bodyy": "متن"}).detail

    @pytest.mark.parametrize("value", ["", " ", "x" * 201, "ا" * 101, "a\nb", "a\x7f", None, 1.5, True, []])
    def test_an_id_is_short_text(self, value: object) -> None:
        assert refused({"id": value, "title": "آب"}).field == "id"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "JAVASCRIPT:x"]
    )
    @pytest.mark.parametrize("field", ["url", "image"])
    def test_an_address_leads_to_the_web(self, field: str, url: str) -> None:
        assert refused({"id": "1", "title": "آب", field: url}).field == field

    @pytest.mark.parametrize(
        ("url", "kept"),
        [
            ("https://a.example/خبر", "https://a.example/خبر"),
            ("news.example/1", "https://news.example/1"),
            ("/img/1.jpg", "/img/1.jpg"),
            (" ", None),
        ],
    )
    def test_addresses_are_kept_and_a_bare_host_is_completed(self, url: str, kept: str | None) -> None:
        assert parse(url=url).url == kept

    def test_extra_is_bounded_json(self) -> None:
        deep: Any = 1
        for _ in range(MAX_EXTRA_DEPTH + 1):
            deep = [deep]
        too_deep: Any = 1
        for _ in range(5_000):
            too_deep = [too_deep]
        for value in ({"a": "x" * MAX_EXTRA_BYTES}, {"a": deep}, {"a": too_deep}, {"a": float("nan")}, [1], "a"):
            assert refused({"id": "1", "title": "آب", "extra": value}).field == "extra"
        assert refused({"id": "1", "title": "آب", "extra": "a", "sku": 1}).field == "extra"

    @pytest.mark.parametrize("value", [-1, MAX_VERSION + 1, 1.5, "x"])
    def test_a_version_is_a_count(self, value: object) -> None:
        assert refused({"id": "1", "title": "آب", "version": value}).field == "version"

    def test_status(self) -> None:
        assert parse().status is Status.PUBLISHED
        assert parse(status="draft").status is Status.DRAFT
        assert refused({"id": "1", "title": "آب", "status": "gone"}).field == "status"

    @pytest.mark.parametrize("data", [None, [], "x", 5])
    def test_what_is_no_object_is_refused(self, data: object) -> None:
        assert refused(data).detail == "an article is a JSON object"


class TestPublished:
    def test_a_time_without_a_zone_is_tehrans(self) -> None:
        article = parse(published="2019-09-09 12:30")
        assert article.published == datetime(2019, 9, 9, 8, 0, tzinfo=UTC)  # summer time
        assert article.published_at() == article.published
        assert parse(published="2023-09-09 12:30").published == datetime(2023, 9, 9, 9, 0, tzinfo=UTC)

    def test_a_zone_is_turned_into_tehrans(self) -> None:
        assert (
            parse(published="2023-09-19T09:00:00Z").model_dump(mode="json")["published"] == "2023-09-19T12:30:00+03:30"
        )

    def test_a_date_stays_a_date_and_begins_at_midnight_in_tehran(self) -> None:
        article = parse(published="1402-06-28")
        assert article.published == date(2023, 9, 19)
        assert article.model_dump(mode="json")["published"] == "2023-09-19"
        assert article.published_at() == datetime(2023, 9, 19, tzinfo=TEHRAN)

    @pytest.mark.parametrize("value", ["1402/12/30", "دیروز", 1568000000, True, {"a": 1}])
    def test_what_is_no_time_is_refused(self, value: object) -> None:
        assert refused({"id": "1", "title": "آب", "published": value}).field == "published"

    def test_a_time_that_summer_time_skipped_is_the_same_when_read_again(self) -> None:
        article = parse(published="2019-03-22 00:30")
        assert Article.stored(json.loads(article.canonical())) == article
        assert article.published is not None
        assert article.published.isoformat() == "2019-03-22T01:30:00+04:30"


class TestContent:
    def test_the_digest_tells_content_and_no_version(self) -> None:
        assert parse(version=1).digest() == parse(version=2).digest()
        assert parse(body="الف").digest() != parse(body="ب").digest()

    def test_stored_text_that_looks_like_markup_stays(self) -> None:
        article = parse(title="برچسب &lt;p&gt;", body="&amp;lt;b&amp;gt; و <b>خوب</b>", tags=["&lt;i&gt;"])
        again = Article.stored(json.loads(article.canonical()))
        assert again.title == "برچسب <p>"
        assert again == article

    @given(
        st.builds(
            dict,
            title=st.text(max_size=30),
            body=st.text(min_size=1).filter(lambda text: text.strip() and not text.isspace()),
            tags=st.lists(st.text(max_size=10), max_size=3),
            published=st.none()
            | st.dates(date(1750, 1, 1), date(9000, 1, 1)).map(str)
            | st.datetimes(datetime(1920, 1, 1), datetime(2100, 1, 1)).map(str),
            extra=st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
        )
    )
    def test_what_is_stored_comes_back(self, fields: dict[str, Any]) -> None:
        try:
            article = parse(**fields)
        except ServiceError:
            return
        again = Article.stored(json.loads(article.canonical()))
        assert again == article
        assert again.digest() == article.digest()
