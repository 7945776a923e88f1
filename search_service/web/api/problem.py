"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from search_service.errors import ServiceError
from search_service.web.api.models import Problem
from search_service.web.requests import request_id


def document(error: ServiceError, request: str) -> Problem:
    """The error's members, for the request of this name.

    The detail of a failure of the machinery may name files: it is for the log alone.
    """
    kind = error.kind
    return Problem(
        type=f"urn:search-service:error:{error.code}",
        title=kind.english,
        title_fa=kind.persian,
        status=kind.status,
        code=error.code,
        detail=error.detail if kind.status < 500 else kind.english,
        field=error.field,
        hint=kind.hint,
        hint_fa=kind.hint_fa,
        request_id=request,
        version=error.version,
    )


def problem(error: ServiceError, **more: Any) -> Response:
    """The answer that tells a program of the error; ``more`` are members of its own."""
    response = jsonify({**document(error, request_id()).model_dump(), **more})
    response.status_code = error.kind.status
    response.mimetype = "application/problem+json"
    return response
