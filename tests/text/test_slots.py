"""Slots keep what a dictionary keeps, as far as there is room."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search_service.text.slots import Slots

MOST = 50
# Few first bits, so that many begin at one slot; the last slots are followed by the first.
hashes = st.builds(
    lambda first, last: first << 56 | last, st.sampled_from((0, 1, 254, 255)), st.integers(1, (1 << 56) - 1)
)


@given(kept=st.dictionaries(hashes, st.integers(0, 1 << 30), max_size=MOST), others=st.sets(hashes, max_size=20))
def test_each_hash_has_its_number(kept: dict[int, int], others: set[int]) -> None:
    slots = Slots(MOST)
    for hash, number in kept.items():
        assert slots.get(hash) is None
        slots.keep(hash, number)
    sought = [*kept, *others]
    numbers, there = slots.find(np.array(sought, np.uint64))
    assert there.tolist() == [hash in kept for hash in sought]
    assert numbers[there].tolist() == [kept[hash] for hash in sought if hash in kept]
    assert [slots.get(hash) for hash in sought] == [kept.get(hash) for hash in sought]


def test_no_more_are_kept_than_there_is_room_for() -> None:
    slots = Slots(MOST)
    given = range(1, 1000)
    for hash in given:
        slots.keep(hash << 50, hash)
    assert slots.full
    _, there = slots.find(np.array([hash << 50 for hash in given], np.uint64))
    assert MOST <= there.sum() < len(there)
