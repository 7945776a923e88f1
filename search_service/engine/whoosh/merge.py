"""Several segments become one: the same as if it had been built at once of what is not deleted.

Texts are joined first; then lists are read, renumbered and written a range of texts at a
time, so that memory stays bounded however large the segments are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from itertools import pairwise
from math import inf
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import STREAMS, TEXT_FIELDS
from search_service.engine.whoosh.arrays import ArrayWriter
from search_service.engine.whoosh.columns import merge_columns
from search_service.engine.whoosh.inverter import stable_order
from search_service.engine.whoosh.lists import Ints, Occurrences
from search_service.engine.whoosh.manifest import FileEntry, describe
from search_service.engine.whoosh.runs import Flat, ranges, starts_of
from search_service.engine.whoosh.segment import ARRAYS, STORED, Segment
from search_service.engine.whoosh.storage import IndexStorage
from search_service.engine.whoosh.stored import StoredWriter
from search_service.engine.whoosh.textfield import EXACT, LEMMA, FieldWriter, StreamLists, TextField

PLACES = 1 << 18
"""About how many places of a field are in memory at once; each takes some 60 bytes."""
ARTICLES = 500
"""Articles copied in one step."""


class Merged(Protocol):
    """A segment to be merged, as the table of contents has it."""

    def segment_id(self) -> str:
        """Its name."""

    def doc_count_all(self) -> int:
        """Articles, the deleted included."""

    def deleted_docs(self) -> Collection[int]:
        """Those that are deleted."""


class Merge:
    """One merge, in steps; commits may delete documents of its segments meanwhile."""

    def __init__(
        self,
        storage: IndexStorage,
        name: str,
        segments: Sequence[Merged],
        opening: Callable[[str], Segment],
        temporary: Path,
    ) -> None:
        """``storage``: where the files go; ``temporary``: a folder for what is gone at the end."""
        self.name = name
        self.folder = storage.path
        self.entries: dict[str, FileEntry] = {}
        """Sizes and checksums of the files, once they are on the disk."""
        self._storage = storage
        sizes = [segment.doc_count_all() for segment in segments]
        numbers = new_numbers(sizes, [segment.deleted_docs() for segment in segments])
        self._numbers = {s.segment_id(): mine for s, mine in zip(segments, numbers, strict=True)}
        self.names = frozenset(self._numbers)
        """Of the segments that become one."""
        self.size = sum(int(np.count_nonzero(mine >= 0)) for mine in numbers)
        sources = [(opening(name), mine) for name, mine in self._numbers.items()]
        self._steps = _merge(storage, name, sources, temporary)
        self._syncing: Future[None] | None = None

    def run(self, until: float = inf) -> bool:
        """Work until a time of ``monotonic``, or a little longer; True: the files are written."""
        return all(monotonic() <= until for _ in self._steps)

    def synced(self, until: float) -> bool:
        """Put the files on the disk, so that a commit that takes them in need not wait; True: they are there.

        A thread does so; it is waited for until a time of ``monotonic``. Raises what it has met.
        """
        if self._syncing is None:
            self._syncing = Future()
            Thread(target=self._sync, args=(self._syncing,), name="merge", daemon=True).start()
        wait([self._syncing], max(0.0, until - monotonic()))
        if not self._syncing.done():
            return False
        # Not waited for by this: what a disk far away says of its time is an error of its own.
        self._syncing.result()
        return True

    def _sync(self, done: Future[None]) -> None:
        try:
            self._storage.sync()
            self.entries = describe(self.folder, Segment.files_of(self.name), {})
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    def moved(self, name: str, docs: Iterable[int]) -> list[int]:
        """What documents of a segment are in the merged one; those that it left out are not."""
        numbers = self._numbers[name]
        return [int(numbers[doc]) for doc in docs if numbers[doc] >= 0]


def _merge(
    storage: IndexStorage, name: str, sources: Sequence[tuple[Segment, Ints]], temporary: Path
) -> Iterator[None]:
    """Write the segment, in steps of about a tenth of a second at most."""
    documents = sum(int(np.count_nonzero(numbers >= 0)) for _, numbers in sources)
    with storage.create(f"{name}{STORED}") as file:
        stored = StoredWriter(file)
        for segment, numbers in sources:
            kept = np.flatnonzero(numbers >= 0)
            for at in range(0, len(kept), ARTICLES):
                stored.copy(segment.stored, kept[at : at + ARTICLES])
                yield
    with storage.create(f"{name}{ARRAYS}") as file:
        writer = ArrayWriter(file)
        yield from merge_columns(writer, [(segment.columns, numbers) for segment, numbers in sources])
        yield
        stored.write(writer)
        for field in TEXT_FIELDS:
            parts = [(segment.fields[field], numbers) for segment, numbers in sources]
            yield from _merge_field(writer, field, parts, documents, temporary)
        writer.finish()


def _merge_field(
    writer: ArrayWriter, field: str, parts: Sequence[tuple[TextField, Ints]], documents: int, temporary: Path
) -> Iterator[None]:
    texts, numbers = yield from _joined([part for part, _ in parts])
    yield
    output = FieldWriter(temporary, documents)
    used = np.zeros(len(texts), np.bool_)
    apart = np.zeros(len(texts), np.bool_)
    for (part, _), of_text in zip(parts, numbers, strict=True):
        apart[of_text[_apart(part)]] = True
    for low, high in _pieces(parts, numbers, len(texts)):
        yield
        streams = {}
        same = np.empty(0, np.bool_)
        for stream in STREAMS:
            found = [
                _moved(part, stream, of_text, moved, low, high, apart)
                for (part, moved), of_text in zip(parts, numbers, strict=True)
            ]
            streams[stream], joined = together(found, high - low, low)
            used[streams[stream].numbers] = True
            same = joined if stream == LEMMA else same
        output.add(streams, same)
    # Texts of which every article was deleted go.
    output.renumber(np.cumsum(used) - 1)
    held = [text for text, its in zip(texts, used.tolist(), strict=True) if its]
    yield from output.writing(writer, f"{field}.", held)


def _joined(parts: Sequence[TextField]) -> Generator[None, None, tuple[list[bytes], list[Flat]]]:
    """All texts in order, and for each part the new numbers of its texts; in steps."""
    known: set[bytes] = set()
    for part in parts:
        known.update(part.texts.all())
        yield
    texts = sorted(known)
    del known
    yield
    place = {text: number for number, text in enumerate(texts)}
    numbers = []
    for part in parts:
        yield
        # Read once more: of a hundred small segments the texts together take far more than the different ones.
        numbers.append(np.fromiter(map(place.__getitem__, part.texts.all()), np.intp, len(part.texts)))
    return texts, numbers


def _pieces(parts: Sequence[tuple[TextField, Ints]], numbers: Sequence[Flat], texts: int) -> list[tuple[int, int]]:
    """Ranges of texts that together have about ``PLACES`` places."""
    weights = np.zeros(texts, np.int64)
    for (part, _), of_text in zip(parts, numbers, strict=True):
        starts = part.lists.place_starts.astype(np.int64)
        places = starts[1:] - starts[:-1]
        for stream in STREAMS:
            terms = part.streams[stream]
            whole = np.flatnonzero(~part.lists.is_part(terms.lists))
            weights[of_text[terms.numbers[whole]]] += places[terms.lists[whole]]
    bins = np.cumsum(weights) // PLACES
    cuts = [0, *(np.flatnonzero(np.diff(bins)) + 1).tolist(), texts]
    return [(low, high) for low, high in pairwise(cuts) if high > low]


def _apart(part: TextField) -> Flat:
    """The texts of which the exact list is no part of the lemma's."""
    exact, lemma = part.streams[EXACT], part.streams[LEMMA]
    of_lemma = np.full(len(part.texts), -1, np.intp)
    of_lemma[lemma.numbers] = lemma.lists
    own = (exact.lists != of_lemma[exact.numbers]) & ~part.lists.is_part(exact.lists)
    return exact.numbers[np.flatnonzero(own)].astype(np.intp)


