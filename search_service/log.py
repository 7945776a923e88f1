"""The log of a process: one JSON object a line for programs, or text for people at a terminal.

A line is one line whatever text it holds: control characters, line ends of every kind and
bidi controls are escaped.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
import sys
from datetime import datetime
from typing import Any

from search_service.article import TEHRAN
from search_service.settings import Settings

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class JsonFormatter(logging.Formatter):
    """``time``, ``level``, ``logger``, ``message``, what the record's ``fields`` hold, ``exception``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, TEHRAN).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
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


def escaped(text: str) -> str:
    """The text with all that would break its line, or show it otherwise than it is, as ``\\uXXXX``."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def config(settings: Settings) -> dict[str, Any]:
    """All of it goes to standard error; as ``logging.config.dictConfig`` takes it."""
    text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    formatter = TextFormatter if text else JsonFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{formatter.__module__}.{formatter.__name__}"}},
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": settings.log_level.upper(), "handlers": ["standard_error"]},
    }


def start(settings: Settings) -> None:
    """Log so from now on, in this process."""
    logging.config.dictConfig(config(settings))
