"""Answers go compressed to whom takes gzip: pages, feeds, JSON, styles and scripts."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

SMALLEST = 860
"""Bytes below which an answer fits one packet anyway."""
LEVEL = 5
_TYPES = (
    "text/",
    "image/svg+xml",
    "application/json",
    "application/problem+json",
    "application/feed+json",
    "application/atom+xml",
    "application/opensearchdescription+xml",
    "application/x-suggestions+json",
)


def install(app: Flask) -> None:
    """Compress what is text and large enough; pages hold no secret that their length could tell."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not (response.mimetype or "").startswith(_TYPES) or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if not request.accept_encodings["gzip"] or response.status_code in (204, 206, 304) or request.range:
            return response
        file = response.direct_passthrough
        response.direct_passthrough = False
        plain = response.get_data()
        if len(plain) < SMALLEST:
            return response
        response.set_data(_kept(plain) if file else gzip.compress(plain, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        tag, weak = response.get_etag()
        if tag is not None and not weak:
            response.set_etag(tag, weak=True)
        return response


@lru_cache(maxsize=32)
def _kept(plain: bytes) -> bytes:
    """A static file, compressed once."""
    return gzip.compress(plain, 9, mtime=0)
