"""A purged article is gone from every file of the index folder."""

import random

import pytest

from search_service.archive import content
from search_service.archive.tasks import Tasks
from search_service.errors import ServiceError
from search_service.indexing.verification import verify

WORD = "قلعه‌گنجینه"


def text(seed):
    letters = random.Random(seed)
    return " ".join("".join(letters.choices("ابپتجچحدرزسشعفقکگلمنوهی", k=7)) for _ in range(400))


def everything(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def filled(house):
    house.put(*range(1, 6))
    for n in range(3):
        house.put(7, title=WORD, body=text(n), categories=["پنهان"])
        house.index()
    with house.indexer.lock("a test"):
        house.indexer.reindex()
    return house


def test_no_byte_of_it_is_left_anywhere_in_the_folder(filled):
    house = filled
    with house.archive.database.reading() as connection:
        (stored,) = connection.execute("SELECT content FROM articles WHERE id = 'a7'").fetchone()
    assert content.decode(stored, 3).title == WORD
    words = [word.encode() for word in text(2).split()[:50]]
    traces = [stored[at : at + 20] for at in range(50, len(stored) - 20, 200)]
    before = everything(house.settings.index)
    assert all(trace in before for trace in traces)
    assert any(word in before for word in words)
    with house.indexer.lock("a test"):
        done = house.indexer.purge(["a7"])
    after = everything(house.settings.index)
    assert [trace for trace in [*traces, *words, WORD.encode(), b"\x00a7", b'"a7"'] if trace in after] == []
    assert (done.articles, done.changes, done.complete) == (1, 1, True)
    assert (done.generation, done.dropped) == (3, (2,)) or done.dropped == (1, 2)
    assert house.searchable() == {f"a{n}": 1 for n in range(1, 6)}
    assert verify(house.archive, house.engine) == []


def test_an_unknown_one_is_refused_and_nothing_is_done(filled):
    with filled.indexer.lock("a test"), pytest.raises(ServiceError) as caught:
        filled.indexer.purge(["a1", "nobody"])
    assert caught.value.code == "article_unknown"
    assert "a1" in filled.searchable()


def test_one_that_was_deleted_long_ago_can_be_purged(filled):
    filled.archive.delete("a7")
    filled.index()
    with filled.indexer.lock("a test"):
        assert filled.indexer.purge(["a7"]).articles == 1
    assert not filled.archive.knows("a7")


def test_as_a_task_it_leaves_no_mention(filled):
    tasks = Tasks(filled.archive)
    id = tasks.start("purge", ids=["a7"])

    class Idle:
        def is_set(self):
            return tasks.get(id).finished is not None

        def wait(self, seconds):
            pass

    with filled.indexer.lock("a test"):
        filled.indexer.run(Idle())
    task = tasks.get(id)
    assert (task.state, task.arguments) == ("done", {})
    assert "a7" not in str(tasks.list())
