"""Whatever is done in whatever order, archive and index hold what a dictionary does."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.whoosh import WhooshEngine
from search_service.errors import ServiceError
from search_service.indexing.indexer import Indexer
from search_service.indexing.verification import differences
from search_service.settings import Settings
from tests.reliability.conftest import searchable

IDS = st.sampled_from("abcd")
WORDS = st.sampled_from(["خبر", "تازه", "کهنه"])


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.articles: dict[str, str | None] = {}
        """Id -> title; None: deleted."""
        self.versions: dict[str, int] = {}
        self.open()

    def open(self) -> None:
        self.settings = Settings(index=self.folder / "index", learn=False)
        self.archive = Archive.open(self.settings.archive_path)
        self.engine = WhooshEngine(self.settings.index)
        self.indexer = Indexer(self.settings, self.archive, self.engine)

    @rule(id=IDS, title=WORDS)
    def put(self, id: str, title: str) -> None:
        (receipt,) = self.archive.write([Article.parse({"id": id, "title": title})])
        if self.articles.get(id) != title:
            self.versions[id] = self.versions.get(id, 0) + 1
        self.articles[id] = title
        assert receipt.version == self.versions[id]

    @rule(id=IDS)
    def delete(self, id: str) -> None:
        try:
            self.archive.delete(id)
        except ServiceError:
            assert id not in self.articles
            return
        if self.articles[id] is not None:
            self.versions[id] += 1
        self.articles[id] = None

    @rule()
    def index(self) -> None:
        with self.indexer.lock("a test"):
            self.indexer.catch_up()
        self.compare()

    @rule()
    def reindex(self) -> None:
        if self.engine.live() is not None:
            with self.indexer.lock("a test"):
                self.indexer.reindex()
            self.compare()

    @rule()
    def roll_back(self) -> None:
        with self.indexer.lock("a test"), suppress(ServiceError):  # there is no earlier one
            self.indexer.rollback()
            self.compare()

    @rule(id=IDS)
    def purge(self, id: str) -> None:
        if id in self.articles:
            with self.indexer.lock("a test"):
                self.indexer.purge([id])
            del self.articles[id], self.versions[id]

    @rule()
    def reopen(self) -> None:
        self.archive.close()
        self.open()

    @rule(id=IDS, title=WORDS, reindexes=st.booleans(), after=st.integers(1, 12))
    def crash(self, id: str, title: str, reindexes: bool, after: int) -> None:
        """A process forked off here writes, indexes, and is killed at one of its file operations."""
        self.archive.close()
        pid = os.fork()
        if pid == 0:
            _die_at(after)
            try:
                self.open()
                self.archive.write([Article.parse({"id": id, "title": title})])
                with self.indexer.lock("a test"):
                    self.indexer.catch_up()
                    if reindexes:
                        self.indexer.reindex()
            finally:
                os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(pid, 0)
        self.open()
        # It was written or not; nothing in between.
        kept = self.archive.get(id)
        if kept is not None and kept.title == title and self.articles.get(id) != title:
            self.articles[id] = title
            self.versions[id] = self.versions.get(id, 0) + 1

    def compare(self) -> None:
        live = {id for id, title in self.articles.items() if title is not None}
        assert searchable(self.settings.index) == {id: self.versions[id] for id in live}
        generation = self.engine.live()
        assert generation is None or differences(generation, self.archive) == []

    @invariant()
    def the_archive_is_the_dictionary(self) -> None:
        for id in "abcd":
            kept = self.archive.get(id)
            assert (kept.title if kept else None) == self.articles.get(id)
            assert self.archive.version(id) == self.versions.get(id)
        assert self.archive.count() == sum(title is not None for title in self.articles.values())

    def teardown(self) -> None:
        with self.indexer.lock("a test"):
            self.indexer.catch_up()
        self.compare()
        assert self.archive.verify() == []
        self.archive.close()
        shutil.rmtree(self.folder)


def _die_at(nth: int) -> None:
    """Kill this process at its n-th call that puts something on the disk."""
    calls = 0

    def dying(original):  # type: ignore[no-untyped-def]  # any function
        def call(*arguments, **options):  # type: ignore[no-untyped-def]  # its arguments
            nonlocal calls
            calls += 1
            if calls >= nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments, **options)

        return call

    for name in ("fsync", "rename", "replace", "mkdir"):
        setattr(os, name, dying(getattr(os, name)))


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=4, stateful_step_count=10, deadline=None)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_hundred_long_histories() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
        History, settings=settings(max_examples=100, stateful_step_count=40, deadline=None)
    )
