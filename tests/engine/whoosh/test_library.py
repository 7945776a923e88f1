"""It stays a Whoosh index: the library opens it, searches it, and would have written the same."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from search_service.engine.base import Request
from search_service.engine.query import Node, Phrase, Term
from search_service.engine.whoosh import WhooshEngine, schema
from search_service.engine.whoosh.storage import IndexStorage
from tests.engine.documents import NOW, document

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import index, query
    from whoosh.searching import Searcher

TEXTS = ["شهر تهران", "تهران بزرگ _ شهر تهران", "شهر", "راه _ _ دور دور دور"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generation = WhooshEngine(tmp_path).create("analyser", {})
    for position, text in enumerate(TEXTS):
        writer = generation.writer()
        writer.upsert(document(str(position), text, category="ایران=ایران"))
        writer.commit(position)
    return generation.folder


def postings(folder: Path) -> list[tuple[str, bytes, int, float, bytes]]:
    """All that the library reads: field, term, document, weight and encoded value."""
    with index.open_dir(str(folder)).reader() as reader:
        read = []
        for field, term in reader.all_terms():
            matcher = reader.postings(field, term)
            while matcher.is_active():
                read.append((field, term, matcher.id(), matcher.weight(), matcher.value() or b""))
                matcher.next()
        return read


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Term("body", "exact", "تهران"), query.Term("body_exact", "تهران")),
        (Phrase("body", "exact", ("شهر", "تهران")), query.Phrase("body_exact", ["شهر", "تهران"])),
    ],
)
def test_the_librarys_searcher_finds_the_same(folder: Path, ours: Node, theirs: query.Query) -> None:
    result = WhooshEngine(folder.parents[1]).open(1).searcher().search(Request(ours, now=NOW))
    with index.open_dir(str(folder)).searcher() as searcher:
        assert isinstance(searcher, Searcher)
        found = {searcher.reader().column_reader("id")[hit.docnum]: hit.score for hit in searcher.search(theirs)}
    assert set(found) == {hit.id for hit in result.hits}
    if isinstance(ours, Term):
        assert found == pytest.approx({hit.id: hit.score for hit in result.hits}, abs=1e-4)


def test_the_librarys_writer_would_have_written_the_same(folder: Path, tmp_path: Path) -> None:
    """The analyser of the schema reads the streams as the writer feeds them."""
    other = tmp_path / "other"
    other.mkdir()
    plain = index.FileIndex.create(IndexStorage(other), schema.schema(), schema.INDEX_NAME)
    for position, text in enumerate(TEXTS):
        words = text.replace("_", schema.GAP)
        writer = plain.writer(compound=False)
        writer.add_document(id=str(position), body_exact=words, body_lemma=words, category=["ایران\x1fایران"])
        writer.commit(merge=False)
    assert postings(folder) == postings(other)


def test_nothing_of_ours_is_pickled(folder: Path) -> None:
    for path in folder.iterdir():
        assert b"search_service" not in path.read_bytes() or path.suffix == ".json"
