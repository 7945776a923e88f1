"""Texts become postings by term, whether memory is enough or not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine.whoosh.inverter import Inverter

terms = st.lists(st.sampled_from(("a", "b", "ب", "ba")) | st.none(), max_size=6)
documents = st.lists(st.dictionaries(st.sampled_from(("x", "y")), terms), max_size=8)


def read(inverter: Inverter) -> dict[tuple[str, str], list[tuple[int, list[int]]]]:
    """Field and term -> documents with positions."""
    found = {}
    for field, term, docs, counts, places in inverter.terms():
        pieces = np.split(places, np.cumsum(counts)[:-1])
        found[field, term] = list(zip(docs.tolist(), [piece.tolist() for piece in pieces], strict=True))
    return found


def test_a_text_is_turned_round(tmp_path: Path) -> None:
    inverter = Inverter(tmp_path)
    inverter.add("x", 0, ["b", None, "a", "b"])
    inverter.add("x", 1, ["a"])
    inverter.add("w", 1, ["c"])
    assert read(inverter) == {("w", "c"): [(1, [0])], ("x", "a"): [(0, [2]), (1, [0])], ("x", "b"): [(0, [0, 3])]}


def test_postings_of_other_segments_come_behind(tmp_path: Path) -> None:
    inverter = Inverter(tmp_path)
    inverter.add("x", 0, ["a"])
    inverter.add_postings("x", "a", np.array([1, 1, 3], np.int32), np.array([0, 5, 2], np.int32))
    inverter.add_postings("x", "gone", np.empty(0, np.int32), np.empty(0, np.int32))
    assert read(inverter) == {("x", "a"): [(0, [0]), (1, [0, 5]), (3, [2])]}


@settings(max_examples=50, deadline=None)
@given(documents, st.integers(0, 5))
def test_runs_on_disk_give_what_memory_gives(documents: list[dict[str, list[str | None]]], limit: int) -> None:
    expected: dict[tuple[str, str], dict[int, list[int]]] = {}
    with TemporaryDirectory() as folder:
        roomy, cramped = Inverter(Path(folder), limit=1000), Inverter(Path(folder), limit=limit)
        for doc, fields in enumerate(documents):
            for field, text in fields.items():
                roomy.add(field, doc, text)
                cramped.add(field, doc, text)
                for at, term in enumerate(text):
                    if term is not None:
                        expected.setdefault((field, term), {}).setdefault(doc, []).append(at)
        for inverter in (roomy, cramped):
            found = read(inverter)
            assert list(found) == sorted(expected)
            assert found == {key: list(docs.items()) for key, docs in expected.items()}
