"""GET /api/v1/suggest."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

from flask import Blueprint, Response

from search_service.errors import ServiceError
from search_service.search.answer import Proposal
from search_service.web.api.auth import require_search
from search_service.web.api.parameters import parameters, whole_number
from search_service.web.page.hits import article_url, web_address
from search_service.web.page.state import State
from search_service.web.services import services

SHOWN, MOST = 8, 20

blueprint = Blueprint("api_suggest", __name__, url_prefix="/api/v1")


@blueprint.get("/suggest")
def suggest() -> Response:
    """Words, categories and titles that begin as ``q`` does, at most ``limit``.

    ``href`` is where each leads, an address of this service unless the article has one
    of its outlet.  ``format=opensearch`` answers as browsers' search boxes read it:
    https://github.com/dewitt/opensearch, extension Suggestions 1.1.
    """
    require_search()
    began = perf_counter()
    values = parameters("q", "limit", "lang", "format")
    query, limit = values.get("q", ""), whole_number(values, "limit")
    if limit is not None and not 1 <= limit <= MOST:
        raise ServiceError("parameter_invalid", f"'limit' lies between 1 and {MOST}", field="limit")
    if values.get("format", "") not in ("", "opensearch"):
        raise ServiceError("parameter_invalid", "'format' takes the value 'opensearch'", field="format")
    proposals = services().search.suggest(query, limit or SHOWN)
    start = State(lang=State.language(values.get("lang", "")))
    if values.get("format"):
        words = [proposal for proposal in proposals if proposal.kind == "word"]
        return _answer([query, [each.text for each in words]], "application/x-suggestions+json")
    found = [proposal.model_dump(mode="json") | {"href": _href(proposal, start)} for proposal in proposals]
    took = round((perf_counter() - began) * 1000, 2)
    return _answer({"query": query, "took_ms": took, "suggestions": found}, "application/json")


def _answer(document: Any, mimetype: str) -> Response:
    response = Response(json.dumps(document, ensure_ascii=False), mimetype=mimetype)
    response.headers["Cache-Control"] = "no-cache" if services().settings.search_open else "private, no-cache"
    return response


def _href(proposal: Proposal, start: State) -> str:
    if proposal.kind == "title":
        return web_address(proposal.url) or article_url(proposal.id or "", start)
    if proposal.kind == "category":
        return start.fresh(category=(proposal.value or "",)).url
    return start.fresh(q=proposal.query or "").url
