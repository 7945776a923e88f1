"""Listing all articles, so that a CMS can compare."""

import pytest

from search_service.article import Article

URL = "/api/v1/articles"


@pytest.fixture
def full(house):
    articles = [{"id": f"a{n:02}", "title": f"خبر {n}", "version": n} for n in range(1, 24)]
    articles[3] |= {"status": "draft"}
    articles[4] |= {"published": "2099-01-01"}
    house.archive.write([Article.parse(each) for each in articles])
    house.archive.delete("a07")
    return house


def get(house, status=200, **asked):
    response = house.client.get(URL, query_string=asked, headers=house.key("write"))
    assert response.status_code == status, response.text
    return response.json


def test_every_article_is_told_once_in_the_order_of_ids(full):
    told, answer = [], get(full, size=5)
    while True:
        told += answer["articles"]
        if "cursor" not in answer:
            break
        answer = get(full, size=5, cursor=answer["cursor"])
    assert told == [{"id": f"a{n:02}", "version": n} for n in range(1, 24) if n != 7]


def test_fields_are_chosen(full):
    first, *_ = get(full, fields="title,status")["articles"]
    assert first == {"id": "a01", "title": "خبر 1", "status": "published"}
    assert get(full, 400, fields="titel")["field"] == "fields"


def test_the_last_page_has_no_cursor_even_when_it_is_full(full):
    assert "cursor" not in get(full, size=22)
    assert "cursor" in get(full, size=21)


def test_what_is_written_behind_the_cursor_meanwhile_is_told(full):
    cursor = get(full, size=20)["cursor"]
    full.archive.write([Article.parse({"id": "zz", "title": "x"}), Article.parse({"id": "a00", "title": "x"})])
    assert [each["id"] for each in get(full, cursor=cursor)["articles"]] == ["a22", "a23", "zz"]


@pytest.mark.parametrize("asked", [{"size": "0"}, {"size": "1001"}, {"size": "x"}, {"cursor": "!"}, {"cursor": "_w"}])
def test_a_slip_is_told(full, asked):
    assert get(full, 400, **asked)["field"] in asked


def test_only_who_may_write_may_list(full):
    assert full.client.get(URL).status_code == 401
    assert full.client.get(URL, headers=full.key("search", "admin")).status_code == 403
