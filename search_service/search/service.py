"""A search from its parameters to its answer, on one commit of the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from typing import NamedTuple, Protocol

from search_service.article import now
from search_service.engine.base import After, Explanation, Request, Result, Searcher
from search_service.engine.query import Node, Recency
from search_service.errors import ServiceError
from search_service.search.answer import Answer, Explained, Found, Proposal, Suggestion, WordReason
from search_service.search.compile import Compiler
from search_service.search.cursor import BEGIN, Cursor, read, search_name
from search_service.search.facets import Choices, choices, facets
from search_service.search.found import copy, day, found, is_out
from search_service.search.guesses import Guesser
from search_service.search.ladder import Ladder, Meaning
from search_service.search.params import SearchParams
from search_service.search.parser import parse
from search_service.search.reasons import reason
from search_service.search.rewrite import rewritten, rewritten_html
from search_service.search.snippet import Snippets, shown
from search_service.search.stories import dealt, stories, stretch
from search_service.search.suggestions import Known, Suggester, completing
from search_service.settings import Settings
from search_service.text import stored
from search_service.text.analyzer import Analyzer
from search_service.text.synonyms import Synonyms, SynonymsFile

FEW = 3
"""Hits up to which another spelling is proposed."""
DAY = 86_400

Pair = tuple[Searcher, Analyzer]
"""A commit to search, and the analyser of its generation."""


class Pins(Protocol):
    """Commits that are kept for a while, so that a walk by relevance may go on in them."""

    def pin(self, seconds: float) -> tuple[str, Pair]:
        """The live commit, kept for at least so long under the name that is given with it."""

    def pinned(self, name: str) -> Pair:
        """One that was pinned; raises ``cursor_expired`` when it is gone."""


class Edition(NamedTuple):
    """What answers depend on besides what is asked for."""

    name: str
    """Changes with every commit, when an article's time comes, and with the synonyms."""
    seconds: int | None
    """How long it lasts at most, should no commit come; None: no article waits for its time."""