def _moved(
    part: TextField, stream: str, of_text: Flat, moved: Ints, low: int, high: int, apart: NDArray[np.bool_]
) -> tuple[StreamLists, NDArray[np.bool_]]:
    """A part's lists of a range of new texts, with new numbers of texts and documents, without deleted ones.

    Of the exact stream only what stands ``apart``; the rest is told beside the places of
    the lemma stream: whether the exact stream has the same term there.
    """
    terms = part.streams[stream]
    mine = of_text[terms.numbers]
    chosen = np.arange(*np.searchsorted(mine, (low, high)).tolist())
    if stream == EXACT:
        chosen = chosen[np.flatnonzero(apart[mine[chosen]])]
    lists = part.lists.several(terms.lists[chosen])
    same = np.zeros(len(lists.places), np.bool_)
    if stream == LEMMA:
        exact = part.streams[EXACT]
        of_exact = np.full(len(part.texts), -1, np.intp)
        of_exact[exact.numbers] = exact.lists
        numbers = of_exact[terms.numbers[chosen]]
        numbers[apart[mine[chosen]]] = -1
        same = part.lists.bits(numbers, lists)
    sizes, docs, counts, places = lists
    docs = moved[docs]
    kept = docs >= 0
    if not kept.all():
        held = np.flatnonzero(np.repeat(kept, counts))
        places, same = places[held], same[held]
        sizes = np.bincount(np.repeat(np.arange(len(sizes)), sizes)[kept], minlength=len(sizes))
        docs, counts = docs[kept], counts[kept]
    there = np.flatnonzero(sizes)
    return StreamLists(mine[chosen][there], Occurrences(sizes[there], docs, counts, places)), same


