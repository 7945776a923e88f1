"""The terms of a text field: sorted texts, and for each stream its terms with their lists.

A text is kept once for all streams of a field, and so is a posting list: most words are
their own lemma wherever they stand, and the two streams then share the list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search_service.engine.whoosh.arrays import Array, ArrayFile, ArrayWriter
from search_service.engine.whoosh.runs import starts_of

APART = 16
"""Texts from one signpost to the next."""


class Texts(Sequence[bytes]):
    """Byte strings in one array; only what is looked at is read."""

    def __init__(self, text: Array, starts: Array) -> None:
        """The i-th is ``text[starts[i]:starts[i + 1]]``."""
        self._text = memoryview(text.data)
        self._starts = memoryview(starts.data)
        self._size = len(self._starts) - 1
        # The streams of a field ask for the same one after the other.
        self._range: tuple[bytes | None, tuple[int, int]] = None, (0, 0)

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _signposts(self) -> list[bytes]:
        """One text in so many: bytes in a list are compared without a call of Python for each."""
        return [self[at] for at in range(0, self._size, APART)]

    def _place(self, text: bytes) -> int:
        """How many of sorted ones are less than a text."""
        post = bisect_left(self._signposts, text) * APART
        return bisect_left(self, text, max(0, post - APART), min(post, self._size))

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]  # slices are not needed
        return bytes(self._text[self._starts[index] : self._starts[index + 1]])

    def all(self) -> list[bytes]:
        """All of them, read at once."""
        text = self._text.tobytes()
        return [text[start:end] for start, end in pairwise(self._starts.tolist())]

    def find(self, text: bytes) -> int:
        """The index of a text in sorted ones; -1: it is not there."""
        at = self._place(text)
        return at if at < self._size and self[at] == text else -1

    def range(self, prefix: bytes) -> tuple[int, int]:
        """Where those with this beginning are in sorted ones."""
        asked, found = self._range
        if asked != prefix:
            # No byte of UTF-8 is 255.
            found = self._place(prefix), self._place(prefix + b"\xff")
            self._range = prefix, found
        return found


def read_texts(arrays: ArrayFile, name: str) -> Texts:
    """What ``write_texts`` has written."""
    return Texts(arrays[name], arrays[f"{name}.starts"])


def write_texts(writer: ArrayWriter, name: str, texts: Sequence[bytes]) -> None:
    """Write byte strings."""
    writer.put(name, np.frombuffer(b"".join(texts), np.uint8))
    writer.put(f"{name}.starts", starts_of(np.fromiter(map(len, texts), np.intp, len(texts))))


class StreamTerms:
    """The terms of one stream of a field: which texts they are, and which list each has."""

    def __init__(self, texts: Texts, numbers: Array, lists: Array, sizes: Array) -> None:
        self._texts = texts
        self.numbers = numbers
        """Indexes into the texts, ascending."""
        self.lists = lists
        self._sizes = sizes
        self._sorted = memoryview(numbers.data)

    def __len__(self) -> int:
        return len(self._sorted)

    def place(self, term: bytes) -> int:
        """Where a term is among those of the stream; -1: the stream does not have it."""
        number = self._texts.find(term)
        return self._place(number) if number >= 0 else -1

    def list_of(self, number: int) -> int:
        """The posting list of the text of a number; -1: the stream does not have it."""
        at = self._place(number)
        return int(self.lists[at]) if at >= 0 else -1

    def _place(self, number: int) -> int:
        at = bisect_left(self._sorted, number)
        return at if at < len(self._sorted) and self._sorted[at] == number else -1

    def range(self, prefix: bytes) -> slice:
        """Where the terms with this beginning are."""
        first, end = self._texts.range(prefix)
        start = bisect_left(self._sorted, first)
        return slice(start, bisect_left(self._sorted, end, lo=start))

    def text(self, at: int) -> bytes:
        """The term at a place."""
        return self._texts[self._sorted[at]]

    def frequencies(self, chosen: slice = slice(None)) -> NDArray[np.int64]:
        """In how many documents each of the terms stands."""
        frequencies: NDArray[np.int64] = self._sizes[self.lists[chosen]].astype(np.int64)
        return frequencies

    def items(self, chosen: slice = slice(None)) -> Iterator[tuple[bytes, int]]:
        """Terms with their frequencies, in order of their text."""
        texts = map(self._texts.__getitem__, self.numbers[chosen].tolist())
        return zip(texts, self.frequencies(chosen).tolist(), strict=True)
