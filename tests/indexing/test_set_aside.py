"""An article that cannot be indexed is set aside and blocks nothing."""

import pytest

from search_service.archive.set_aside import SetAside
from search_service.archive.tasks import Tasks
from search_service.engine.whoosh.writer import WhooshWriter
from search_service.errors import ServiceError
from search_service.indexing import batch, build
from search_service.indexing.document import documents
from search_service.indexing.verification import differences


@pytest.fixture
def poison(monkeypatch):
    """Analysis fails for articles that hold a word; how often it was asked for one alone."""
    asked = []

    def failing(articles, analyzer):
        for article in articles:
            if "زهر" in article.title:
                asked.extend(each.id for each in articles if len(articles) == 1)
                raise ValueError(f"cannot\nread {article.id}")
        return documents(articles, analyzer)

    monkeypatch.setattr(batch, "documents", failing)
    return asked


@pytest.fixture
def bad_disk(monkeypatch):
    """The engine fails with articles of some ids: when it takes them, or when it commits them."""
    at_upsert, at_commit = set(), set()
    upsert, commit = WhooshWriter.upsert, WhooshWriter.commit

    def failing_upsert(self, document):
        self.ids = [*getattr(self, "ids", []), document.id]
        if document.id in at_upsert:
            raise RuntimeError("no room in the segment")
        upsert(self, document)

    def failing_commit(self, position):
        if at_commit.intersection(getattr(self, "ids", [])):
            raise RuntimeError("the segment breaks")
        commit(self, position)

    monkeypatch.setattr(WhooshWriter, "upsert", failing_upsert)
    monkeypatch.setattr(WhooshWriter, "commit", failing_commit)
    return at_upsert, at_commit


def aside(house):
    return {row.id: row for row in SetAside(house.archive).list(house.engine.live().number)}


def test_one_that_cannot_be_analysed_is_set_aside_after_a_few_tries(house, poison):
    house.put(1)
    house.index()
    house.put(2, title="زهر")
    house.put(3)
    house.index()
    assert house.searchable() == {"a1": 1, "a3": 1}
    assert poison == ["a2"] * batch.TRIES
    assert aside(house)["a2"].error == "ValueError: cannot read a2"
    assert house.indexer.behind() == 0
    house.put(4)
    house.index()
    assert poison == ["a2"] * batch.TRIES
    assert differences(house.engine.live(), house.archive) == []


def test_what_was_once_good_does_not_stay_in_an_older_state(house, poison):
    house.put(1, 2)
    house.index()
    house.put(2, title="زهر")
    house.index()
    assert house.searchable() == {"a1": 1}


def test_a_newer_version_of_it_is_tried_again(house, poison):
    house.put(1, title="زهر")
    house.put(2)
    house.index()
    assert list(aside(house)) == ["a1"]
    house.put(1, title="نوش")
    house.index()
    assert (house.searchable(), aside(house)) == ({"a1": 2, "a2": 1}, {})


def test_a_reindex_tries_it_again_and_each_generation_remembers_its_own(house, poison, monkeypatch):
    house.put(1, title="زهر")
    house.put(2)
    house.index()
    monkeypatch.setattr(batch, "documents", documents)
    with house.indexer.lock("a test"):
        house.indexer.reindex()
        assert (house.searchable(), aside(house)) == ({"a1": 1, "a2": 1}, {})
        house.indexer.rollback()
    assert list(aside(house)) == ["a1"]


def test_a_deleted_one_is_forgotten(house, poison):
    house.put(1, title="زهر")
    house.put(2)
    house.index()
    house.archive.delete("a1")
    house.index()
    assert aside(house) == {}


@pytest.mark.parametrize("when", [0, 1])
@pytest.mark.parametrize("many", [2, 9])
def test_one_that_the_engine_fails_with_is_found_and_set_aside(house, bad_disk, when, many):
    house.put(100)
    house.index()
    bad_disk[when].add("a5")
    house.put(*range(4, 4 + many))
    house.index()
    assert house.searchable() == {"a100": 1} | {f"a{n}": 1 for n in range(4, 4 + many) if n != 5}
    assert list(aside(house)) == ["a5"]
    assert "RuntimeError" in aside(house)["a5"].error


@pytest.mark.parametrize("when", [0, 1])
def test_a_build_finds_it_and_goes_on(house, bad_disk, when, monkeypatch):
    monkeypatch.setattr(build, "PORTION", 10)
    monkeypatch.setattr(build, "BATCH", 5)
    house.put(*range(1, 30))
    house.index()
    bad_disk[when].update({"a13", "a28"})
    with house.indexer.lock("a test"):
        house.indexer.reindex()
    assert house.searchable() == {f"a{n}": 1 for n in range(1, 30) if n not in (13, 28)}
    assert set(aside(house)) == {"a13", "a28"}


def test_a_build_that_would_lose_many_is_not_published(house, poison):
    house.put(*range(1, 30))
    house.index()
    house.put(*range(1, 13), title="زهر")
    with house.indexer.lock("a test"), pytest.raises(ServiceError) as caught:
        house.indexer.reindex()
    assert caught.value.code == "index_damaged"
    assert "12 of 29" in caught.value.detail
    assert [info.number for info in house.engine.generations()] == [1]


def test_a_damaged_row_keeps_back_no_other_article(house):
    house.put(1, 2)
    house.index()
    house.put(2, 3, title="تازه")
    with house.archive.database.writing() as connection:
        connection.execute("UPDATE articles SET written = 'x' WHERE id = 'a2'")
    house.index()
    assert house.searchable() == {"a1": 1, "a3": 1}
    assert "checksum" in aside(house)["a2"].error


def test_a_full_disk_is_no_fault_of_an_article(house, bad_disk, monkeypatch):
    house.put(1)
    house.index()

    def full(self, document):
        raise ServiceError("folder_not_writable", "no space left")

    monkeypatch.setattr(WhooshWriter, "upsert", full)
    house.put(2)
    with pytest.raises(ServiceError):
        house.index()
    assert aside(house) == {}
    assert Tasks(house.archive).list() == []