def together(
    found: Sequence[tuple[StreamLists, NDArray[np.bool_]]], span: int, low: int
) -> tuple[StreamLists, NDArray[np.bool_]]:
    """The lists of several parts, joined term by term; texts are numbered from ``low``, less than ``span`` of them."""
    if len(found) == 1:
        return found[0]
    docs, counts, places = (
        np.concatenate([part.lists[column] for part, _ in found]) for column in range(1, len(Occurrences._fields))
    )
    if span == 1:
        # Of one text all is in order: a word like "and" has most of an archive's places.
        same = np.concatenate([each for _, each in found])
        numbers = np.unique(np.concatenate([part.numbers for part, _ in found]))
        return StreamLists(numbers, Occurrences(np.full(len(numbers), len(docs)), docs, counts, places)), same
    terms = np.concatenate([np.repeat(part.numbers, part.lists.sizes) for part, _ in found])
    order = stable_order((terms - low).astype(np.int32), span)
    terms = terms[order]
    at = ranges(starts_of(counts)[:-1][order], counts[order].astype(np.intp))
    numbers, sizes = _runs(terms)
    same = np.concatenate([each for _, each in found])[at]
    return StreamLists(numbers, Occurrences(sizes, docs[order], counts[order], places[at])), same


def _runs(sorted_numbers: Flat) -> tuple[Flat, Flat]:
    """The distinct numbers, and how often each stands there."""
    firsts = np.flatnonzero(np.diff(sorted_numbers, prepend=-1))
    return sorted_numbers[firsts], np.diff(firsts, append=len(sorted_numbers))


def new_numbers(sizes: Sequence[int], deleted: Sequence[Collection[int]]) -> list[Ints]:
    """For segments of these sizes, each document's number in the merged one; -1: deleted."""
    numbers = []
    first = 0
    for size, gone in zip(sizes, deleted, strict=True):
        alive = np.ones(size, np.bool_)
        alive[np.fromiter(gone, np.intp, len(gone))] = False
        numbers.append(np.where(alive, np.cumsum(alive) - 1 + first, -1).astype(np.int32))
        first += int(np.count_nonzero(alive))
    return numbers
