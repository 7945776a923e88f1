"""How gunicorn runs the app; the names are those of https://docs.gunicorn.org/en/stable/settings.html."""

from __future__ import annotations

import gc
import logging
import os
import resource
import socket
import struct
import sys
from typing import Any

from search_service.errors import ServiceError
from search_service.search.params import SearchParams
from search_service.settings import Settings
from search_service.web import logs, query_log

WARMING = "خبر"
"""What a worker searches for before anybody asks it."""

CONNECTIONS = 1000
"""Connections that a worker holds at most; further ones wait in the listener."""
FILES = 65_536
"""Descriptors that a worker may have where the system lets it."""
RESERVE = 256
"""Of these, how many are for the index, the archive and what a request opens."""


def _connections() -> int:
    """As many as the process may have files for, besides its own; the soft limit is raised first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    room = CONNECTIONS if soft == resource.RLIM_INFINITY else max(soft - RESERVE, soft // 2)
    return min(CONNECTIONS, room)


_settings = Settings()

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
wsgi_app = "search_service.web.app:create_app()"
preload_app = True
worker_class = "search_service.web.worker.Worker"
workers = _settings.workers
threads = _settings.threads
worker_connections = _connections()
timeout = 60
graceful_timeout = 15
keepalive = 5
# The heartbeat's file lies in memory: on a slow disk it would hold up workers.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# A query of the longest kind, percent-encoded, with filters beside it; more is answered here.
limit_request_line = 8190
limit_request_fields = 64
control_socket_disable = True
# Whose word counts is the settings' matter, not that of the address from which a proxy asks.
forwarded_allow_ips = ""
forwarder_headers = ""
logconfig_dict = logs.config(_settings)
loglevel = _settings.log_level
proc_name = "search-service"


def when_ready(server: Any) -> None:
    """Before the fork: what all workers share is loaded, and the collector kept from touching its pages."""
    try:
        server.app.wsgi().extensions["search_service"].live.warm()
    except ServiceError as error:
        logging.getLogger(__name__).warning("%s", error)
    # Connections take this over from the listener: one that falls silent holds no thread for long.
    silence = struct.pack("@ll", int(_settings.client_seconds), int(_settings.client_seconds % 1 * 1e6))
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, silence)
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Before its first request: open the index, so that no reader waits for that."""
    # Threads that refuse or accept do not wait long for those that compute (the default is 5 ms each).
    sys.setswitchinterval(0.001)
    try:
        worker.wsgi.extensions["search_service"].search.search(SearchParams(q=WARMING, size=1))
    except Exception as error:  # whatever it is, requests will meet it and say so
        logging.getLogger(__name__).info("%s", error)


def worker_exit(server: Any, worker: Any) -> None:
    """What was noted of queries is written down."""
    app = getattr(worker, "wsgi", None)  # a worker that could not start has none
    log = app.extensions.get(query_log.EXTENSION) if app is not None else None
    if log is not None:
        log.write()
