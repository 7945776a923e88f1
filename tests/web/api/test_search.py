"""GET /api/v1/search."""

import pytest

URL = "/api/v1/search"


def search(client, **parameters):
    response = client.get(URL, query_string=parameters)
    assert response.status_code == 200, response.text
    return response.json


def test_the_answer_has_the_shape_that_is_promised(client):
    answer = search(client, q="رودخانه")
    assert set(answer) == {
        "query", "total", "took_ms", "page", "size", "hits", "facets", "did_you_mean", "applied",
    }  # fmt: skip
    hit = answer["hits"][0]
    assert hit["id"] == "river"
    assert hit["published_jalali"] == {"date": "1404-03-10", "text": "۱۰ خرداد ۱۴۰۴"}
    assert "<mark>رودخانه‌های</mark>" in hit["html"]["title"]
    assert {"text": "رودخانه‌های", "match": True} in hit["fragments"]["title"]
    assert set(answer["facets"]) == {"category", "date", "undated"}
    assert set(answer["facets"]["category"][0]) == {"value", "label", "count", "selected"}


def test_what_is_not_yet_or_never_public_is_in_no_answer_count_or_facet(client):
    answer = search(client, q="", size="100", facets="category,date,source,tag,author")
    assert answer["total"] == len(answer["hits"]) == 5
    assert not {"tomorrow", "draft"} & {hit["id"] for hit in answer["hits"]}
    labels = {choice["label"] for choice in answer["facets"]["category"]}
    assert not {"فردا", "پنهان"} & labels


def test_categories_and_dates_filter_in_any_spelling(client):
    assert [hit["id"] for hit in search(client, category="محیط‌زیست")["hits"]] == ["river"]
    assert {hit["id"] for hit in search(client, date="۱۴۰۳")["hits"]} == {"school", "https://dena.example/x?y=1"}
    assert [hit["id"] for hit in search(client, **{"from": "1403-03-01", "to": "1403/12/29"})["hits"]] == ["school"]


@pytest.mark.parametrize(
    ("parameters", "code", "field"),
    [
        ({"qq": "x"}, "parameter_unknown", "qq"),
        ({"page": "0"}, "page_invalid", "page"),
        ({"page": "-1"}, "page_invalid", "page"),
        ({"size": "101"}, "page_invalid", "size"),
        ({"page": "101"}, "page_too_deep", "page"),
        ({"sort": "best"}, "sort_unknown", "sort"),
        ({"match": "some"}, "match_unknown", "match"),
        ({"facets": "colour"}, "facet_unknown", "facets"),
        ({"date": "1402-12-30"}, "date_invalid", "date"),
        ({"from": "2023-02-30"}, "date_invalid", "from"),
        ({"q": "ا" * 513}, "query_too_long", "q"),
        ({"q": "(" * 200 + "آب"}, "query_too_complex", "q"),
    ],
)
def test_a_slip_is_a_problem_that_names_its_field(client, parameters, code, field):
    response = client.get(URL, query_string=parameters)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert (response.json["code"], response.json["field"], response.json["status"]) == (code, field, 400)
    assert response.json["title_fa"]


def test_the_nearest_parameter_is_named(client):
    assert "'category'" in client.get(URL, query_string={"categry": "x"}).json["detail"]


def test_a_page_past_the_end_is_an_empty_answer(client):
    answer = search(client, q="رودخانه", page="9")
    assert (answer["total"], answer["hits"]) == (1, [])


@pytest.mark.parametrize("query", ["q=%FF", "q=%ED%A0%80", "q=\xff"])
def test_an_address_that_is_no_utf8_is_refused(client, query):
    response = client.get(URL, environ_overrides={"QUERY_STRING": query})
    assert (response.status_code, response.json["code"]) == (400, "text_invalid")


def test_a_query_may_be_sent_as_plain_utf8(client):
    query = "q=رودخانه".encode().decode("latin-1")
    assert client.get(URL, environ_overrides={"QUERY_STRING": query}).json["total"] == 1


def test_an_unchanged_answer_is_a_304(client):
    first = client.get(URL, query_string={"q": "رودخانه"})
    again = client.get(URL, query_string={"q": "رودخانه"}, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(URL, query_string={"q": "کتاب"}, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_markup_stays_text(client):
    answer = search(client, q="گیومه")
    html = answer["hits"][0]["html"]
    assert "<script" not in html["title"]
    assert "&lt;script&gt;" in html["title"]
    assert "<mark>گیومه</mark>" in html["title"]


def test_without_an_index_the_service_is_unavailable(house):
    response = house.client.get(URL)
    assert (response.status_code, response.json["code"]) == (503, "index_missing")
    assert response.headers["Retry-After"]
