"""GET /api/v1/search."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Blueprint, Response, request

from search_service import __version__
from search_service.search.answer import Answer, Found
from search_service.search.params import SearchParams
from search_service.settings import Settings
from search_service.web.api import examples
from search_service.web.api.auth import require_search
from search_service.web.api.operation import Operation, Reply, described
from search_service.web.services import services

INDEX_ERRORS = ("index_missing", "index_incompatible", "index_damaged")
SEARCH_ERRORS = (
    "query_too_long",
    "query_too_complex",
    "prefix_too_short",
    "page_invalid",
    "page_too_deep",
    "cursor_invalid",
    "cursor_expired",
    "sort_unknown",
    "match_unknown",
    "facet_unknown",
    "date_invalid",
    "too_many_filters",
    *INDEX_ERRORS,
    "search_timeout",
)

blueprint = Blueprint("api_search", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
@described(
    Operation(
        id="search",
        summary="Search articles",
        tag="Searching",
        scope="search",
        parameters=SearchParams,
        headers=("If-None-Match",),
        replies={
            200: Reply(
                "A page of hits, with counts.", Answer, headers=("ETag", "Cache-Control"), example=examples.ANSWER
            ),
            304: Reply("Nothing has changed since the answer with this ETag.", headers=("ETag", "Cache-Control")),
        },
        errors=SEARCH_ERRORS,
    )
)
def search() -> Response:
    """One page of hits with its counts.

    Page through the first hits with ``page`` and ``size``.  To walk through all of them
    begin with ``cursor=*`` and send the ``cursor`` of each answer with the same search,
    until an answer has none.  By date a cursor never expires.  By relevance the walk
    stays on the state of the index that it began with, for five minutes; then it is a
    410, and the walk begins again.

    The ``ETag`` changes with every commit of the index and when a scheduled article's
    time comes: send it as ``If-None-Match``, and a search that would say the same is a
    304.
    """
    require_search()
    ours = services()
    params = SearchParams.parse(request.args.to_dict(flat=False), ours.settings)
    fresh = Response(mimetype="application/json")
    if params.cursor is None:
        stamp(fresh, params.model_dump_json())
        fresh.make_conditional(request)
        if fresh.status_code == 304:
            return fresh
    else:
        fresh.headers["Cache-Control"] = "private, no-cache"
    fresh.set_data(told(ours.search.search(params), params))
    return fresh


def told(answer: Answer, params: SearchParams) -> str:
    """The answer with the fields that were asked for."""
    if not params.fields:
        return answer.model_dump_json()
    left_out = Found.model_fields.keys() - {"id", *params.fields}
    return answer.model_dump_json(exclude={"hits": {"__all__": set(left_out)}})


def stamp(response: Response, asked: str) -> None:
    """Say until what this answer to what was asked holds: the ETag names all that it is made from."""
    ours = services()
    edition = ours.search.edition()
    parts = (asked, edition.name, _constant(ours.settings))
    response.set_etag(hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32], weak=True)
    seconds = ours.settings.search_max_age
    if edition.seconds is not None:
        seconds = min(seconds, edition.seconds)
    kept = f"max-age={seconds}" if seconds > 0 else "no-cache"
    response.headers["Cache-Control"] = kept if ours.settings.search_open else f"private, {kept}"


@cache
def _constant(settings: Settings) -> str:
    """What answers depend on that does not change while the service runs."""
    return f"{__version__} {hashlib.sha256(settings.model_dump_json().encode()).hexdigest()}"
