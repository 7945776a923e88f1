"""Decoded lists: of any documents they give the places that the list has, whether these are few or many."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine.whoosh import codes, dense, rows, stretch
from search_service.engine.whoosh.lists import Lists
from search_service.engine.whoosh.stretch import Stretch
from tests.engine.whoosh.test_lists import Posting, written

DOCUMENTS = 200
places = st.lists(st.integers(0, 9_000) | st.integers(0, 300), min_size=1, max_size=20, unique=True).map(sorted)
lists = st.dictionaries(st.integers(0, DOCUMENTS - 1), places, min_size=1, max_size=60).map(
    lambda held: sorted(held.items())
)
NEVER, ALWAYS = 0, 1 << 30


def spots(lists: Lists, postings: list[Posting]) -> list[int]:
    return [(doc << lists.place_bits) + place for doc, held in postings for place in held]


def placed(found: Stretch) -> list[tuple[int, int]]:
    """Spots with the places of the list that they are."""
    return list(zip(found.spots.tolist(), found.places(np.arange(len(found.spots))).tolist(), strict=True))


@pytest.mark.parametrize(("least", "often"), [(1, 0), (1, 1), (1, ALWAYS), (ALWAYS, ALWAYS)])
@pytest.mark.parametrize("nearly", [NEVER, 2, ALWAYS])
def test_a_stretch_has_the_places_of_its_documents(
    least: int, often: int, nearly: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "LEAST", least)
    monkeypatch.setattr(dense, "OFTEN", often)
    monkeypatch.setattr(dense, "SHARE", ALWAYS)
    monkeypatch.setattr(stretch, "NEARLY", nearly)

    @settings(max_examples=40, deadline=None)
    @given(lists, lists, st.sets(st.integers(0, DOCUMENTS - 1), min_size=1).map(sorted))
    def check(before: list[Posting], postings: list[Posting], wanted: list[int]) -> None:
        with TemporaryDirectory() as folder:
            opened = written([[before, postings]], Path(folder), DOCUMENTS)
            decoded = rows.rows_of(opened, 1)
            expected = list(zip(spots(opened, postings), range(decoded.places), strict=True))
            found = placed(stretch.of_documents(opened, 1, decoded, np.array(wanted)))
            # Places of other documents may come with them.
            assert set(found) <= set(expected)
            bits = opened.place_bits
            assert [each for each in found if each[0] >> bits in wanted] == [
                each for each in expected if each[0] >> bits in wanted
            ]
            assert found == sorted(found)

    check()


@settings(max_examples=60, deadline=None)
@given(lists, st.integers(0, DOCUMENTS), st.integers(0, DOCUMENTS), st.sampled_from((NEVER, ALWAYS)))
def test_a_list_with_many_places_is_read_between_documents(
    postings: list[Posting], one: int, other: int, often: int
) -> None:
    first, end = sorted((one, other))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "LEAST", 1)
        patch.setattr(dense, "SHARE", ALWAYS)
        patch.setattr(dense, "OFTEN", often)
        opened = written([[postings]], Path(folder), DOCUMENTS)
        decoded = rows.rows_of(opened, 0)
        assert isinstance(decoded, rows.ManyRows)
        found = placed(stretch.between(opened, 0, decoded, first, end))
        everything = list(zip(spots(opened, postings), range(decoded.places), strict=True))
        assert found == [each for each in everything if first <= each[0] >> opened.place_bits < end]


@pytest.mark.parametrize("often", [NEVER, ALWAYS])
@pytest.mark.parametrize("long", [NEVER, ALWAYS])
def test_spots_are_found_together_and_singly_where_low_bytes_stand_in_another_order(
    often: int, long: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several spots of a document, some of which it does not have, the first and the last of all among them."""
    monkeypatch.setattr(dense, "LEAST", 1)
    monkeypatch.setattr(dense, "SHARE", ALWAYS)
    monkeypatch.setattr(dense, "OFTEN", often)
    monkeypatch.setattr(stretch, "LONG", long)
    monkeypatch.setattr(codes, "FEW", 0)

    @settings(max_examples=60, deadline=None)
    @given(lists, lists)
    def check(before: list[Posting], postings: list[Posting]) -> None:
        with TemporaryDirectory() as folder:
            opened = written([[before, postings]], Path(folder), DOCUMENTS)
            many = rows.rows_of(opened, 1)
            assert isinstance(many, rows.ManyRows)
            held = spots(opened, postings)
            near = [
                (doc, [near for each in of_doc for near in (each, each % 256, each + 256)]) for doc, of_doc in postings
            ]
            wanted = sorted(set(spots(opened, near)))
            begins, sizes = many.extents(np.array(wanted) >> opened.place_bits)
            together = stretch.found_at(opened, 1, np.array(wanted), begins, sizes.cumsum())
            elsewhere = spots(opened, [(doc, [0, 7, 255, 256]) for doc in range(DOCUMENTS)])
            wanted_singly = sorted({*wanted, *elsewhere})
            singly = stretch.found_singly(opened, 1, many, np.array(wanted_singly))
            for among, (which, at) in ((wanted, together), (wanted_singly, singly)):
                assert [among[each] for each in which] == held
                assert at.tolist() == list(range(len(held)))

    check()


