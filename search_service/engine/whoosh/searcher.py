"""Answering requests from one commit.

Safe for threads: all that is shared is immutable, or filled in once from what is (see
``view.py`` and ``segment.py``); what a request computes is its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from search_service.engine.base import Edition, Explanation, Hit, Positions, Request, Result
from search_service.engine.explain import explain
from search_service.engine.query import FACETS, Node, Prefix, Term
from search_service.engine.whoosh.evidence import WhooshEvidence
from search_service.engine.whoosh.executor import Executor
from search_service.engine.whoosh.facets import date_counts, label_counts
from search_service.engine.whoosh.manifest import Manifest
from search_service.engine.whoosh.matches import Matches
from search_service.engine.whoosh.positions import positions
from search_service.engine.whoosh.ranking import behind, top
from search_service.engine.whoosh.schema import PUBLISHED, UNDATED, VERSION
from search_service.engine.whoosh.view import View
from search_service.engine.whoosh.vocabulary import WhooshVocabulary
from search_service.errors import ServiceError


class WhooshSearcher:
    """One commit of one generation."""

    def __init__(self, manifest: Manifest, view: View, seconds: float | None = None) -> None:
        """``seconds``: how long a search may take."""
        self._manifest = manifest
        self._view = view
        self._seconds = seconds
        self.vocabulary = WhooshVocabulary(view)

    @property
    def commit(self) -> str:
        """Names this state of the index."""
        return self._manifest.name

    @property
    def position(self) -> int:
        """The journal position that it holds."""
        return self._manifest.position

    @property
    def segments(self) -> int:
        """Of how many parts it is made: the fewer, the quicker."""
        return len(self._view.parts)

    def search(self, request: Request) -> Result:
        """Answer a request; raises ``search_timeout``, ``sort_unknown``, ``facet_unknown``."""
        for facet in request.facets:
            if facet not in (*FACETS, "date"):
                raise ServiceError("facet_unknown", f"There is no facet '{facet}'.", field="facets")
        executor = Executor(self._view, self._seconds)
        visible = self._visible(executor.evaluate(request.query), request.now)
        passing = [(condition.facet, executor.passing(condition, visible.docs)) for condition in request.filters]

        def kept(without: str | None = None) -> NDArray[np.intp]:
            mask = np.ones(len(visible.docs), np.bool_)
            for facet, mine in passing:
                if facet != without:
                    mask &= mine
            return mask.nonzero()[0]

        hits = visible.at(kept()) if passing else visible
        labels = {}
        dates = None
        for facet in request.facets:
            executor.check_deadline()
            filtered = any(mine == facet for mine, _ in passing)
            docs = visible.docs[kept(facet)] if filtered else hits.docs
            if facet == "date":
                dates = date_counts(self._view, docs, request.days_of)
            else:
                labels[facet] = label_counts(self._view, facet, docs)
        executor.check_deadline()
        paged = hits if request.after is None else hits.at(behind(hits, request.sort, request.after, self._view))
        ranked = top(paged, request.sort, request.offset + request.size, self._view)[request.offset :]
        docs, scores = paged.docs[ranked].tolist(), paged.scores[ranked].tolist()
        page = tuple([self._hit(doc, score) for doc, score in zip(docs, scores, strict=True)])
        return Result(total=len(hits.docs), hits=page, labels=labels, dates=dates)

    def total(self, query: Node, now: int) -> int:
        """How many articles match, without filters."""
        return len(self._visible(Executor(self._view, self._seconds).evaluate(query), now).docs)

    def count(self) -> int:
        """How many articles there are, those of the future included."""
        return self._manifest.count

    def edition(self, now: int) -> Edition:
        """What is out at this time, and until when that stays so."""
        if self._view.last_published <= now:  # as nearly always
            return Edition(self.count(), None)
        times = self._view.published[self._view.alive]
        later = times[times > now]
        return Edition(len(times) - len(later), int(np.min(later)) if len(later) else None)

    def get(self, id: str) -> Hit | None:
        """The article of this id; its score is 0."""
        doc = self._view.find(id)
        return None if doc is None else self._hit(doc, 0.0)

    def positions(self, ids: Sequence[str], nodes: Collection[Term | Prefix]) -> list[Positions]:
        """Where in each of some articles terms stand, or what prefixes stand for."""
        return positions(self._view, [self._view.find(id) for id in ids], nodes)

    def ids(self) -> Iterator[tuple[str, int]]:
        """All ids with their versions."""
        for doc in np.flatnonzero(self._view.alive).tolist():
            yield self._view.id(doc), self._view.version(doc)

    def explain(self, query: Node, id: str) -> Explanation | None:
        """How the article fares with the query; None: there is no such article."""
        doc = self._view.find(id)
        return None if doc is None else explain(query, WhooshEvidence(self._view, doc))

    def close(self) -> None:
        """Nothing to do: the files are memory maps, which go with the last searcher that uses them."""

    def _visible(self, matches: Matches, now: int) -> Matches:
        """Without deleted articles and those whose time has not come."""
        view = self._view
        if view.deleted:
            matches = matches.at(view.alive[matches.docs].nonzero()[0])
        if view.last_published > now:
            matches = matches.at((view.published[matches.docs] <= now).nonzero()[0])
        return matches

    def _hit(self, doc: int, score: float) -> Hit:
        part, row = self._view.located(doc)
        columns = part.segment.columns
        time = columns.numbers[PUBLISHED].item(row)
        return Hit(
            columns.ids[row].decode(),
            columns.numbers[VERSION].item(row),
            score,
            part.segment.stored[row],
            None if time == UNDATED else time,
        )
