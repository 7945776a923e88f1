"""Any history of writes, deletions, trims and reopenings, against a dictionary."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from search_service.archive.archive import Archive
from search_service.archive.receipt import Receipt
from search_service.article import Article
from search_service.errors import ServiceError

IDS = st.sampled_from(["a", "b", "خبر", "https://example.com/1?q=2"])
VERSIONS = st.none() | st.integers(0, 6)
ARTICLES = st.builds(
    lambda id, title, categories, version: Article.parse(
        {"id": id, "title": title, "categories": categories, "version": version}
    ),
    IDS,
    st.sampled_from(["یک", "دو"]),
    st.lists(st.sampled_from(["ایران", "جهان"]), max_size=2),
    VERSIONS,
)


class History(RuleBasedStateMachine):
    """``articles``: id -> the version and the article, None for a tombstone."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.articles: dict[str, tuple[int, Article | None]] = {}
        self.changes: list[str] = []
        self.trimmed = 0

    @initialize()
    def begin(self) -> None:
        self.archive = Archive.open(self.folder / "archive.sqlite")

    @rule(articles=st.lists(ARTICLES, max_size=4))
    def write(self, articles: list[Article]) -> None:
        for article, receipt in zip(articles, self.archive.write(articles), strict=True):
            self.expect(receipt, article.id, article.version, article.model_copy(update={"version": None}))

    @rule(id=IDS, version=VERSIONS)
    def delete(self, id: str, version: int | None) -> None:
        last = self.articles.get(id)
        if last is None:
            with pytest.raises(ServiceError, match="there is no article"):
                self.archive.delete(id, version)
        elif version is not None and (version < last[0] or (version == last[0] and last[1] is not None)):
            with pytest.raises(ServiceError, match="is at version"):
                self.archive.delete(id, version)
        else:
            self.expect(self.archive.delete(id, version), id, version, None)

    def expect(self, receipt: Receipt, id: str, asked: int | None, content: Article | None) -> None:
        """The receipt is the one that the rule for versions asks for; the dictionary follows it."""
        last, old = self.articles.get(id, (None, None))
        same = last is not None and old == content
        if last is None:
            state, version = "added", 1 if asked is None else asked
        elif same and asked in (None, last):
            state, version = "unchanged", last
        elif asked is not None and asked <= last:
            state, version = "refused", last
        else:
            state = "deleted" if content is None else "added" if old is None else "updated"
            version = last + 1 if asked is None else asked
        assert (receipt.id, receipt.state, receipt.version) == (id, state, version)
        assert (receipt.error is not None) == (state == "refused")
        if state in ("added", "updated", "deleted"):
            self.articles[id] = (version, content)
            self.changes.append(id)
            assert receipt.position == len(self.changes)

    @rule(share=st.floats(0, 1.2))
    @precondition(lambda self: self.changes)
    def trim(self, share: float) -> None:
        before = int(len(self.changes) * share)
        removed = self.archive.trim_journal(before)
        trimmed = max(self.trimmed, min(before, len(self.changes)) - 1)
        assert removed == trimmed - self.trimmed
        self.trimmed = trimmed

    @rule()
    def reopen(self) -> None:
        self.archive.close()
        self.begin()

    @invariant()
    def the_archive_is_the_dictionary(self) -> None:
        live = {
            id: article.model_copy(update={"version": version})
            for id, (version, article) in self.articles.items()
            if article is not None
        }
        ids = [*self.articles, "never"]
        assert {id: self.archive.version(id) for id in self.articles} == {
            id: version for id, (version, _) in self.articles.items()
        }
        assert {id: self.archive.get(id) for id in ids} == {id: live.get(id) for id in ids}
        assert self.archive.load(ids) == live
        assert self.archive.scan() == [live[id] for id in sorted(live)]
        assert self.archive.count() == len(live)
        counts = Counter(label for article in live.values() for label in article.categories)
        assert dict(self.archive.categories()) == dict(counts)
        assert self.archive.position() == len(self.changes)
        changes = self.archive.changes(self.trimmed, 1000)
        assert [tuple(change) for change in changes] == list(enumerate(self.changes, 1))[self.trimmed :]

    def teardown(self) -> None:
        assert self.archive.verify() == []
        self.archive.close()
        shutil.rmtree(self.folder)


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
