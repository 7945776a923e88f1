"""What a request is told when it fails: a problem document under /api, a page elsewhere; never a stack or a path."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, SecurityError

from search_service.errors import ServiceError
from search_service.web import metrics
from search_service.web.api.problem import problem
from search_service.web.page.messages import message
from search_service.web.requests import request_id

RETRY_AFTER = 10
"""Seconds after which a client may come back when the service is not ready."""

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
        return answer(ServiceError("internal"))


def answer(error: ServiceError) -> Response:
    """The error as the kind of client at this address reads it."""
    metrics.refused(error)
    response = problem(error) if request.path.startswith(_PROGRAMS) else message(error)
    if error.kind.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.kind.status == 503:
        response.headers["Retry-After"] = str(1 if error.code == "overloaded" else RETRY_AFTER)
    return response


def _translated(error: HTTPException) -> ServiceError:
    """An error of the framework as one of the table."""
    if isinstance(error, RequestEntityTooLarge):
        return ServiceError("body_too_large")
    if isinstance(error, MethodNotAllowed):
        return ServiceError("method_not_allowed", f"{request.method} is not taken here")
    if isinstance(error, SecurityError):
        return ServiceError("host_unknown")
    if error.code == 404:
        return ServiceError("not_found")
    if error.code is not None and error.code < 500:
        return ServiceError("body_invalid", error.name)
    return ServiceError("internal")
