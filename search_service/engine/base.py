"""The seam between the service and an engine: what goes in, what comes out, who does it.

Text reaches an engine analysed.  Each text field of a document is a few parallel
*streams* (``exact``, ``lemma``, ``alternate``, ``joined``): at each position at most
one term, gaps allowed, positions shared by the streams.  ``exact`` and ``lemma`` have a
term at every position that holds a word; ``alternate`` holds the second reading of an
ambiguous form, ``joined`` the whole of a compound at the position of its first part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from search_service.engine.query import STREAMS, Filter, Node, Prefix, Term

Streams = Mapping[str, Sequence[str | None]]
"""Of one text field: stream -> the term, or None, at each position. All of one length."""


class Coded(Mapping[str, Sequence[str | None]]):
    """Streams as numbers: what an engine can take up without a look at each term."""

    __slots__ = ("codes", "table")

    def __init__(self, table: Sequence[Sequence[str | None]], codes: NDArray[np.int32]) -> None:
        """``codes``: for each position a row of ``table``, which has a term, or None, for each of ``STREAMS``.

        Many texts share a table; it may grow, but its rows stay as they are.
        """
        self.table = table
        self.codes = codes

    def __getitem__(self, stream: str) -> Sequence[str | None]:
        if stream not in STREAMS:
            raise KeyError(stream)
        at = STREAMS.index(stream)
        return [self.table[code][at] for code in self.codes.tolist()]

    def __iter__(self) -> Iterator[str]:
        return iter(STREAMS)

    def __len__(self) -> int:
        return len(STREAMS)

    def __reduce__(self) -> tuple[Any, ...]:
        # Its own rows alone go to another process.
        used, codes = np.unique(self.codes, return_inverse=True)
        return Coded, ([self.table[code] for code in used.tolist()], codes.astype(np.int32))


class Label(NamedTuple):
    """A value of a facet: the folded key that never changes, and how this article spells it."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """An analysed article, as an engine takes it."""

    id: str
    version: int
    text: Mapping[str, Streams]
    """Text field -> its streams; a field without words may be left out."""
    labels: Mapping[str, tuple[Label, ...]]
    """Facet -> its values."""
    published: int | None
    """Seconds since 1970; None: undated. Searches show it once their ``now`` has come here."""
    day: int | None
    """The Jalali day of publication in Tehran, such as 14020628."""
    stored: bytes
    """The article as shown, JSON in UTF-8; given back as it is."""


class After(NamedTuple):
    """The hit behind which a page begins, by all that its place may depend on."""

    score: float
    published: int | None
    id: str


@dataclass(frozen=True, slots=True)
class Request:
    """One search.

    Hits are the articles that the query matches, all filters let pass, and whose
    ``published`` is at most ``now`` (or missing).  A facet's counts leave out the
    filters of that facet, and no others.
    """

    query: Node
    now: int
    filters: tuple[Filter, ...] = ()
    facets: tuple[str, ...] = ()
    """Of ``category``, ``tag``, ``author``, ``source``, ``date``."""
    days_of: tuple[int, ...] = ()
    """Jalali months (140206) whose days the date facet counts too."""
    sort: str = "relevance"
    """``relevance``: score, then newest, then id. ``newest``, ``oldest``: undated last, then id."""
    after: After | None = None
    """Only hits behind this one, which need not be there; ``offset`` counts from there, the total does not."""
    offset: int = 0
    size: int = 10


class Hit(NamedTuple):
    """One article of a page of hits."""

    id: str
    version: int
    score: float
    stored: bytes
    published: int | None
    """Seconds since 1970; None: undated."""

    @property
    def place(self) -> After:
        """Where it stands among the hits of its search."""
        return After(self.score, self.published, self.id)


class Edition(NamedTuple):
    """What of a commit readers may see at a time: both change when an article's time comes."""

    out: int
    """How many articles are out."""
    next: int | None
    """When the next one comes out, in seconds since 1970; None: no article waits for its time."""


class LabelCount(NamedTuple):
    """How many hits have a facet's value; ``label`` is its commonest spelling."""

    key: str
    label: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody misses


@dataclass(frozen=True, slots=True)
class DateCounts:
    """Hits by Jalali month (140206), by day of the months asked for (14020628), and undated."""

    months: Mapping[int, int]
    days: Mapping[int, int]
    undated: int


