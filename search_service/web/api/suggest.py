"""GET /api/v1/suggest."""

from __future__ import annotations

import json
from time import perf_counter

from flask import Blueprint, Response, request

from search_service.search.answer import Proposal
from search_service.web.api import examples
from search_service.web.api.auth import require_search
from search_service.web.api.models import Suggested, Suggestions, SuggestParams
from search_service.web.api.operation import Operation, Reply, described
from search_service.web.api.query import parameters
from search_service.web.api.search import INDEX_ERRORS, stamp
from search_service.web.page.hits import article_url, web_address
from search_service.web.page.state import State
from search_service.web.services import services

OPENSEARCH = "application/x-suggestions+json"

blueprint = Blueprint("api_suggest", __name__, url_prefix="/api/v1")


@blueprint.get("/suggest")
@described(
    Operation(
        id="suggest",
        summary="Suggest while a reader types",
        tag="Searching",
        scope="search",
        parameters=SuggestParams,
        headers=("If-None-Match",),
        replies={
            200: Reply(
                "Words, categories and titles.",
                Suggestions,
                headers=("ETag",),
                example=examples.SUGGESTIONS,
                others={OPENSEARCH: {"type": "array"}},
            ),
            304: Reply("Nothing has changed since the answer with this ETag.", headers=("ETag",)),
        },
        errors=(*INDEX_ERRORS, "search_timeout"),
    )
)
def suggest() -> Response:
    """Words, categories and titles that begin as ``q`` does; a search for each finds something.

    ``href`` is where each leads, an address of this service unless the article has one
    of its outlet.  ``format=opensearch`` answers as browsers' search boxes read it:
    https://github.com/dewitt/opensearch, extension Suggestions 1.1.
    """
    require_search()
    began = perf_counter()
    asked = parameters(SuggestParams)
    response = Response(mimetype=OPENSEARCH if asked.format else "application/json")
    stamp(response, asked.model_dump_json())
    response.make_conditional(request)
    if response.status_code == 304:
        return response
    proposals = services().search.suggest(asked.q, asked.limit)
    if perf_counter() - began > services().settings.suggest_seconds:  # there may be more to find with more time
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    start = State(lang=State.language(asked.lang))
    if asked.format:
        words = [proposal.text for proposal in proposals if proposal.kind == "word"]
        response.set_data(json.dumps([asked.q, words], ensure_ascii=False))
        return response
    found = tuple(Suggested(**proposal.model_dump(), href=_href(proposal, start)) for proposal in proposals)
    took = round((perf_counter() - began) * 1000, 2)
    response.set_data(Suggestions(query=asked.q, took_ms=took, suggestions=found).model_dump_json())
    return response


def _href(proposal: Proposal, start: State) -> str:
    if proposal.kind == "title":
        return web_address(proposal.url) or article_url(proposal.id or "", start)
    if proposal.kind == "category":
        return start.fresh(category=(proposal.value or "",)).url
    return start.fresh(q=proposal.query or "").url