@pytest.mark.parametrize("often", [0, ALWAYS])
@pytest.mark.parametrize("most", [15, 16, 70, 255, 256, 4_000, 4_097, 40_000])
def test_extents_are_told_where_counts_outgrow_their_codes(
    most: int, often: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "LEAST", 1)
    monkeypatch.setattr(dense, "OFTEN", often)
    sizes = [most if doc % 2 else 14 + doc % 3 for doc in range(150)]
    postings: list[Posting] = [(doc, list(range(size))) for doc, size in enumerate(sizes)]
    few: list[Posting] = [(doc, [doc]) for doc in range(0, DOCUMENTS, 3)]
    opened = written([[few, postings, few]], tmp_path, DOCUMENTS)
    many = rows.rows_of(opened, 1)
    assert isinstance(many, rows.ManyRows)
    counts = np.array(sizes + [0] * (DOCUMENTS - len(sizes)))
    assert opened.beside(1).tolist() == counts.tolist()
    docs = np.arange(DOCUMENTS)
    begins, sizes_of = many.extents(docs)
    assert sizes_of.tolist() == counts.tolist()
    assert begins.tolist() == (np.cumsum(counts) - counts).tolist()
    for doc in range(DOCUMENTS):
        assert [each.tolist() for each in many.extents(docs[doc : doc + 1])] == [[begins[doc]], [sizes_of[doc]]]
        assert many.dense.extent(doc) == (begins[doc], sizes_of[doc])


@pytest.mark.parametrize("places", [255, 256, 257, 65_535, 65_536])
def test_a_block_may_have_as_many_places_as_its_numbers_tell_and_more(
    places: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "LEAST", 1)
    monkeypatch.setattr(dense, "OFTEN", NEVER)
    counts = np.array([1, *[0] * 14, places - 1, *[2] * 16, 3])
    postings: list[Posting] = [(doc, list(range(count))) for doc, count in enumerate(counts.tolist()) if count]
    opened = written([[postings, postings]], tmp_path, len(counts))
    for number in range(2):
        many = rows.rows_of(opened, number)
        assert isinstance(many, rows.ManyRows)
        assert opened.beside(number).tolist() == counts.tolist()
        begins, sizes = many.extents(np.arange(len(counts)))
        assert sizes.tolist() == counts.tolist()
        assert begins.tolist() == (np.cumsum(counts) - counts).tolist()
        assert many.between(0, len(counts))[1].tolist() == [*begins[counts > 0].tolist(), int(counts.sum())]
