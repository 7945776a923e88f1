"""Leaves: what is decoded is what was written, and the cache keeps to its size."""

from __future__ import annotations

import numpy as np
import pytest
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC

from search_service.engine.whoosh import WhooshEngine, schema
from search_service.engine.whoosh.postings import SegmentPostings
from search_service.engine.whoosh.storage import IndexStorage
from tests.engine.documents import document
from tests.engine.generation_contract import put

DOCUMENTS = 300
"""More than two blocks of postings."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[IndexStorage, W3Segment]:
    generation = WhooshEngine(tmp_path_factory.mktemp("index")).create("analyser", {})
    texts = (" ".join(["a"] * (i % 3 + 1)) + " _ b" + (" rare" if i == 7 else "") for i in range(DOCUMENTS))
    put(generation, *(document(str(i), text) for i, text in enumerate(texts)))
    storage = IndexStorage(generation.folder)
    return storage, TOC.read(storage, schema.INDEX_NAME).segments[0]


def test_postings_hold_documents_and_occurrences(opened: tuple[IndexStorage, W3Segment]) -> None:
    postings = SegmentPostings(*opened)
    docs, weights = postings.read("body_exact", "a")
    assert docs.tolist() == list(range(DOCUMENTS))
    assert weights.tolist() == [i % 3 + 1 for i in range(DOCUMENTS)]
    assert postings.read("body_exact", "rare").docs.tolist() == [7]
    assert postings.frequency("body_exact", "a") == DOCUMENTS


def test_places_stand_beside_the_postings(opened: tuple[IndexStorage, W3Segment]) -> None:
    starts, places = SegmentPostings(*opened).places("body_exact", "b")
    assert np.diff(starts).tolist() == [1] * DOCUMENTS
    assert places.tolist() == [i % 3 + 2 for i in range(DOCUMENTS)]
    starts, places = SegmentPostings(*opened).places("body_lemma", "a")
    assert [places[starts[i] : starts[i + 1]].tolist() for i in range(3)] == [[0], [0, 1], [0, 1, 2]]


def test_what_is_not_there_is_empty(opened: tuple[IndexStorage, W3Segment]) -> None:
    postings = SegmentPostings(*opened)
    for field, term in (("body_exact", "missing"), ("title_exact", "a"), ("body_joined", "a")):
        assert len(postings.read(field, term).docs) == 0
        assert postings.places(field, term).starts.tolist() == [0]
        assert postings.frequency(field, term) == 0
    assert postings.lexicon("title_exact").terms == []


def test_the_lexicon_is_sorted_and_knows_beginnings(opened: tuple[IndexStorage, W3Segment]) -> None:
    lexicon = SegmentPostings(*opened).lexicon("body_exact")
    assert dict(zip(lexicon.terms, lexicon.frequencies.tolist(), strict=True)) == {"a": 300, "b": 300, "rare": 1}
    assert lexicon.terms[lexicon.range("r")] == ["rare"]
    assert lexicon.terms[lexicon.range("")] == ["a", "b", "rare"]
    assert lexicon.terms[lexicon.range("z")] == []


def test_decoded_postings_are_kept_up_to_a_size(opened: tuple[IndexStorage, W3Segment]) -> None:
    roomy = SegmentPostings(*opened)
    assert roomy.read("body_exact", "a").docs is roomy.read("body_exact", "a").docs
    # Room for the postings of one common term, eight bytes for each document.
    tight = SegmentPostings(*opened, cache_bytes=DOCUMENTS * 8)
    first = tight.read("body_exact", "a").docs
    assert tight.read("body_exact", "a").docs is first
    tight.read("body_exact", "b")
    assert tight.read("body_exact", "a").docs is not first
    none = SegmentPostings(*opened, cache_bytes=0)
    assert none.read("body_exact", "a").docs is not none.read("body_exact", "a").docs
