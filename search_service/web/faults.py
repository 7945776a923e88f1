"""What a request is told when it fails: a problem document under /api, a page elsewhere; never a stack or a path."""

from __future__ import annotations

import difflib
import errno
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
    SecurityError,
)

from search_service.errors import ServiceError
from search_service.web import metrics
from search_service.web.api.problem import problem
from search_service.web.page.messages import message
from search_service.web.requests import BROKEN, request_id

RETRY_AFTER = 10
"""Seconds after which a client may come back when the service is not ready."""

EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)
"""What the system says when it has no more files, memory or threads: later it will."""

_PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json")


def install(app: Flask) -> None:
    """Answer every failure of the app."""

    @app.errorhandler(ServiceError)
    def told(error: ServiceError) -> Response:
        if error.kind.status >= 500 and error.code != "overloaded":  # of which there are too many to tell each
            app.logger.warning("request %s: %s: %s", request_id(), error.code, error.detail)
        return answer(error)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return Response(error.get_response().response, error.code, dict(error.get_headers()))
        response = answer(_translated(error))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        app.logger.error("request %s: %s failed", request_id(), request.endpoint, exc_info=error)
        return answer(ServiceError("overloaded" if exhausted(error) else "internal"))

    def failed_around(exc_info: Any) -> None:
        app.logger.error("request %s: what surrounds %s failed", request_id(), request.endpoint, exc_info=exc_info)

    # Flask's own line names the address, which may hold an article's id or a query.
    app.log_exception = failed_around  # type: ignore[method-assign]


def exhausted(error: BaseException) -> bool:
    """Whether an error says no more than that there is too little of something just now."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in EXHAUSTED)


def answer(error: ServiceError) -> Response:
    """The error as the kind of client at this address reads it."""
    metrics.refused(error)
    response = problem(error) if request.path.startswith(_PROGRAMS) else message(error)
    if error.kind.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.kind.status == 503:
        response.headers["Retry-After"] = str(1 if error.code == "overloaded" else RETRY_AFTER)
    return response


def _nearest(path: str) -> str | None:
    """The address of a program's call that was probably meant."""
    known = {metrics.readable(rule.rule) for rule in current_app.url_map.iter_rules()}
    near = difflib.get_close_matches(
        path[:100], [each for each in known if each.startswith(_PROGRAMS)], n=1, cutoff=0.8
    )
    return near[0] if near else None


def _translated(error: HTTPException) -> ServiceError:
    """An error of the framework as one of the table."""
    if isinstance(error, ClientDisconnected):
        return ServiceError("body_invalid", BROKEN)
    if isinstance(error, RequestEntityTooLarge):
        return ServiceError("body_too_large")
    if isinstance(error, MethodNotAllowed):
        return ServiceError("method_not_allowed", f"{request.method} is not taken here")
    if isinstance(error, SecurityError):
        return ServiceError("host_unknown")
    if error.code == 404:
        near = _nearest(request.path)
        return ServiceError("not_found", f"There is nothing here; did you mean {near}?" if near else "")
    if error.code is not None and error.code < 500:
        return ServiceError("body_invalid", error.name)
    return ServiceError("internal")
