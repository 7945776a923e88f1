"""How every engine takes changes, and keeps its generations."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from search_service.engine.base import Document, Engine, Generation, Searcher
from search_service.engine.query import Everything, Term
from search_service.errors import ServiceError
from tests.engine.asking import Asking
from tests.engine.documents import NOW, document


def ids(searcher: Searcher) -> dict[str, int]:
    """Ids with their versions; asked in several ways that must agree."""
    listed = dict(searcher.ids())
    assert searcher.count() == len(listed) == searcher.total(Everything(), NOW)
    for id, version in listed.items():
        hit = searcher.get(id)
        assert hit is not None
        assert hit.version == version
    return listed


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must raise this error."""
    with pytest.raises(ServiceError) as caught:
        yield
    assert caught.value.code == code


def put(generation: Generation, *documents: Document, position: int = 1) -> None:
    """Put the documents in and commit."""
    writer = generation.writer()
    for each in documents:
        writer.upsert(each)
    writer.commit(position)


class GenerationContract(Asking):
    """Writing to a generation, and keeping several."""

    @pytest.fixture
    def generation(self, engine: Engine) -> Generation:
        return engine.create("analyser", {})

    # writing

    def test_nothing_is_seen_before_the_commit(self, generation: Generation) -> None:
        writer = generation.writer()
        before = generation.current_commit()
        writer.upsert(document("1", "a"))
        assert ids(generation.searcher()) == {}
        assert generation.current_commit() == before
        writer.commit(7)
        assert ids(generation.searcher()) == {"1": 1}
        assert generation.searcher().position == generation.info().position == 7
        assert generation.searcher().commit == generation.current_commit() != before

    def test_what_portions_have_written_is_taken(self, generation: Generation) -> None:
        put(generation, document("1", "a"), document("2", "b"))
        folder = generation.folder / "portions"
        folder.mkdir(parents=True)
        for number in range(2):
            portion = pickle.loads(pickle.dumps(generation.portion(folder, 2)))
            portion.add(document(f"{number}", "c", version=2))
            portion.finish()
        writer = generation.writer()
        writer.take(folder)
        writer.delete("0")
        writer.commit(3)
        assert ids(generation.searcher()) == {"1": 2, "2": 1}
        assert generation.searcher().total(Term("body", "exact", "c"), NOW) == 1
        assert not list(folder.iterdir())
        while generation.merge(60, segments=1):
            pass
        assert ids(generation.searcher()) == {"1": 2, "2": 1}

    def test_a_searcher_keeps_its_commit(self, generation: Generation) -> None:
        put(generation, document("1", "a"), document("2", "b"))
        old = generation.searcher()
        writer = generation.writer()
        writer.upsert(document("1", "c", version=2))
        writer.delete("2")
        writer.commit(2)
        assert ids(old) == {"1": 1, "2": 1}
        assert old.total(Term("body", "exact", "a"), NOW) == 1
        assert ids(generation.searcher()) == {"1": 2}
        assert old.commit != generation.searcher().commit

    def test_a_pinned_commit_is_opened_by_its_name_after_others_have_come(
        self, engine: Engine, generation: Generation
    ) -> None:
        put(generation, document("1", "a"), document("2", "b"))
        name = generation.pin(60)
        assert name == generation.current_commit()
        for position in range(2, 6):
            put(generation, document("1", "c", version=position), position=position)
        pinned = engine.open(generation.number).pinned(name)
        assert (pinned.commit, ids(pinned)) == (name, {"1": 1, "2": 1})
        assert pinned.total(Term("body", "exact", "a"), NOW) == 1
        assert ids(generation.searcher()) == {"1": 5, "2": 1}

    def test_a_pin_that_is_over_or_never_was_is_gone(self, generation: Generation) -> None:
        put(generation, document("1", "a"))
        over = generation.pin(-1)
        for name in (over, "000001-77", "..", "../analyser", ""):
            with refused("cursor_expired"):
                generation.pinned(name)

    def test_an_upsert_replaces_the_document_of_its_id(self, generation: Generation) -> None:
        put(generation, document("1", "a", category="x", version=1), document("2", "a"))
        put(generation, document("1", "b", category="y", version=2), position=2)
        searcher = generation.searcher()
        assert ids(searcher) == {"1": 2, "2": 1}
        assert searcher.total(Term("body", "exact", "a"), NOW) == 1
        assert searcher.total(Term("body", "exact", "b"), NOW) == 1

    def test_of_one_id_in_a_batch_the_last_stays(self, generation: Generation) -> None:
        writer = generation.writer()
        for version, word in enumerate("abc", 1):
            writer.upsert(document("1", word, version=version))
        writer.upsert(document("2", "a"))
        writer.delete("2")
        writer.upsert(document("3", "a"))
        writer.delete("3")
        writer.upsert(document("3", "b", version=5))
        writer.commit(1)
        searcher = generation.searcher()
        assert ids(searcher) == {"1": 3, "3": 5}
        assert searcher.total(Term("body", "exact", "a"), NOW) == 0
        assert searcher.total(Term("body", "exact", "c"), NOW) == 1

    def test_a_delete_removes(self, generation: Generation) -> None:
        put(generation, document("1", "a"), document("2", "a"), document("3", "b"))
        writer = generation.writer()
        writer.delete("1")
        writer.delete("missing")
        writer.commit(2)
        searcher = generation.searcher()
        assert ids(searcher) == {"2": 1, "3": 1}
        assert searcher.get("1") is None
        assert searcher.explain(Everything(), "1") is None
        put(generation, document("1", "a", version=3), position=3)
        assert ids(generation.searcher()) == {"1": 3, "2": 1, "3": 1}

    def test_all_can_be_deleted(self, generation: Generation) -> None:
        put(generation, document("1", "a"))
        writer = generation.writer()
        writer.delete("1")
        writer.commit(2)
        assert ids(generation.searcher()) == {}
        put(generation, document("2", "a"), position=3)
        assert ids(generation.searcher()) == {"2": 1}

    def test_a_commit_without_changes_moves_the_position(self, generation: Generation) -> None:
        put(generation, document("1", "a"), position=1)
        generation.writer().commit(9)
        assert generation.info().position == 9
        assert ids(generation.searcher()) == {"1": 1}

    def test_many_small_commits_lose_nothing(self, generation: Generation) -> None:
        expected = {}
        for i in range(40):
            writer = generation.writer()
            writer.upsert(document(f"{i % 25}", "a b a", title=f"t{i}", version=i, category=f"c{i % 3}"))
            expected[f"{i % 25}"] = i
            if i % 7 == 0:
                writer.delete(f"{i % 5}")
                expected.pop(f"{i % 5}", None)
            writer.commit(i)
        searcher = generation.searcher()
        assert ids(searcher) == expected
        assert searcher.total(Term("body", "exact", "a"), NOW) == len(expected)
        assert searcher.total(Term("title", "exact", "t39"), NOW) == 1

    def test_merging_changes_no_answer(self, generation: Generation) -> None:
        for i in range(30):
            put(generation, document(f"{i % 12}", "a b", version=i), position=i)
            generation.merge(0.01)
        while generation.merge(1.0):
            pass
        assert ids(generation.searcher()) == {f"{i % 12}": i for i in range(18, 30)}
        assert generation.info().position == 29

    def test_cancel_forgets_and_lets_the_next_writer_in(self, generation: Generation) -> None:
        put(generation, document("1", "a"))
        writer = generation.writer()
        writer.upsert(document("2", "a"))
        writer.delete("1")
        writer.cancel()
        assert ids(generation.searcher()) == {"1": 1}
        put(generation, document("3", "a"), position=2)
        assert ids(generation.searcher()) == {"1": 1, "3": 1}

    def test_there_is_one_writer(self, generation: Generation) -> None:
        writer = generation.writer()
        with refused("indexer_busy"):
            generation.writer()
        writer.commit(1)
        generation.writer().cancel()

    # generations

    def test_the_first_generation_goes_live_when_published(self, engine: Engine) -> None:
        assert engine.live() is None
        assert engine.generations() == []
        generation = engine.create("analyser", {})
        assert engine.live() is None
        put(generation, document("1", "a"))
        engine.publish(generation.number)
        live = engine.live()
        assert live is not None
        assert live.number == generation.number
        assert ids(live.searcher()) == {"1": 1}

    def test_generations_are_listed_with_what_they_are(self, engine: Engine) -> None:
        first, second = engine.create("one", {}), engine.create("two", {})
        put(first, document("1", "a"), document("2", "a"), position=12)
        engine.publish(first.number)
        listed = engine.generations()
        assert [info.number for info in listed] == [first.number, second.number]
        assert [(info.live, info.complete) for info in listed] == [(True, True), (False, False)]
        assert [info.analyser for info in listed] == ["one", "two"]
        assert (listed[0].position, listed[0].count, listed[0].engine) == (12, 2, engine.name)
        assert first.number < second.number

    def test_publishing_swaps_and_can_be_taken_back(self, engine: Engine) -> None:
        numbers = []
        for word in "ab":
            generation = engine.create("analyser", {})
            put(generation, document(word, "x"))
            numbers.append(generation.number)
        for number, word in zip([*numbers, numbers[0]], "aba", strict=True):
            engine.publish(number)
            live = engine.live()
            assert live is not None
            assert ids(live.searcher()) == {word: 1}
        assert len({engine.open(number).current_commit() for number in numbers}) == 2

    def test_a_dropped_generation_is_gone_and_its_number_is_not_given_again(self, engine: Engine) -> None:
        first, second = engine.create("one", {}), engine.create("two", {})
        put(second, document("1", "a"))
        engine.publish(first.number)
        searcher = second.searcher()
        engine.drop(second.number)
        assert [info.number for info in engine.generations()] == [first.number]
        with refused("generation_unknown"):
            engine.open(second.number)
        assert ids(searcher) == {"1": 1}
        assert engine.create("three", {}).number > second.number

    def test_the_live_generation_cannot_be_dropped(self, engine: Engine) -> None:
        generation = engine.create("one", {})
        engine.publish(generation.number)
        with refused("generation_live"):
            engine.drop(generation.number)

    def test_an_unknown_generation_is_refused(self, engine: Engine) -> None:
        for ask in (engine.open, engine.publish, engine.drop):
            with refused("generation_unknown"):
                ask(42)

    def test_a_generation_keeps_its_analyser(self, engine: Engine) -> None:
        generation = engine.create("analyser", {"lexicon.bin": b"\x00\xff", "tables/verbs.tsv": "شد\n".encode()})
        put(generation, document("1", "a"))
        put(generation, document("2", "a"), position=2)
        folder = engine.open(generation.number).folder / "analyser"
        assert (folder / "lexicon.bin").read_bytes() == b"\x00\xff"
        assert (folder / "tables" / "verbs.tsv").read_text(encoding="utf-8") == "شد\n"
