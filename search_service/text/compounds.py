"""Compounds by the numbers of their pieces: what ``spacing`` has made of some once is found for a whole text at once.

A compound that has nothing to do with what is around it then costs no look at its forms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_service.text.columns import Columns, Flat, Numbers
from search_service.text.form import Form
from search_service.text.pieces import Pieces
from search_service.text.slots import Hashes, Slots
from search_service.text.spacing import AHEAD, BACK, LONGEST_COMPOUND, Forms

Compound = Callable[[Forms, int], tuple[tuple[Form, ...], int]]
"""The forms of the compound that begins somewhere, () for none; and how many forms tell."""

_NONE = 0
_NO_ROOM = -1
_MORE_TELL = -2
"""In the place of a size."""
_FACTORS = np.random.default_rng().integers(0, 1 << 64, (2, LONGEST_COMPOUND), np.uint64)
"""Of a piece at each place, and of how many there are: for a hash like that of ``chunks``."""


class Settled(NamedTuple):
    """What is known of a text."""

    places: Flat
    """Of pieces in compounds that stand alone, ..."""
    numbers: Flat
    """... and what these become."""
    left: Flat
    """The places that are worth a look yet, in order."""


class Compounds:
    """What pieces that follow each other become; safe for use by several threads."""

    def __init__(self, pieces: Pieces, compound: Compound, most: int) -> None:
        """``most``: of about how many groups of pieces it is kept."""
        self._pieces = pieces
        self._compound = compound
        self._found = Columns(2, np.int32)
        """Of each group the size of the compound that begins it, and the number of its first form; others follow."""
        self._slots = Slots(most)
        with pieces.lock:
            (self._end_of_line,) = pieces.numbers(["\n"])

    def settled(self, pieces: Numbers, acting: Flat, opening: Flat, forms: Forms) -> Settled:
        """Of the pieces of a text, whose forms are as yet those of its pieces.

        ``acting``, ``opening``: what ``Kinds.meetings`` finds.
        """
        sizes, firsts = self._find(pieces, opening, forms)
        known = sizes > 0
        acting = np.concatenate((acting, opening[sizes == _NO_ROOM]))
        opening, sizes, firsts = opening[known], sizes[known], firsts[known]
        alone = _alone(np.concatenate((opening, acting - BACK)), np.concatenate((opening + sizes - 1, acting + AHEAD)))[
            : len(opening)
        ]
        left = np.concatenate((acting, opening[~alone]))
        left.sort()
        opening, sizes, firsts = opening[alone], sizes[alone], firsts[alone]
        within = np.arange(sizes.sum()) - (sizes.cumsum() - sizes).repeat(sizes)
        return Settled(opening.repeat(sizes) + within, firsts.repeat(sizes) + within, left)

    def _find(self, pieces: Numbers, places: Flat, forms: Forms) -> NDArray[np.int32]:
        """Sizes and first forms of the compounds at some places."""
        padded = np.full(len(pieces) + LONGEST_COMPOUND, self._end_of_line, np.intp)
        padded[: len(pieces)] = pieces
        found = np.zeros((len(places), 2), np.int32)
        left = np.arange(len(places))
        sums = padded[places].astype(np.uint64) * _FACTORS[0, 0]
        for behind in range(1, LONGEST_COMPOUND):
            following = padded[places[left] + behind]
            if behind > 1:
                # What no compound goes on with ends them all alike, so that few groups are told apart.
                following[~self._pieces.later(following)] = self._end_of_line
            sums += following.astype(np.uint64) * _FACTORS[0, behind]
            hashes = sums + _FACTORS[1, behind]
            groups, there = self._slots.find(hashes)
            if not there.all():
                self._add(forms, places[left[~there]], behind + 1, hashes[~there])
                groups, there = self._slots.find(hashes)
            found[left] = self._found.take(groups)
            found[left[~there]] = _NO_ROOM, 0
            more = found[left, 0] == _MORE_TELL
            left, sums = left[more], sums[more]
        return found.T

    def _add(self, forms: Forms, places: Flat, seen: int, hashes: Hashes) -> None:
        """Keep what groups of so many pieces begin with that were not met yet, as far as there is room."""
        place_of = dict(zip(hashes.tolist(), places.tolist(), strict=True))
        hashes = np.array(list(place_of), np.uint64)
        with self._pieces.lock:
            # Another thread may have met them meanwhile.
            _, there = self._slots.find(hashes)
            new = hashes[~there][: self._slots.room]
            found = [self._begun(forms, place_of[hash], seen) for hash in new.tolist()]
            first = self._found.extend(np.array(found, np.int32).reshape(-1, 2))
            self._slots.keep(new, np.arange(first, first + len(new)))

    def _begun(self, forms: Forms, at: int, seen: int) -> tuple[int, int]:
        """Size and first form of the compound that begins a group of so many pieces."""
        joined, telling = self._compound(forms, at)
        if min(telling, LONGEST_COMPOUND) > seen:
            return _MORE_TELL, 0
        return (len(joined), self._pieces.joined(joined)) if joined else (_NONE, 0)


def _alone(begins: Flat, ends: Flat) -> NDArray[np.bool_]:
    """Which of some stretches meet no other one; their ends belong to them."""
    order = begins.argsort(kind="stable")
    begins, ends = begins[order], ends[order]
    alone = np.ones(len(order), np.bool_)
    alone[1:] = begins[1:] > np.maximum.accumulate(ends)[:-1]
    alone[:-1] &= ends[:-1] < begins[1:]
    found = np.empty_like(alone)
    found[order] = alone
    return found
