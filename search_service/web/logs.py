"""The log: one JSON object a line for programs, or text for people at a terminal.

Each line names its request.  A line is one line whatever text it holds: control
characters, line ends of every kind and bidi controls are escaped.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
import sys
from datetime import datetime
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from search_service.article import TEHRAN
from search_service.settings import Settings
from search_service.web import metrics, proxy
from search_service.web.observed import seen
from search_service.web.requests import request_id

REQUESTS = "search_service.requests"
LONGEST_QUERY = 200

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

log = logging.getLogger(REQUESTS)


class JsonFormatter(logging.Formatter):
    """``time``, ``level``, ``logger``, ``message``, ``request_id`` in a request, ``exception``, and what is given."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, TEHRAN).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = request_id()
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return escaped(json.dumps(line, ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """``LEVEL: message name=value …``, with a traceback in lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and those of the traceback."""
        fields = "".join(f" {name}={value}" for name, value in getattr(record, "fields", {}).items())
        line = escaped(f"{record.levelname}: {record.getMessage()}{fields}")
        if record.exc_info:
            line += "\n" + "\n".join(map(escaped, self.formatException(record.exc_info).splitlines()))
        return line


class SilenceFilter(logging.Filter):
    """Leaves out gunicorn's traceback for each client that fell silent: its connection was closed, as it should."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record stays."""
        return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError | TimeoutError))


def escaped(text: str) -> str:
    """The text with all that would break its line, or show it otherwise than it is, as ``\\uXXXX``."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def config(settings: Settings) -> dict[str, Any]:
    """All of it goes to standard error; as ``logging.config.dictConfig`` and gunicorn take it."""
    text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    formatter = TextFormatter if text else JsonFormatter
    handlers = ["standard_error"]
    plain = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"silence": {"()": f"{__name__}.SilenceFilter"}},
        "formatters": {"line": {"()": f"{formatter.__module__}.{formatter.__name__}"}},
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": settings.log_level.upper(), "handlers": handlers},
        "loggers": {
            "gunicorn.error": plain | {"level": "WARNING", "filters": ["silence"]},
            "gunicorn.access": plain | {"level": "CRITICAL"},  # ours says more, and less
            REQUESTS: {"level": "INFO" if settings.log_requests else "CRITICAL"},
        },
    }


def start(settings: Settings) -> None:
    """Log so from now on, in this process."""
    logging.config.dictConfig(config(settings))


def install(app: Flask, settings: Settings) -> None:
    """Log every answer once it is made, apart from those to whoever watches over us."""

    @app.after_request
    def answered(response: Response) -> Response:
        if not log.isEnabledFor(logging.INFO) or (
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
        log.info("answered", extra={"fields": {name: value for name, value in fields.items() if value is not None}})
        return response
