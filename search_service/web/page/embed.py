"""The search on another site's pages: one script, and a page that shows it at work."""

from __future__ import annotations

from flask import Blueprint, Response, request

from search_service.web.page import rendering
from search_service.web.page.assets import bundle

blueprint = Blueprint("embed", __name__)


@blueprint.get("/embed.js")
def script() -> Response:
    """The element ``<news-search>``; the address stays, so that it is asked for anew once it is an hour old."""
    response = Response(bundle("embed.js"), mimetype="text/javascript")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/embed")
def demo() -> Response:
    """What to copy, and what it looks like in three dresses."""
    return rendering.page("embed.html", here=rendering.plain_state().address("/embed"))
