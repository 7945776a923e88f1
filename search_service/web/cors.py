"""Which other origins' scripts may call the API (https://fetch.spec.whatwg.org/#http-cors-protocol).

Origins of ``SEARCH_CORS_ORIGINS`` may make every call, with a key in a header; those of
``SEARCH_EMBED_ORIGINS`` may read searches and suggestions.  Cookies are never sent along,
for there are none.
"""

from __future__ import annotations

from flask import Flask, Response, request

from search_service.settings import Settings

EMBEDDED = ("/api/v1/search", "/api/v1/suggest")
"""What an embedded search asks for."""
HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key, X-Request-ID"
EXPOSED = (
    "ETag, Location, Allow, Idempotency-Replayed, Retry-After, RateLimit, RateLimit-Policy, RateLimit-Limit, "
    "RateLimit-Remaining, RateLimit-Reset, X-Request-ID"
)
MAX_AGE = 600
"""Seconds for which a browser need not ask again."""


def install(app: Flask, settings: Settings) -> None:
    """Answer what browsers ask before a call, and tell them who may read an answer."""

    @app.before_request
    def preflight() -> Response | None:
        if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        if request.url_rule is None or not _origins(settings, request.path):
            return None
        response = Response(status=204)
        response.headers["Access-Control-Allow-Methods"] = app.make_default_options_response().headers["Allow"]
        response.headers["Access-Control-Allow-Headers"] = HEADERS
        response.headers["Access-Control-Max-Age"] = str(MAX_AGE)
        return response

    @app.after_request
    def share(response: Response) -> Response:
        origins = _origins(settings, request.path)
        if not origins:
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin and (origin in origins or "*" in origins):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
        else:
            response.headers.pop("Access-Control-Allow-Methods", None)
        return response


def _origins(settings: Settings, path: str) -> tuple[str, ...]:
    """Those that may use this address."""
    embedded = settings.embed_origins if path in EMBEDDED else ()
    api = settings.cors_origins if path.startswith("/api/") or path == "/openapi.json" else ()
    return (*embedded, *api)