@dataclass(frozen=True, slots=True)
class Result:
    """A page of hits, with exact totals and counts."""

    total: int
    hits: tuple[Hit, ...]
    labels: Mapping[str, tuple[LabelCount, ...]]
    """Facet -> its values, by count (highest first), then key."""
    dates: DateCounts | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article has its score: a node of the query, its share, and how it came about."""

    matches: bool
    score: float
    text: str
    parts: tuple[Explanation, ...] = ()


Positions = Mapping[Term | Prefix, Sequence[int]]
"""Of an article: the positions in its field, ascending, of each term that it has."""


class Vocabulary(Protocol):
    """The terms that the index holds. Frequencies add up the text fields' and may count deleted articles."""

    def frequency(self, stream: str, term: str) -> int:
        """In how many (article, field) pairs the term stands; 0: it is not there."""

    def with_prefix(self, stream: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Terms with this beginning and their frequencies, most frequent first, then by text."""

    def terms(self, stream: str) -> Iterator[tuple[str, int]]:
        """All terms of a stream with their frequencies, in order of their text."""


class Searcher(Protocol):
    """One commit of one generation; immutable, safe for use by several threads."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms that it holds."""

    @property
    def commit(self) -> str:
        """Names this state of the index; another after each commit."""

    @property
    def position(self) -> int:
        """The journal position that it holds."""

    @property
    def segments(self) -> int:
        """Of how many parts it is made: the fewer, the quicker."""

    def search(self, request: Request) -> Result:
        """Answer a request."""

    def total(self, query: Node, now: int) -> int:
        """How many articles match, without filters."""

    def count(self) -> int:
        """How many articles there are, those of the future included."""

    def edition(self, now: int) -> Edition:
        """What is out at this time, and until when that stays so."""

    def get(self, id: str) -> Hit | None:
        """The article of this id."""

    def positions(self, ids: Sequence[str], nodes: Collection[Term | Prefix]) -> list[Positions]:
        """Where in each of some articles terms stand, or what prefixes stand for; nothing for an article not there."""

    def ids(self) -> Iterator[tuple[str, int]]:
        """All ids with their versions, in any order."""

    def explain(self, query: Node, id: str) -> Explanation | None:
        """How the article fares with the query; None: there is no such article."""

    def close(self) -> None:
        """Give back what it holds open."""


class Portion(Protocol):
    """Documents that any process writes for a generation, until its writer takes them; it can be pickled at first."""

    def add(self, document: Document) -> None:
        """Add a document, each id once; what it raises leaves the portion of no use."""

    def finish(self) -> None:
        """Write what is left."""


class Writer(Protocol):
    """Changes one generation; nothing of it is seen before ``commit``."""

    def upsert(self, document: Document) -> None:
        """Put the document in the place of the one with its id."""

    def delete(self, id: str) -> None:
        """Remove the document; nothing happens when there is none."""

    def take(self, folder: Path) -> None:
        """Put in what portions have written into a folder on the generation's file system, and leave it empty."""

    def commit(self, position: int) -> None:
        """Make all changes durable and visible together with the journal position."""

    def cancel(self) -> None:
        """Forget all changes and give back every lock."""


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """What is known of a generation from its manifest."""

    number: int
    live: bool
    position: int
    count: int
    created: str
    """ISO 8601."""
    analyser: str
    """Fingerprint of the analyser that it was built with."""
    engine: str
    complete: bool
    """False while it is being built, or when its building was given up."""
    damage: str | None = None
    """What was found wrong with its newest commit so far."""


class Generation(Protocol):
    """One complete index with the analyser that it was built with."""

    number: int
    folder: Path
    """Its folder; what ``create`` was given stands under ``folder / "analyser"``."""
    damage: str | None
    """What is wrong with the newest commit, and whether the one before answers; None: nothing was found so far."""

    def info(self) -> GenerationInfo:
        """Read the manifest."""

    def writer(self) -> Writer:
        """The one writer; raises ``indexer_busy``."""

    def searcher(self) -> Searcher:
        """Open the newest commit."""

    def verify(self) -> None:
        """Read everything against its checksums; raises ``index_damaged``."""

    def portion(self, folder: Path, of: int) -> Portion:
        """What one of so many processes writes into a folder."""

    def merge(self, seconds: float, *, segments: int | None = None) -> bool:
        """Spend about so long on what keeps searches quick, if anything should be done; True: there is more to do.

        ``segments``: of how many parts the index may consist; None: as the engine chooses.
        For the process that writes, between its commits; raises ``indexer_busy``.
        """

    def current_commit(self) -> str:
        """Name the newest commit, cheaply: what a reader asks between requests."""

    def pin(self, seconds: float) -> str:
        """Keep the newest commit for at least so long, for every process; gives its name."""

    def pinned(self, commit: str) -> Searcher:
        """Open a commit that was pinned; raises ``cursor_expired`` when it is gone."""


class Engine(Protocol):
    """Keeps the generations of one index folder."""

    name: str

    def generations(self) -> list[GenerationInfo]:
        """All of them, oldest first."""

    def live(self) -> Generation | None:
        """The generation that CURRENT names."""

    def open(self, number: int) -> Generation:
        """A generation by number; raises ``generation_unknown``."""

    def create(self, analyser: str, files: Mapping[str, bytes]) -> Generation:
        """Begin the next generation, with its analyser's fingerprint and files."""

    def publish(self, number: int) -> None:
        """Make the generation the live one, atomically."""

    def drop(self, number: int) -> None:
        """Remove a generation that is not live."""
