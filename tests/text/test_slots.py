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


@given(
    several=st.lists(st.dictionaries(hashes, st.integers(0, 1 << 30), max_size=20), max_size=5),
    others=st.sets(hashes, max_size=20),
)
def test_each_hash_has_its_number(several: list[dict[int, int]], others: set[int]) -> None:
    slots = Slots(2 * MOST)
    kept: dict[int, int] = {}
    for some in several:
        new = {hash: number for hash, number in some.items() if hash not in kept}
        slots.keep(np.array(list(new), np.uint64), np.array(list(new.values()), np.intp))
        kept |= new
    sought = [*kept, *others]
    numbers, there = slots.find(np.array(sought, np.uint64))
    assert there.tolist() == [hash in kept for hash in sought]
    assert numbers[there].tolist() == [kept[hash] for hash in sought if hash in kept]


def test_no_more_are_kept_than_there_is_room_for() -> None:
    slots = Slots(MOST)
    given = np.arange(1, 1000, dtype=np.uint64) << np.uint64(50)
    for some in np.split(given, (1, 7, 7, 300)):
        slots.keep(some, np.arange(len(some)))
    assert not slots.room
    _, there = slots.find(given)
    assert MOST <= there.sum() < len(there)
