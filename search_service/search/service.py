"""A search from its parameters to its answer, on one commit of the index."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from time import perf_counter

from search_service.article import now
from search_service.engine.base import Explanation, Request, Result, Searcher
from search_service.engine.query import Node, Recency
from search_service.errors import ServiceError
from search_service.search.answer import Answer, Explained, Found, Proposal, Suggestion, WordReason
from search_service.search.compile import Compiler
from search_service.search.facets import Choices, choices, facets
from search_service.search.found import copy, day, found, is_out
from search_service.search.guesses import Guesser
from search_service.search.ladder import Ladder, Meaning
from search_service.search.params import SearchParams
from search_service.search.parser import parse
from search_service.search.reasons import reason
from search_service.search.rewrite import rewritten, rewritten_html
from search_service.search.snippet import Snippets, shown
from search_service.search.stories import stories, stretch
from search_service.search.suggestions import Known, Suggester
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer
from search_service.text.synonyms import Synonyms, SynonymsFile

FEW = 3
"""Hits up to which another spelling is proposed."""


class SearchService:
    """Answers searches; safe for use by several threads.

    ``searchers`` gives the live commit with the analyser of its generation; a search
    asks it once and uses nothing else, so that an answer never mixes two states.
    """

    def __init__(
        self,
        searchers: Callable[[], tuple[Searcher, Analyzer]],
        settings: Settings,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._searchers = searchers
        self._settings = settings
        self._clock = clock
        self._synonyms = SynonymsFile(settings.synonyms_path, expected=settings.synonyms is not None)
        self._known: Known | None = None

    def search(self, params: SearchParams) -> Answer:
        """Answer a search; raises ``ServiceError`` for what cannot be asked."""
        params.check(self._settings)
        return self._one().answer(params)

    def suggest(self, text: str, limit: int) -> tuple[Proposal, ...]:
        """What a reader who has typed ``text`` may be about to ask for; [] for what cannot be asked."""
        return self._suggester().suggest(text, limit)

    def nearby(self, text: str) -> tuple[str, ...]:
        """Words of published articles that look like those of a query that found nothing."""
        return self._suggester().nearby(text)

    def explain(self, params: SearchParams, id: str) -> Explained:
        """Why the article is found, or is not; raises ``article_unknown``."""
        return self._one().explained(params, id)

    def _suggester(self) -> Suggester:
        searcher, analyzer = self._searchers()
        known = self._known
        if known is None or known.commit != searcher.commit:
            known = self._known = Known(searcher.commit)
        compiler = Compiler(analyzer, searcher, self._settings, self._synonyms.current(analyzer))
        return Suggester(searcher, analyzer, compiler, self._settings, int(self._clock().timestamp()), known)

    def _one(self) -> _Search:
        searcher, analyzer = self._searchers()
        synonyms = self._synonyms.current(analyzer)
        return _Search(searcher, analyzer, synonyms, self._settings, self._clock())


class _Search:
    """One search on one commit."""

    def __init__(
        self, searcher: Searcher, analyzer: Analyzer, synonyms: Synonyms, settings: Settings, moment: datetime
    ) -> None:
        self._searcher = searcher
        self._analyzer = analyzer
        self._settings = settings
        self._now = int(moment.timestamp())
        self._compiler = Compiler(analyzer, searcher, settings, synonyms)

    def answer(self, params: SearchParams) -> Answer:
        began = perf_counter()
        chosen = choices(params)
        meaning, result = self._find(params, chosen)
        snippets = Snippets(self._analyzer, meaning.compiled.node(meaning.at_least))
        return Answer(
            query=params.q,
            total=result.total,
            page=params.page,
            size=params.size,
            hits=self._hits(params, result, snippets),
            facets=facets(chosen, params.facets, result, self._searcher, self._now),
            did_you_mean=self._suggestion(meaning, result),
            applied=meaning.applied,
            took_ms=round((perf_counter() - began) * 1000, 2),
        )

    def explained(self, params: SearchParams, id: str) -> Explained:
        hit = self._searcher.get(id)
        if hit is None:
            raise ServiceError("article_unknown", f"There is no article '{id[:80]}' in the index.", field="id")
        meaning, _ = self._find(params, choices(params))
        compiled = meaning.compiled
        whole = self._explain(compiled.node(meaning.at_least, self._fresh), id)
        article = json.loads(hit.stored)
        return Explained(
            id=id,
            title=shown(article.get("title", "")),
            query=params.q,
            searched=meaning.query.text,
            applied=meaning.applied,
            matches=whole.matches,
            published=is_out(article.get("published"), self._now),
            score=round(whole.score, 4),
            words=tuple(
                WordReason(text=unit.text, matches=self._explain(unit.node, id).matches)
                for unit in (*compiled.words, *compiled.required, *compiled.filters)
            ),
            reason=reason(whole),
        )

    def _explain(self, node: Node, id: str) -> Explanation:
        explanation = self._searcher.explain(node, id)
        if explanation is None:
            raise ServiceError("article_unknown", f"There is no article '{id[:80]}' in the index.", field="id")
        return explanation

    def _find(self, params: SearchParams, chosen: Choices) -> tuple[Meaning, Result]:
        """The first meaning that finds something, filters left aside; its hits with them."""
        query = parse(params.q, self._settings)
        ladder = Ladder(self._compiler, self._searcher.vocabulary, self._settings)
        first: tuple[Meaning, Result] | None = None
        for meaning in ladder.meanings(query, params.match):
            result = self._searcher.search(self._request(meaning, params, chosen))
            if result.total or self._matches_unfiltered(meaning, chosen):
                return meaning, result
            first = first or (meaning, result)
        assert first is not None  # a ladder has at least one step
        return first

    def _hits(self, params: SearchParams, result: Result, snippets: Snippets) -> tuple[Found, ...]:
        """The hits of the page; with stories, what stands on it of the stretch that was searched."""
        articles = [json.loads(hit.stored) for hit in result.hits]
        if not params.stories:
            return tuple(found(hit, article, snippets) for hit, article in zip(result.hits, articles, strict=True))
        days = [each.toordinal() if each else None for each in map(day, articles)]
        begin = (params.page - 1) * params.size - stretch(params.page, params.size)[0]
        return tuple(
            found(
                result.hits[first],
                articles[first],
                snippets,
                tuple(copy(result.hits[at], articles[at]) for at in others),
            )
            for first, *others in stories(articles, days)
            if begin <= first < begin + params.size
        )

    def _request(self, meaning: Meaning, params: SearchParams, chosen: Choices) -> Request:
        offset, size = (params.page - 1) * params.size, params.size
        if params.stories:
            offset, size = stretch(params.page, params.size)
        return Request(
            query=meaning.compiled.node(meaning.at_least, self._fresh),
            now=self._now,
            filters=chosen.filters(),
            facets=params.facets,
            days_of=chosen.open_months(),
            sort=params.sort,
            offset=offset,
            size=min(size, self._settings.page_window - offset),
        )

    def _matches_unfiltered(self, meaning: Meaning, chosen: Choices) -> bool:
        if not (chosen.filters() or meaning.compiled.filters):
            return False
        words = meaning.compiled.unfiltered()
        return self._searcher.total(words.node(meaning.at_least), self._now) > 0

    def _fresh(self, node: Node) -> Node:
        weight = self._settings.recency_weight
        return Recency(node, self._now, self._settings.recency_half_life, weight) if weight else node

    def _suggestion(self, meaning: Meaning, result: Result) -> Suggestion | None:
        """A commoner spelling of unknown words, when little was found and it finds more."""
        if result.total > FEW or any(step.kind not in ("most_words", "any_word") for step in meaning.applied):
            return None
        guesser = Guesser(self._compiler, self._searcher.vocabulary)
        for changes in guesser.corrections(meaning.query):
            text = rewritten(meaning.query.text, changes)
            compiled = self._compiler.compile(parse(text, self._settings))
            if self._searcher.total(compiled.node(), self._now) > result.total:
                return Suggestion(query=text, html=rewritten_html(meaning.query.text, changes))
        return None
