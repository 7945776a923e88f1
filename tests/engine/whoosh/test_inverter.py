"""Postings are collected by term, whether memory is enough or not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine.whoosh.inverter import Inverter, invert

terms = st.lists(st.sampled_from(("a", "b", "ب", "ba")) | st.none(), max_size=6)


def test_a_text_is_turned_round() -> None:
    assert invert(["a", "b", None, "a"]) == {"a": [0, 3], "b": [1]}
    assert invert([]) == {}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(("x", "y")), terms), max_size=8), st.integers(0, 5))
def test_runs_on_disk_give_what_memory_gives(documents: list[dict[str, list[str | None]]], limit: int) -> None:
    with TemporaryDirectory() as folder:
        roomy, cramped = Inverter(Path(folder), limit=1000), Inverter(Path(folder), limit=limit)
        expected: dict[tuple[str, str], list[tuple[int, float, bytes]]] = {}
        for doc, fields in enumerate(documents):
            for field, text in fields.items():
                postings = [(term, len(at), bytes(at)) for term, at in invert(text).items()]
                for term, weight, value in postings:
                    expected.setdefault((field, term), []).append((doc, weight, value))
                roomy.add(field, doc, postings)
                cramped.add(field, doc, postings)
        for inverter in (roomy, cramped):
            found = {(p.field, p.term): list(zip(p.docs, p.weights, p.values, strict=True)) for p in inverter.terms()}
            assert list(found) == sorted(expected)
            assert found == expected
