"""What does every node of the query tree mean?  The reference engine, in plain Python.

Written to be read, and to be right: the contract holds every other engine to its
answers.  It keeps all documents in memory; making an index of one document and asking
it some queries takes well under a millisecond, which suits checking rules on many
small texts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from math import inf

from search_service.engine import bm25
from search_service.engine.base import (
    After,
    DateCounts,
    Document,
    Edition,
    Explanation,
    Hit,
    LabelCount,
    Positions,
    Request,
    Result,
)
from search_service.engine.explain import explain, freshness, occurrences, stand_together
from search_service.engine.query import (
    COVERAGE,
    FACETS,
    All,
    AndMaybe,
    Any,
    AtLeast,
    BestOf,
    Boost,
    Everything,
    Filter,
    Keyword,
    Near,
    Node,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Recency,
    Term,
    Where,
)
from search_service.errors import ServiceError

Matches = dict[str, float]
"""What a node matches: article id -> score."""
Postings = dict[str, dict[str, list[int]]]
"""Of one stream of one field: term -> article id -> positions, ascending."""

_commits = count(1)


def searcher(documents: Iterable[Document], position: int = 0) -> MemorySearcher:
    """Index the documents; of several with one id the last stays."""
    return MemorySearcher({document.id: document for document in documents}, position)


class MemorySearcher:
    """One commit; immutable, so safe for use by several threads."""

    def __init__(self, documents: Mapping[str, Document], position: int) -> None:
        self._documents = dict(documents)
        self._position = position
        self._commit = f"memory-{next(_commits)}"
        self._postings: defaultdict[tuple[str, str], Postings] = defaultdict(dict)
        self._lengths: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for document in self._documents.values():
            for field, streams in document.text.items():
                self._lengths[field][document.id] = sum(term is not None for term in streams.get("exact", ()))
                for stream, terms in streams.items():
                    postings = self._postings[field, stream]
                    for at, term in enumerate(terms):
                        if term is not None:
                            postings.setdefault(term, {}).setdefault(document.id, []).append(at)
        self._postings.default_factory = None
        self._lengths.default_factory = None
        self.vocabulary = MemoryVocabulary(self._postings)

    @property
    def commit(self) -> str:
        """Names this state."""
        return self._commit

    @property
    def position(self) -> int:
        """The journal position that it holds."""
        return self._position

    @property
    def segments(self) -> int:
        """It is one part."""
        return 1

    def search(self, request: Request) -> Result:
        """Answer a request."""
        for facet in request.facets:
            if facet not in (*FACETS, "date"):
                raise ServiceError("facet_unknown", f"There is no facet '{facet}'.", field="facets")
        matches = self._visible(request.query, request.now)

        def kept(without: str | None = None) -> list[str]:
            filters = [f for f in request.filters if f.facet != without]
            return [id for id in matches if all(self._passes(f, id) for f in filters)]

        hits = sorted(kept(), key=lambda id: self._order(request.sort, id, matches[id]))
        behind = hits if request.after is None else self._behind(hits, matches, request.sort, request.after)
        page = behind[request.offset : request.offset + request.size]
        return Result(
            total=len(hits),
            hits=tuple(self._hit(id, matches[id]) for id in page),
            labels={facet: self._label_counts(facet, kept(facet)) for facet in request.facets if facet != "date"},
            dates=self._date_counts(kept("date"), request.days_of) if "date" in request.facets else None,
        )

    def total(self, query: Node, now: int) -> int:
        """How many articles match, without filters."""
        return len(self._visible(query, now))

    def count(self) -> int:
        """How many articles there are, those of the future included."""
        return len(self._documents)

    def edition(self, now: int) -> Edition:
        """What is out at this time, and until when that stays so."""
        times = [document.published for document in self._documents.values()]
        later = [time for time in times if time is not None and time > now]
        return Edition(len(times) - len(later), min(later, default=None))

    def get(self, id: str) -> Hit | None:
        """The article of this id; its score is 0."""
        return self._hit(id, 0.0) if id in self._documents else None

    def positions(self, ids: Sequence[str], nodes: Collection[Term | Prefix]) -> list[Positions]:
        """Where in each of some articles terms stand, or what prefixes stand for."""
        found: list[dict[Term | Prefix, list[int]]] = [{} for _ in ids]
        for node in nodes:
            for term in self._expansions(node) if isinstance(node, Prefix) else (node.text,):
                holding = self._holding(node.field, node.stream, term)
                for its, id in zip(found, ids, strict=True):
                    if id in holding:
                        its[node] = sorted({*its.get(node, ()), *holding[id]})
        return list(found)

    def ids(self) -> Iterator[tuple[str, int]]:
        """All ids with their versions."""
        return ((document.id, document.version) for document in self._documents.values())

    def explain(self, query: Node, id: str) -> Explanation | None:
        """How the article fares with the query; None: there is no such article."""
        return explain(query, _Article(self, self._documents[id])) if id in self._documents else None

    def document(self, id: str) -> Document:
        """The document of this id as it was put in; raises KeyError."""
        return self._documents[id]

    def close(self) -> None:
        """Nothing is held open."""

    # what a node matches

    def _evaluate(self, node: Node) -> Matches:
        match node:
            case Term(field=field, stream=stream, text=text):
                rarity = self._idf(field, stream, text)
                holding = self._holding(field, stream, text)
                return {id: self._score(field, id, len(places), rarity) for id, places in holding.items()}
            case Phrase(field=field, stream=stream, terms=terms):
                needed = [term for term in terms if term is not None]
                rarity = sum(self._idf(field, stream, term) for term in needed)
                counts = {id: occurrences(node, self._article(id)) for id in self._holding_all(field, stream, needed)}
                return {id: self._score(field, id, times, rarity) for id, times in counts.items() if times}
            case Near(field=field, stream=stream, terms=near):
                candidates = self._holding_all(field, stream, near)
                return {id: 1.0 for id in candidates if stand_together(node, self._article(id))}
            case Prefix(field=field, stream=stream):
                return {id: 1.0 for term in self._expansions(node) for id in self._holding(field, stream, term)}
            case All(nodes=nodes):
                return self._covered(nodes, at_least=len(nodes))
            case Any(nodes=nodes):
                return self._covered(nodes, at_least=1)
            case AtLeast(count=least, nodes=nodes):
                return self._covered(nodes, at_least=least, coverage=COVERAGE)
            case BestOf(nodes=nodes):
                best: Matches = {}
                for matches in map(self._evaluate, nodes):
                    for id, score in matches.items():
                        best[id] = max(score, best.get(id, -inf))
                return best
            case AndMaybe(node=inner, maybe=maybe):
                bonus = self._evaluate(maybe)
                return {id: score + bonus.get(id, 0.0) for id, score in self._evaluate(inner).items()}
            case Not(node=inner):
                excluded = self._evaluate(inner)
                return {id: 0.0 for id in self._documents if id not in excluded}
            case Boost(node=inner, factor=factor):
                return {id: score * factor for id, score in self._evaluate(inner).items()}
            case Recency(node=inner):
                matches = self._evaluate(inner)
                return {id: s * (1.0 + freshness(node, self._documents[id].published)) for id, s in matches.items()}
            case Everything():
                return dict.fromkeys(self._documents, 0.0)
            case Nothing():
                return {}
            case Where(filter=condition):
                return {id: 0.0 for id in self._documents if self._passes(condition, id)}

    def _covered(self, nodes: Sequence[Node], at_least: int, coverage: float = 0.0) -> Matches:
        """What enough of the nodes match; the sum of their scores, and ``coverage`` for each."""
        times = dict.fromkeys(self._documents, 0)
        scores = dict.fromkeys(self._documents, 0.0)
        for matches in map(self._evaluate, nodes):
            for id, score in matches.items():
                times[id] += 1
                scores[id] += score + coverage
        return {id: scores[id] for id, n in times.items() if n >= at_least}

    def _visible(self, query: Node, now: int) -> Matches:
        """What the query matches and readers may see at the time."""

        def out(id: str) -> bool:
            published = self._documents[id].published
            return published is None or published <= now

        return {id: score for id, score in self._evaluate(query).items() if out(id)}

    def _holding(self, field: str, stream: str, term: str) -> dict[str, list[int]]:
        return self._postings.get((field, stream), {}).get(term, {})

    def _holding_all(self, field: str, stream: str, terms: Sequence[str]) -> list[str]:
        if not terms:
            return []
        first, *rest = (self._holding(field, stream, term) for term in terms)
        return [id for id in first if all(id in other for other in rest)]

    def _expansions(self, prefix: Prefix) -> list[str]:
        postings = self._postings.get((prefix.field, prefix.stream), {})
        found = [(-len(holding), term) for term, holding in postings.items() if term.startswith(prefix.text)]
        return [term for _, term in sorted(found)[: prefix.limit]]

    def _score(self, field: str, id: str, times: int, rarity: float) -> float:
        norm = bm25.norm(float(self._lengths[field][id]), self._average_length(field))
        return bm25.score(rarity, float(times), norm)

    def _idf(self, field: str, stream: str, term: str) -> float:
        return bm25.idf(len(self._documents), len(self._holding(field, stream, term)))

    def _average_length(self, field: str) -> float:
        return self._averages.get(field, 0.0)

    @cached_property
    def _averages(self) -> dict[str, float]:
        return {field: sum(lengths.values()) / len(self._documents) for field, lengths in self._lengths.items()}

    # what is said of the matches

    def _passes(self, condition: Filter, id: str) -> bool:
        document = self._documents[id]
        if isinstance(condition, Keyword):
            return any(label.key in condition.keys for label in document.labels.get(condition.facet, ()))
        return document.day is not None and any(a <= document.day <= b for a, b in condition.ranges)

    def _behind(self, hits: Sequence[str], matches: Matches, sort: str, after: After) -> list[str]:
        place = _order(sort, after)
        return [id for id in hits if self._order(sort, id, matches[id]) > place]

    def _order(self, sort: str, id: str, score: float) -> tuple[float, float, str]:
        return _order(sort, After(score, self._documents[id].published, id))

    def _label_counts(self, facet: str, ids: Iterable[str]) -> tuple[LabelCount, ...]:
        counts = Counter(key for id in ids for key in _labels(self._documents[id], facet))
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(LabelCount(key, self._spelling(facet, key), number) for key, number in ordered)

    def _spelling(self, facet: str, key: str) -> str:
        """How most articles of the index spell the label; of equals the first by text."""
        spellings = Counter(
            labels[key] for document in self._documents.values() if key in (labels := _labels(document, facet))
        )
        return min(spellings, key=lambda text: (-spellings[text], text))

    def _date_counts(self, ids: Iterable[str], days_of: Sequence[int]) -> DateCounts:
        days = [self._documents[id].day for id in ids]
        dated = [day for day in days if day is not None]
        return DateCounts(
            months=Counter(day // 100 for day in dated),
            days=Counter(day for day in dated if day // 100 in days_of),
            undated=len(days) - len(dated),
        )

    def _hit(self, id: str, score: float) -> Hit:
        document = self._documents[id]
        return Hit(id, document.version, score, document.stored, document.published)

    def _article(self, id: str) -> _Article:
        return _Article(self, self._documents[id])


class _Article:
    """The evidence of one article, for explanations, phrases and proximity."""

    def __init__(self, searcher: MemorySearcher, document: Document) -> None:
        self._searcher = searcher
        self._document = document
        self.published = document.published
        self.day = document.day

    def keys(self, facet: str) -> Sequence[str]:
        return tuple(_labels(self._document, facet))

    def positions(self, field: str, stream: str, term: str) -> Sequence[int]:
        return self._searcher._holding(field, stream, term).get(self._document.id, ())

    def length(self, field: str) -> int:
        return self._searcher._lengths.get(field, {}).get(self._document.id, 0)

    def average_length(self, field: str) -> float:
        return self._searcher._average_length(field)

    def idf(self, field: str, stream: str, term: str) -> float:
        return self._searcher._idf(field, stream, term)

    def expansions(self, prefix: Prefix) -> Sequence[str]:
        return self._searcher._expansions(prefix)


class MemoryVocabulary:
    """The terms of one commit; frequencies add up the text fields'."""

    def __init__(self, postings: Mapping[tuple[str, str], Postings]) -> None:
        self._postings = postings

    def frequency(self, stream: str, term: str) -> int:
        """In how many (article, field) pairs the term stands."""
        return sum(len(fields.get(term, ())) for (_, of), fields in self._postings.items() if of == stream)

    def with_prefix(self, stream: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Terms with this beginning, most frequent first, then by text."""
        found = [(term, number) for term, number in self.terms(stream) if term.startswith(prefix)]
        return sorted(found, key=lambda item: (-item[1], item[0]))[:limit]

    def terms(self, stream: str) -> Iterator[tuple[str, int]]:
        """All terms of a stream, in order of their text."""
        counts: Counter[str] = Counter()
        for (_, of), postings in self._postings.items():
            if of == stream:
                counts.update({term: len(holding) for term, holding in postings.items()})
        return iter(sorted(counts.items()))


def _order(sort: str, hit: After) -> tuple[float, float, str]:
    """By what hits are sorted, least first."""
    newest = inf if hit.published is None else -hit.published
    match sort:
        case "relevance":
            return (-hit.score, newest, hit.id)
        case "newest":
            return (newest, 0.0, hit.id)
        case "oldest":
            return (inf if hit.published is None else hit.published, 0.0, hit.id)
    raise ServiceError("sort_unknown", f"There is no sort '{sort}'.", field="sort")


def _labels(document: Document, facet: str) -> dict[str, str]:
    """Key -> spelling; an article counts once for a key, as it spells it first."""
    return {label.key: label.text for label in reversed(document.labels.get(facet, ()))}
