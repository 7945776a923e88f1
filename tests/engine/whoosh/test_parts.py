"""Parts of lists: whichever way a part is kept, it has the places that were said to be in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.engine.whoosh.arrays import ArrayFile, ArrayWriter
from search_service.engine.whoosh.parts import Parts, PartsWriter
from search_service.engine.whoosh.storage import IndexStorage


@st.composite
def masks(draw: st.DrawFn) -> list[bool]:
    """For each place whether it is held: some are, not all; few are lacking or many."""
    places = draw(st.integers(2, 300))
    some = draw(
        st.sets(st.integers(0, places - 1), min_size=1, max_size=min(places - 1, draw(st.sampled_from((3, 300)))))
    )
    lacking = draw(st.booleans())
    return [(place in some) != lacking for place in range(places)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(masks(), min_size=1, max_size=4), min_size=1, max_size=3), st.data())
def test_parts_have_what_was_put_into_them(batches: list[list[list[bool]]], data: st.DataObject) -> None:
    everything = [mask for batch in batches for mask in batch]
    with TemporaryDirectory() as folder:
        parts = written(batches, Path(folder))
        assert len(parts) == len(everything)
        for at, mask in enumerate(everything):
            assert parts.held(at, len(mask)).tolist() == mask
            some = np.array(sorted(data.draw(st.sets(st.integers(0, len(mask) - 1)))), np.intp)
            assert parts.have(at, some).tolist() == [mask[place] for place in some]
        chosen = data.draw(st.lists(st.integers(0, len(everything) - 1), min_size=1))
        places = np.array([len(everything[at]) for at in chosen])
        held = parts.all_held(np.array(chosen), places)
        assert held.tolist() == [place for at in chosen for place in everything[at]]


@pytest.mark.parametrize(("places", "lacking"), [(1_000, 44), (70_000, 300)])
def test_a_part_has_the_places_behind_what_the_type_of_the_lacked_ones_holds(
    places: int, lacking: int, tmp_path: Path
) -> None:
    mask = [place != lacking for place in range(places)]
    assert written([[mask]], tmp_path).have(0, np.arange(places)).tolist() == mask


def written(batches: list[list[list[bool]]], folder: Path) -> Parts:
    """Parts in a file, opened again."""
    writer = PartsWriter(folder)
    for batch in batches:
        places = np.array([len(mask) for mask in batch])
        writer.add(np.arange(len(batch)), places, places, np.array([held for mask in batch for held in mask]))
    storage = IndexStorage(folder)
    with storage.create("x") as file:
        arrays = ArrayWriter(file)
        writer.write(arrays, "body.")
        arrays.finish()
    return Parts(ArrayFile(storage.open_file("x")), "body.")
