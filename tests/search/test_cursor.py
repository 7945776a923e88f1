"""Walking through all hits."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.engine.memory_generations import MemoryEngine
from search_service.errors import ServiceError
from search_service.indexing.document import document
from search_service.indexing.live import LiveIndex
from search_service.search.cursor import Cursor, read, search_name
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Walker:
    """An index that may change, and a clock that may be put on."""

    def __init__(self, folder, analyzer):
        self.now = NOW
        self.engine = MemoryEngine(folder)
        self.generation = self.engine.create(analyzer.fingerprint, analyzer.files())
        self.engine.publish(self.generation.number)
        self.analyzer = analyzer
        live = LiveIndex(self.engine)
        self.service = SearchService(live.pair, Settings(), lambda: self.now, live)

    def put(self, *articles):
        writer = self.generation.writer()
        for article in articles:
            writer.upsert(document(article, self.analyzer))
        writer.commit(1)

    def delete(self, id):
        writer = self.generation.writer()
        writer.delete(id)
        writer.commit(1)

    def page(self, cursor="*", **asked):
        params = SearchParams.parse({"q": "رودخانه", "size": "4", "cursor": cursor, **asked}, Settings())
        return self.service.search(params)


def article(number, **more):
    day = NOW - timedelta(days=number % 5)
    words = "رودخانه " * (1 + number % 3)
    given = {"id": f"a{number:02}", "title": words, "body": "متن", "published": day.isoformat(), "version": 1, **more}
    return Article.parse(given)


@pytest.fixture
def walker(tmp_path, analyzer):
    walker = Walker(tmp_path, analyzer)
    walker.put(*map(article, range(18)))
    return walker


def walk(walker, **asked):
    ids, answer = [], walker.page(**asked)
    while True:
        ids += [hit.id for hit in answer.hits]
        if answer.cursor is None:
            return ids
        answer = walker.page(answer.cursor, **asked)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("size", ["1", "4", "6", "18", "100"])
def test_a_walk_tells_every_hit_once_and_in_order(walker, sort, size):
    whole = walker.service.search(SearchParams(q="رودخانه", sort=sort, size=100)).hits
    assert walk(walker, sort=sort, size=size) == [hit.id for hit in whole]


def test_the_whole_archive_is_walked_without_a_query(walker):
    assert len(walk(walker, q="")) == 18


def test_a_page_of_a_walk_has_its_total_and_no_page_number(walker):
    answer = walker.page()
    assert answer.total == 18
    assert "page" not in answer.model_dump()
    assert "cursor" not in SearchParams.parse({"q": "رودخانه"}, Settings()).model_dump(exclude_none=True)


def test_by_relevance_a_walk_stays_on_its_commit(walker):
    first = walker.page()
    told = [hit.id for hit in first.hits]
    walker.put(article(50, title="رودخانه رودخانه رودخانه رودخانه"))
    for id in ("a00", "a17"):
        walker.delete(id)
    assert "a17" not in [hit.id for hit in walker.page().hits]
    while first.cursor is not None:
        first = walker.page(first.cursor)
        told += [hit.id for hit in first.hits]
    assert sorted(told) == [f"a{n:02}" for n in range(18)]


def test_by_relevance_a_walk_keeps_the_time_at_which_it_began(walker):
    walker.put(article(60, published=(NOW + timedelta(seconds=30)).isoformat()))
    first = walker.page(size="18")
    assert first.cursor is None
    second = walker.page(size="10")
    walker.now += timedelta(minutes=1)
    assert len(second.hits) + len(walker.page(second.cursor, size="100").hits) == 18


def test_by_relevance_a_walk_ends_after_five_minutes(walker):
    cursor = walker.page().cursor
    walker.now += timedelta(seconds=299)
    walker.page(cursor)
    walker.now += timedelta(seconds=2)
    with pytest.raises(ServiceError) as error:
        walker.page(cursor)
    assert (error.value.code, error.value.kind.status) == ("cursor_expired", 410)


def test_by_date_a_walk_goes_on_through_changes_and_for_ever(walker):
    first = walker.page(sort="newest")
    last = first.hits[-1].id
    walker.delete(last)
    walker.put(
        article(51, published=(NOW + timedelta(days=1)).isoformat()),
        article(52, published=(NOW - timedelta(days=30)).isoformat()),
    )
    walker.now += timedelta(days=30)
    rest, answer = [], first
    while answer.cursor is not None:
        answer = walker.page(answer.cursor, sort="newest")
        rest += [hit.id for hit in answer.hits]
    told = [hit.id for hit in first.hits] + rest
    assert len(told) == len(set(told))
    assert set(told) == {f"a{n:02}" for n in range(18)} | {"a52"}


def test_a_cursor_belongs_to_its_search(walker):
    cursor = walker.page().cursor
    walker.page(cursor, facets="none", fields="id", size="7")
    for other in ({"q": "متن"}, {"sort": "newest"}, {"category": "ایران"}, {"match": "any"}):
        with pytest.raises(ServiceError) as error:
            walker.page(cursor, **other)
        assert (error.value.code, error.value.field) == ("cursor_invalid", "cursor")


@pytest.mark.parametrize("name", ["page", "stories"])
def test_pages_and_stories_do_not_go_with_a_cursor(walker, name):
    with pytest.raises(ServiceError) as error:
        walker.page(**{name: {"page": "2", "stories": "true"}[name]})
    assert error.value.field == name


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


def test_a_forged_cursor_shows_nothing_of_the_future(walker):
    walker.put(article(61, published=(NOW + timedelta(hours=1)).isoformat()))
    params = SearchParams.parse({"q": "رودخانه", "size": "100", "cursor": "*"}, Settings())
    honest = json.loads(base64.urlsafe_b64decode(walker.page().cursor + "=="))
    for began in (int(NOW.timestamp()) + 7200, -1, True, 1.5, "1", None, 10**30):
        text = forged(search_name(params), began, honest[2], 1e9, None, "")
        with pytest.raises(ServiceError) as error:
            walker.page(text, size="100")
        assert error.value.code == "cursor_invalid"
    walker.now += timedelta(seconds=60)
    earlier = forged(search_name(params), int(walker.now.timestamp()), honest[2], 1e9, None, "")
    assert "a61" not in [hit.id for hit in walker.page(earlier, size="100").hits]


@pytest.mark.parametrize("commit", ["../../x", "1/../../x", "1", "", "1/a/b", "x/y", "1/" + "a" * 99, 7, ["1/a"]])
def test_a_forged_commit_is_never_looked_for(walker, commit):
    params = SearchParams.parse({"q": "رودخانه", "cursor": "*"}, Settings())
    with pytest.raises(ServiceError) as error:
        walker.page(forged(search_name(params), int(NOW.timestamp()), commit, 1.0, None, "a"))
    assert error.value.code == "cursor_invalid"


def test_a_commit_that_never_was_is_gone(walker):
    params = SearchParams.parse({"q": "رودخانه", "cursor": "*"}, Settings())
    for commit in ("1/memory-99999", "99/x"):
        with pytest.raises(ServiceError) as error:
            walker.page(forged(search_name(params), int(NOW.timestamp()), commit, 1.0, None, "a"))
        assert error.value.code == "cursor_expired"


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_other_text_is_no_cursor(text):
    with pytest.raises(ServiceError) as error:
        read(text, SearchParams(), 0)
    assert error.value.code == "cursor_invalid"


@given(st.floats(allow_nan=False, allow_infinity=False), st.none() | st.integers(-(2**53) + 1, 2**53 - 1), st.text())
def test_what_is_written_is_read(score, published, id):
    params = SearchParams(q="آب")
    try:
        id.encode()
    except UnicodeEncodeError:
        return
    cursor = Cursor(search_name(params), 5, "1/000001-7", score, published, id[:50])
    if len(cursor.text()) <= 1024:
        assert read(cursor.text(), params, 5) == cursor


def test_an_edition_changes_with_commits_and_with_the_time_of_an_article(walker):
    first = walker.service.edition()
    assert walker.service.edition() == first
    assert first.seconds is None
    walker.put(article(62, published=(NOW + timedelta(seconds=90)).isoformat()))
    second = walker.service.edition()
    assert (second.name != first.name, second.seconds) == (True, 90)
    walker.now += timedelta(seconds=89)
    assert walker.service.edition() == (second.name, 1)
    walker.now += timedelta(seconds=1)
    third = walker.service.edition()
    assert (third.name != second.name, third.seconds) == (True, None)
