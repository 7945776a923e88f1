"""The whole answer: from the text of a query to JSON with the snippets of ten articles, and what its parts take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import Any, NamedTuple

from search_service.engine.base import Searcher
from search_service.errors import ERRORS, ServiceError
from search_service.search import service as searching
from search_service.search.compile import Compiler
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.search.snippet import Snippets
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

PARTS = ("query", "engine", "snippets", "guesses", "JSON", "rest")
"""Analysing and compiling the query; the executor, with the ten stored articles; the passages and their marks;
looking for another spelling where little was found; writing JSON; and what is left: facets, dates and models."""


class Split(NamedTuple):
    """Milliseconds of each answer, whole and by parts."""

    whole: list[float]
    parts: dict[str, list[float]]


class Death(NamedTuple):
    """What a hard query came to."""

    name: str
    milliseconds: float
    outcome: str
    """The hits, or the code of the error."""


def service(searcher: Searcher, analyzer: Analyzer, settings: Settings) -> SearchService:
    """The service on one commit."""
    return SearchService(lambda: (searcher, analyzer), settings)


def split(searcher: Searcher, analyzer: Analyzer, settings: Settings, queries: Sequence[str]) -> Split:
    """Answer each query; parts that lie within another count once."""
    answers = service(searcher, analyzer, settings)
    whole: list[float] = []
    parts: dict[str, list[float]] = {name: [] for name in PARTS}
    with _clocks(searcher) as taken:
        for query in queries:
            taken.clear()
            began = perf_counter()
            answer = answers.search(SearchParams(q=query))
            made = perf_counter()
            answer.model_dump_json()
            ended = perf_counter()
            taken["JSON"] = ended - made
            taken["rest"] = made - began - sum(taken[name] for name in ("query", "engine", "snippets", "guesses"))
            whole.append(1000 * (ended - began))
            for name in PARTS:
                parts[name].append(1000 * taken[name])
    return Split(whole, parts)


def deaths(searcher: Searcher, analyzer: Analyzer, settings: Settings, words: Sequence[str]) -> list[Death]:
    """Queries that bring engines down; ``words``: the commonest of the corpus, the commonest first."""
    answers = service(searcher, analyzer, settings)
    common = [word for word in words if len(word) > 1][:32]
    pages = settings.page_window // 10
    cases: list[tuple[str, dict[str, Any]]] = [
        ("*", {"q": "*"}),
        ("one letter and a star", {"q": "ا*"}),
        ("two letters and a star", {"q": f"{common[-1][:2]}*"}),
        ("the 32 commonest words, any", {"q": " ".join(common), "match": "any"}),
        ("the 32 commonest words, all", {"q": " ".join(common), "match": "all"}),
        ("33 words", {"q": " ".join([*common, *common[:1]])}),
        ("phrase of 2 function words", {"q": f'"{words[0]} {words[1]}"'}),
        ("phrase of 5 function words", {"q": f'"{" ".join(words[:5])}"'}),
        ("the deepest page", {"q": " ".join(common[:3]), "match": "any", "page": pages}),
        ("the page behind it", {"q": " ".join(common[:3]), "match": "any", "page": pages + 1}),
        ("everything but a common word", {"q": f"-{common[0]}"}),
        ("a word of 100,000 letters", {"q": "ا" * 100_000}),
        ("2,000 brackets", {"q": "(" * 2_000 + "ا" + ")" * 2_000}),
        ("a pasted lead of 500 letters", {"q": " ".join([*words] * 9)[:500].rsplit(" ", 1)[0]}),
        ("an unknown word", {"q": "ژغضصثق"}),
        ("no query: all articles", {"q": ""}),
    ]
    return [_death(answers, settings, name, values) for name, values in cases]


def _death(answers: SearchService, settings: Settings, name: str, values: dict[str, Any]) -> Death:
    times, outcome = [], ""
    for _ in range(3):
        began = perf_counter()
        try:
            params = SearchParams(**values)
            answer = answers.search(params)
            answer.model_dump_json()
            outcome = f"{answer.total:,} hits"
        except ServiceError as error:
            outcome = f"{ERRORS[error.code].status} {error.code}"
        times.append(1000 * (perf_counter() - began))
    return Death(name, max(times), outcome)


@contextmanager
def _clocks(searcher: Searcher) -> Iterator[dict[str, float]]:
    """Adds up the seconds spent in each part of the service, while it lasts."""
    taken: dict[str, float] = defaultdict(float)
    depth = [0]
    with ExitStack() as stack:
        for owner, name, part in (
            (searching, "parse", "query"),
            (Compiler, "__init__", "query"),
            (Compiler, "compile", "query"),
            (type(searcher), "search", "engine"),
            (type(searcher), "total", "engine"),
            (searching._Search, "_suggestion", "guesses"),
            (Snippets, "__init__", "snippets"),
            (Snippets, "fragments", "snippets"),
        ):
            stack.enter_context(_replaced(owner, name, _clocked(getattr(owner, name), part, taken, depth)))
        yield taken


def _clocked(function: Callable[..., Any], part: str, taken: dict[str, float], depth: list[int]) -> Callable[..., Any]:
    def clocked(*arguments: Any, **named: Any) -> Any:
        depth[0] += 1
        began = perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            depth[0] -= 1
            if not depth[0]:
                taken[part] += perf_counter() - began

    return clocked


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)
