"""The worker of gunicorn that runs the app: what is refused before the app sees it is told as the app tells it.

gunicorn's own pages for what is no HTTP are HTML, repeat what was sent, and log it with
the client's address.
"""

from __future__ import annotations

import errno
import json
import logging
import secrets
import socket
import time
from http import HTTPStatus
from threading import Lock
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from search_service.errors import ServiceError
from search_service.web import metrics
from search_service.web.api.problem import document
from search_service.web.logs import REQUESTS

EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
PAUSE = 0.05
"""Seconds for which nobody is let in when there is no descriptor for them; they wait in the listener."""

log = logging.getLogger(__name__)
requests = logging.getLogger(REQUESTS)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """Threads, as gunicorn has them; a connection stays with a worker only while that is not crowded.

    A proxy uses those of its kept connections again that it used last.  Were they all kept, one
    worker would have most requests and the others none.  A new one goes to who is free to take it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._at_work = 0
        self._counting = Lock()

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer a request; its connection ends with it if there are others at work."""
        with self._counting:
            self._at_work += 1
            if self._at_work > 1:
                req.force_close()
        try:
            return bool(super().handle_request(req, conn))
        finally:
            with self._counting:
                self._at_work -= 1

    def accept(self, *arguments: Any) -> None:
        """Let a connection in; where files have run out the worker goes on with those that it has."""
        try:
            super().accept(*arguments)
        except OSError as error:
            if error.errno not in EXHAUSTED:
                raise
            log.warning("no connection can be taken: %s", error.strerror)
            time.sleep(PAUSE)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what is no request with a problem, and what failed around the app with one, too."""
        name = secrets.token_hex(8)
        error = refusal(exc)
        if error.code == "internal":
            log.error("request %s failed outside of the app", name, exc_info=exc)
        else:
            fields = {"request_id": name, "status": error.kind.status, "code": error.code}
            requests.info("refused", extra={"fields": fields})
        metrics.unread(self.wsgi, error.kind.status)
        try:
            util.write_nonblock(client, answer(error, name))
        except OSError:
            log.debug("request %s: the client is gone", name)


def refusal(exc: BaseException) -> ServiceError:
    """What gunicorn's parser says, as an error of the table; nothing of what was sent is in it."""
    if isinstance(exc, LimitRequestLine):
        return ServiceError("address_too_long")
    if isinstance(exc, LimitRequestHeaders):
        return ServiceError("headers_too_large")
    if not isinstance(exc, ParseException):
        return ServiceError("internal")
    if not str(exc).isascii():
        return ServiceError("request_invalid", "the address or a header has letters that are not percent-encoded")
    return ServiceError("request_invalid")


def answer(error: ServiceError, name: str) -> bytes:
    """A whole answer with the problem; the connection ends with it."""
    kind = error.kind
    body = json.dumps(document(error, name).model_dump(), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {kind.status} {HTTPStatus(kind.status).phrase}\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        f"X-Request-ID: {name}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
