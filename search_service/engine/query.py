"""The query tree: what is searched for, in terms of streams, naming no engine.

Nodes are frozen and hashable.  A node *matches* a set of articles and gives each a
score; the meaning of every node is written down by ``engine/memory.py`` in plain
Python, and the engine contract holds all engines to it.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT_FIELDS = ("title", "lead", "body")
STREAMS = ("exact", "lemma", "alternate", "joined")
FACETS = ("category", "tag", "author", "source")


@dataclass(frozen=True, slots=True)
class Term:
    """Articles that hold the term; scored by BM25 (see ``engine/bm25.py``)."""

    field: str
    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Articles that hold a term with this beginning; each scores 1.0.

    An engine expands at most ``limit`` terms, the most frequent first.
    """

    field: str
    stream: str
    text: str
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Phrase:
    """The terms at consecutive positions of one stream; ``None`` leaves a place open.

    Scores the BM25 of a term that occurs as often as the phrase does, with the sum of
    its terms' idf.
    """

    field: str
    stream: str
    terms: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Articles that hold all terms of one stream, some occurrence of each within ``window`` positions.

    Scores 1.0: a bonus for proximity, wrapped in ``Boost`` and ``AndMaybe``.
    """

    field: str
    stream: str
    terms: tuple[str, ...]
    window: int


@dataclass(frozen=True, slots=True)
class All:
    """What every node matches; the sum of the scores. Of no nodes: everything, 0."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """What some node matches; the sum of the scores. Of no nodes: nothing."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class BestOf:
    """What some node matches; the highest of the scores."""

    nodes: tuple[Node, ...]


COVERAGE = 1000.0


@dataclass(frozen=True, slots=True)
class AtLeast:
    """What ``count`` or more of the nodes match, best covered first.

    The sum of the scores, and ``COVERAGE`` for each node that matches.
    """

    count: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AndMaybe:
    """What ``node`` matches; the scores of ``maybe`` are added where it matches too."""

    node: Node
    maybe: Node


@dataclass(frozen=True, slots=True)
class Not:
    """What the node does not match; scores 0."""

    node: Node


@dataclass(frozen=True, slots=True)
class Boost:
    """What the node matches, its score times ``factor``."""

    node: Node
    factor: float


@dataclass(frozen=True, slots=True)
class Recency:
    """Scores times ``1 + weight * 2 ** (-age / half_life)``.

    Times 1 for undated articles, times ``1 + weight`` for those of the future.
    ``now`` in seconds since 1970, ``half_life`` in days.
    """

    node: Node
    now: int
    half_life: float
    weight: float


@dataclass(frozen=True, slots=True)
class Everything:
    """All articles; scores 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """Articles with one of the keys in a facet (``category``, ``tag``, ``author``, ``source``)."""

    facet: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Articles published on a day of one of the ranges, ends included.

    Days are Jalali numbers such as 14020628, in Tehran; undated articles never match.
    """

    ranges: tuple[tuple[int, int], ...]
    facet: str = "date"


Filter = Keyword | Days


@dataclass(frozen=True, slots=True)
class Where:
    """A filter as a node of the tree (``-category:ورزش``); scores 0."""

    filter: Filter


Node = (
    Term
    | Prefix
    | Phrase
    | Near
    | All
    | Any
    | BestOf
    | AtLeast
    | AndMaybe
    | Not
    | Boost
    | Recency
    | Everything
    | Nothing
    | Where
)
