"""The log of a web process: each line names its request, and each answer has a line."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from search_service import log
from search_service.settings import Settings
from search_service.web import metrics, proxy
from search_service.web.observed import seen
from search_service.web.requests import request_id

REQUESTS = "search_service.requests"
LONGEST_QUERY = 200

answers = logging.getLogger(REQUESTS)


class RequestFilter(logging.Filter):
    """Puts the name of the request that is answered into each line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """The record stays."""
        if has_request_context():
            record.fields = {"request_id": request_id(), **getattr(record, "fields", {})}
        return True


class SilenceFilter(logging.Filter):
    """Leaves out gunicorn's traceback for each client that fell silent: its connection was closed, as it should."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record stays."""
        return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError | TimeoutError))


def config(settings: Settings) -> dict[str, Any]:
    """As ``logging.config.dictConfig`` and gunicorn take it."""
    found = log.config(settings)
    plain = {"handlers": [], "propagate": True}
    found["filters"] = {name: {"()": f"{__name__}.{name}"} for name in ("RequestFilter", "SilenceFilter")}
    found["handlers"]["standard_error"]["filters"] = ["RequestFilter"]
    found["loggers"] = {
        "gunicorn.error": plain | {"level": "WARNING", "filters": ["SilenceFilter"]},
        "gunicorn.access": plain | {"level": "CRITICAL"},  # ours says more, and less
        REQUESTS: {"level": "INFO" if settings.log_requests else "CRITICAL"},
    }
    return found


def install(app: Flask, settings: Settings) -> None:
    """Log every answer once it is made, apart from those to whoever watches over us."""

    @app.after_request
    def answered(response: Response) -> Response:
        if not answers.isEnabledFor(logging.INFO) or (
            request.blueprint in ("health", "metrics") and response.status_code < 400
        ):
            return response
        fields: dict[str, Any] = {
            "request_id": request_id(),
            "method": request.method,
            "route": metrics.route(),
            "status": response.status_code,
            "ms": round((perf_counter() - g.began) * 1000, 1) if "began" in g else None,
            "bytes": response.content_length,
            "key": g.get("caller"),
        }
        found = seen()
        if found is not None:
            fields["hits"] = found.total
            if settings.log_queries:
                fields["query"] = found.query[:LONGEST_QUERY]
        if settings.log_addresses:
            fields["address"] = proxy.client()
        answers.info("answered", extra={"fields": {name: value for name, value in fields.items() if value is not None}})
        return response
