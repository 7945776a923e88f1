"""How gunicorn runs the app; the names are those of https://docs.gunicorn.org/en/stable/settings.html."""

from __future__ import annotations

import gc
import logging
import os
from typing import Any

from search_service.errors import ServiceError
from search_service.settings import Settings

_settings = Settings()

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
wsgi_app = "search_service.web.app:create_app()"
preload_app = True
worker_class = "gthread"
workers = _settings.workers
threads = _settings.threads
timeout = 60
graceful_timeout = 15
keepalive = 5
# The heartbeat's file lies in memory: on a slow disk it would hold up workers.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# A query of the longest kind, percent-encoded, with filters beside it; more is answered here.
limit_request_line = 8190
limit_request_fields = 64
control_socket_disable = True
loglevel = "warning"
proc_name = "search-service"


def when_ready(server: Any) -> None:
    """Before the fork: load what all workers share, and keep the collector from touching its pages."""
    try:
        server.app.wsgi().extensions["search_service"].live.warm()
    except ServiceError as error:
        logging.getLogger(__name__).warning("%s", error)
    gc.collect()
    gc.freeze()
