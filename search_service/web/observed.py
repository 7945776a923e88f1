"""Searching, with a note of what each request asked and found: for the metrics, the log, and the log of queries."""

from __future__ import annotations

from typing import NamedTuple

from flask import g, has_request_context

from search_service.search.answer import Answer
from search_service.search.params import SearchParams
from search_service.search.service import SearchService


class Seen(NamedTuple):
    """What a request searched for."""

    query: str
    total: int
    first: bool
    """Whether it asked for the beginning of the hits, as somebody does who has just typed."""


class ObservedSearch(SearchService):
    """Answers as its parent does."""

    def search(self, params: SearchParams) -> Answer:
        """Answer a search, and note it; raises what the parent raises."""
        answer = super().search(params)
        if has_request_context():
            g.seen = Seen(params.q, answer.total, params.page == 1 and params.cursor in (None, "*"))
        return answer


def seen() -> Seen | None:
    """The last search of this request; None: there was none."""
    found: Seen | None = g.get("seen")
    return found
