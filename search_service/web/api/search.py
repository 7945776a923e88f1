"""GET /api/v1/search."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, request

from search_service.search.params import SearchParams
from search_service.web.api.auth import require_search
from search_service.web.services import services

blueprint = Blueprint("api_search", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> Response:
    """One page of hits with its counts; a repeated search whose answer is the same is a 304."""
    require_search()
    ours = services()
    params = SearchParams.parse(request.args.to_dict(flat=False), ours.settings)
    answer = ours.search.search(params)
    response = Response(answer.model_dump_json(), mimetype="application/json")
    response.set_etag(hashlib.sha256(answer.model_dump_json(exclude={"took_ms"}).encode()).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "no-cache" if ours.settings.search_open else "private, no-cache"
    response.make_conditional(request)
    return response
