"""It stays a Whoosh index: the library opens it, reads it and searches it."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from search_service.engine import bm25
from search_service.engine.query import FACETS
from search_service.engine.whoosh import WhooshEngine, manifest, schema
from search_service.engine.whoosh.schema import stream_field
from search_service.engine.whoosh.storage import IndexStorage
from search_service.errors import ServiceError
from tests.engine.documents import document
from tests.engine.generation_contract import put, refused

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import index, query
    from whoosh.codec.whoosh3 import W3Codec, W3Segment
    from whoosh.index import TOC
    from whoosh.scoring import BM25F

TEXTS = ["شهر تهران", "تهران بزرگ _ شهر تهران", "شهر", "راه _ _ دور دور دور"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generation = WhooshEngine(tmp_path).create("analyser", {})
    for position, text in enumerate(TEXTS):
        put(generation, document(str(position), text, category="ایران=ایران"), position=position)
    return generation.folder


def test_the_library_reads_terms_postings_and_positions(folder: Path) -> None:
    with index.open_dir(str(folder)).reader() as reader:
        assert reader.doc_count() == len(TEXTS)
        body = stream_field("body", "exact")
        assert [term.decode() for term in reader.lexicon(body)] == sorted({*" ".join(TEXTS).split()} - {"_"})
        assert reader.doc_frequency(body, "تهران") == 2
        assert reader.frequency(body, "دور") == 3
        matcher = reader.postings(body, "تهران")
        found = []
        while matcher.is_active():
            found.append((matcher.id(), matcher.weight(), matcher.value_as("positions")))
            matcher.next()
        assert found == [(0, 1.0, [1]), (1, 2.0, [0, 4])]
        assert [key for field, key in reader.all_terms() if field in FACETS] == ["ایران\x1fایران".encode()]
        assert reader.postings("id", "3").id() == 3
        assert reader.stored_fields(3)["article"] == b'{"id": "3"}'
        assert reader.column_reader("version")[2] == 1
        assert [reader.doc_field_length(doc, body) for doc in range(4)] == [2, 4, 1, 4]


def test_the_librarys_searcher_finds_corrects_and_expands(folder: Path) -> None:
    with index.open_dir(str(folder)).searcher(weighting=BM25F(B=bm25.B, K1=bm25.K1)) as searcher:
        body = stream_field("body", "exact")
        assert {hit["article"] for hit in searcher.search(query.Prefix(body, "شه"))} == {
            f'{{"id": "{i}"}}'.encode() for i in (0, 1, 2)
        }
        assert searcher.document(id="1") == {"article": b'{"id": "1"}'}
        assert list(searcher.reader().terms_within(body, "تهرا", 1)) == ["تهران"]


def test_segments_of_another_codec_are_refused(folder: Path) -> None:
    known = manifest.read(folder)
    table = folder / schema.toc_file(known.toc)
    table.unlink()
    TOC(schema.schema(), [W3Segment(W3Codec(), schema.INDEX_NAME)], known.toc).write(
        IndexStorage(folder), schema.INDEX_NAME
    )
    replace(known, files=manifest.describe(folder, list(known.files), {})).write(folder)
    with refused("index_incompatible"):
        WhooshEngine(folder.parents[1]).open(1).searcher()


def test_an_index_of_the_old_format_is_refused_with_a_hint(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"format": 4', b'"format": 1'))
    with refused("index_incompatible"):
        WhooshEngine(folder.parents[1]).open(1).searcher()
    assert "reindex" in ServiceError("index_incompatible").kind.hint
