"""The headers that every answer carries: what a browser may load, frame, guess, tell and keep.

Pages of the origins in ``SEARCH_EMBED_ORIGINS`` may run ``/embed.js`` and frame the
pages; no others may.  What scripts may read is in ``cors.py``.
"""

from __future__ import annotations

from flask import Flask, Response

from search_service.settings import Settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_security_policy(settings: Settings) -> str:
    """Nothing is loaded from elsewhere but pictures of the origins that settings name.

    An article's picture, hosted anywhere, would tell that host of each reader.
    """
    ancestors = " ".join(("'self'", *settings.embed_origins)) if settings.embed_origins else "'none'"
    pictures = " ".join(("'self'", *settings.image_origins))
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "connect-src 'self'",
            "font-src 'self'",
            f"img-src {pictures}",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        )
    )


def install(app: Flask, settings: Settings) -> None:
    """Add them to every answer; ``Cache-Control`` only where the view has not set its own."""
    headers = HEADERS | {"Content-Security-Policy": content_security_policy(settings)}
    if not settings.embed_origins:
        headers["X-Frame-Options"] = "DENY"

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
