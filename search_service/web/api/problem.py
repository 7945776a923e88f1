"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from search_service.errors import ServiceError
from search_service.web.requests import request_id


def document(error: ServiceError) -> dict[str, Any]:
    """The error's members: those of RFC 9457, and ``code``, ``field``, ``hint``, ``title_fa``, ``request_id``.

    The detail of a failure of the machinery may name files: it is for the log alone.
    """
    return {
        "type": f"urn:search-service:error:{error.code}",
        "title": error.kind.english,
        "title_fa": error.kind.persian,
        "status": error.kind.status,
        "code": error.code,
        "detail": error.detail if error.kind.status < 500 else error.kind.english,
        "field": error.field,
        "hint": error.kind.hint,
        "request_id": request_id(),
    }


def problem(error: ServiceError, **more: Any) -> Response:
    """The answer that tells a program of the error; ``more`` are members of its own."""
    response = jsonify({**document(error), **more})
    response.status_code = error.kind.status
    response.mimetype = "application/problem+json"
    return response