class SearchService:
    """Answers searches; safe for use by several threads.

    ``searchers`` gives the live commit with the analyser of its generation; a search
    asks it once and uses nothing else, so that an answer never mixes two states.
    Without ``pins`` there is no walking by relevance.
    """

    def __init__(
        self,
        searchers: Callable[[], Pair],
        settings: Settings,
        clock: Callable[[], datetime] = now,
        pins: Pins | None = None,
    ) -> None:
        self._searchers = searchers
        self._pins = pins
        self._settings = settings
        self._clock = clock
        self._synonyms = SynonymsFile(settings.synonyms_path, expected=settings.synonyms is not None)
        self._known: Known | None = None

    def search(self, params: SearchParams) -> Answer:
        """Answer a search; raises ``ServiceError`` for what cannot be asked."""
        params.check(self._settings)
        if params.cursor is None:
            return self._one(self._searchers(), self._clock()).answer(params)
        return self._walk(params, params.cursor)

    def edition(self) -> Edition:
        """Names what a search answers from; two answers to one question under one name say the same."""
        searcher, _ = self._searchers()
        now = int(self._clock().timestamp())
        out, next = searcher.edition(now)
        # A day changes what being new is worth.
        parts = (searcher.commit, out, now // DAY, *self._synonyms.stamp())
        return Edition("-".join(map(str, parts)), None if next is None else next - now)

    def _walk(self, params: SearchParams, text: str) -> Answer:
        """A page of all hits: by date on the newest state, by relevance on that of the walk's beginning."""
        now = self._clock()
        seconds = self._settings.cursor_seconds
        cursor = None if text == BEGIN else read(text, params, int(now.timestamp()))
        pinned = cursor.commit if cursor is not None else None
        if cursor is not None and pinned is not None:
            if now.timestamp() - cursor.began > seconds:
                raise ServiceError("cursor_expired", field="cursor")
            now = datetime.fromtimestamp(cursor.began, now.tzinfo)
            pair = self._pinning().pinned(pinned)
        elif params.sort == "relevance" and params.q.strip():
            pinned, pair = self._pinning().pin(seconds)
        else:
            pair = self._searchers()
        answer, last = self._one(pair, now).page_after(params, cursor.after if cursor is not None else None)
        if last is None:
            return answer
        began = int(now.timestamp()) if cursor is None else cursor.began
        following = Cursor(search_name(params), began, pinned, *last)
        return answer.model_copy(update={"cursor": following.text()})

    def suggest(self, text: str, limit: int) -> tuple[Proposal, ...]:
        """What a reader who has typed ``text`` may be about to ask for; [] for what cannot be asked."""
        return self._suggester().suggest(text, limit)

    def nearby(self, text: str) -> tuple[str, ...]:
        """Words of published articles that look like those of a query that found nothing."""
        return self._suggester().nearby(text)

    def explain(self, params: SearchParams, id: str) -> Explained:
        """Why the article is found, or is not; raises ``article_unknown``."""
        return self._one(self._searchers(), self._clock()).explained(params, id)

    def _suggester(self) -> Suggester:
        searcher, analyzer = self._searchers()
        now = int(self._clock().timestamp())
        state = (searcher.commit, searcher.edition(now).out)
        known = self._known
        if known is None or known.state != state:
            known = self._known = Known(state)
        compiler = Compiler(analyzer, searcher, completing(self._settings), self._synonyms.current(analyzer))
        return Suggester(searcher, analyzer, compiler, self._settings, now, known)

    def _pinning(self) -> Pins:
        if self._pins is None:
            raise ServiceError("cursor_invalid", "here a walk has sort=newest or sort=oldest", field="cursor")
        return self._pins

    def _one(self, pair: Pair, moment: datetime) -> _Search:
        searcher, analyzer = pair
        return _Search(searcher, analyzer, self._synonyms.current(analyzer), self._settings, moment)


class _Window(NamedTuple):
    """Which of the hits are told."""

    offset: int
    size: int
    after: After | None = None
    ahead: int = 0
    """Hits beyond that are looked at, to see whether any follow."""


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
        offset, size = (params.page - 1) * params.size, params.size
        if params.stories:
            offset, size = stretch(params.page, params.size)
        window = _Window(offset, min(size, self._settings.page_window - offset))
        answer, _ = self._answer(params, window)
        return answer.model_copy(update={"page": params.page})

    def page_after(self, params: SearchParams, after: After | None) -> tuple[Answer, After | None]:
        """The hits behind a place, or the first, and the place of the last; None: none follow."""
        return self._answer(params, _Window(0, params.size, after, ahead=1))

    def _answer(self, params: SearchParams, window: _Window) -> tuple[Answer, After | None]:
        began = perf_counter()
        chosen = choices(params)
        meaning, result = self._find(params, chosen, window)
        hits = result.hits[: window.size]
        last = hits[-1].place if len(result.hits) > len(hits) else None
        result = replace(result, hits=hits)
        answer = Answer(
            query=params.q,
            total=result.total,
            size=params.size,
            hits=self._hits(params, result, meaning),
            facets=facets(chosen, params.facets, result, self._searcher, self._now, self._settings.max_facet_values),
            did_you_mean=self._suggestion(meaning, result),
            applied=meaning.applied,
            took_ms=round((perf_counter() - began) * 1000, 2),
        )
        return answer, last

    def explained(self, params: SearchParams, id: str) -> Explained:
        hit = self._searcher.get(id)
        if hit is None:
            raise ServiceError("article_unknown", f"There is no article '{id[:80]}' in the index.", field="id")
        meaning, _ = self._find(params, choices(params), _Window(0, 0))
        compiled = meaning.compiled
        whole = self._explain(compiled.node(meaning.at_least, self._fresh), id)
        article = stored.load(hit.stored)
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

    def _snippets(
        self, params: SearchParams, meaning: Meaning, articles: Mapping[str, stored.Shown]
    ) -> Snippets | None:
        """What marks the matches in these articles; None: nobody asked for it."""
        if params.fields and not {"fragments", "html"} & set(params.fields):
            return None
        return Snippets(meaning.compiled.node(meaning.at_least), self._searcher, articles)

    def _find(self, params: SearchParams, chosen: Choices, window: _Window) -> tuple[Meaning, Result]:
        """The first meaning that finds something, filters left aside; its hits with them."""
        query = parse(params.q, self._settings)
        ladder = Ladder(self._compiler, self._searcher.vocabulary, self._settings)
        first: tuple[Meaning, Result] | None = None
        for meaning in ladder.meanings(query, params.match):
            result = self._searcher.search(self._request(meaning, params, chosen, window))
            if result.total or self._matches_unfiltered(meaning, chosen):
                return meaning, result
            first = first or (meaning, result)
        assert first is not None  # a ladder has at least one step
        return first

    def _hits(self, params: SearchParams, result: Result, meaning: Meaning) -> tuple[Found, ...]:
        """The hits of the page; with stories, what stands on it of the stretch that was searched."""
        articles = [stored.load(hit.stored) for hit in result.hits]
        if not params.stories:
            snippets = self._snippets(
                params, meaning, {hit.id: of for hit, of in zip(result.hits, articles, strict=True)}
            )
            return tuple(found(hit, article, snippets) for hit, article in zip(result.hits, articles, strict=True))
        days = [each.toordinal() if each else None for each in map(day, articles)]
        before = (params.page - 1) * params.size - stretch(params.page, params.size)[0]
        told = dealt(stories(articles, days), before // params.size, params.size)
        snippets = self._snippets(params, meaning, {result.hits[first].id: articles[first] for first, *_ in told})
        return tuple(
            found(
                result.hits[first],
                articles[first],
                snippets,
                tuple(copy(result.hits[at], articles[at]) for at in others),
            )
            for first, *others in told
        )

    def _request(self, meaning: Meaning, params: SearchParams, chosen: Choices, window: _Window) -> Request:
        return Request(
            query=meaning.compiled.node(meaning.at_least, self._fresh),
            now=self._now,
            filters=chosen.filters(),
            facets=params.facets,
            days_of=chosen.open_months(),
            sort=params.sort,
            after=window.after,
            offset=window.offset,
            size=window.size + window.ahead,
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
