"""Golden queries: what a new generation must find before it goes live.

``golden.tsv`` in the index folder holds a query, a tab, and the id of an article that its
first page must hold, on each line; ``#`` begins a comment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from search_service.engine.base import Generation
from search_service.errors import ServiceError
from search_service.indexing.verification import Examine
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

FILE = "golden.tsv"

log = logging.getLogger(__name__)


def examination(settings: Settings) -> Examine:
    """Asks the queries of the file, as it is then; a line for each whose article is there and not found."""

    def examine(generation: Generation, analyzer: Analyzer) -> list[str]:
        pairs = read(settings.index / FILE)
        if not pairs:
            return []
        searcher = generation.searcher()
        try:
            service = SearchService(lambda: (searcher, analyzer), settings)
            return [line for query, id in pairs if (line := _asked(service, searcher.get, settings, query, id))]
        finally:
            searcher.close()

    return examine


def read(path: Path) -> list[tuple[str, str]]:
    """Queries with the ids that they must find; empty: there is no file. Raises ``source_unreadable``."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise ServiceError("source_unreadable", f"{path} cannot be read: {error}") from None
    pairs = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        query, tab, id = line.partition("\t")
        if not tab or not query.strip() or not id.strip():
            raise ServiceError("source_unreadable", f"{path}, line {number}: it is not a query, a tab and an id")
        pairs.append((query.strip(), id.strip()))
    return pairs


def _asked(service: SearchService, get: Callable[[str], object], settings: Settings, query: str, id: str) -> str | None:
    if get(id) is None:
        log.warning("golden query %r: there is no article %r any more", query, id)
        return None
    answer = service.search(SearchParams.parse({"q": query}, settings))
    if any(hit.id == id for hit in answer.hits):
        return None
    return f"golden query {query!r} does not find article {id!r} on its first page"
