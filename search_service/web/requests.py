"""What holds of every request: a name for the logs, addresses that are UTF-8, and bodies that end or break."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException
from werkzeug.routing import BaseConverter
from werkzeug.wsgi import get_content_length

from search_service.errors import ServiceError

BROKEN = "the body ended before its announced length, or one of its chunks is broken"
"""What is told of a body that stops short."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class IdConverter(BaseConverter):
    """An article's id, which may be an address with slashes of its own, percent-encoded."""

    regex = ".+"
    part_isolating = False


class _Body:
    """A body that is whole or breaks: what stops short of its length, or has a broken chunk, never just ends."""

    def __init__(self, stream: IO[bytes], length: int | None) -> None:
        """``length``: as announced; None: in chunks, or no body at all."""
        self._stream = stream
        self._left = length or 0
        self._broken = False

    def read(self, size: int = -1) -> bytes:
        """As any stream; raises OSError, and again each time that it is asked from then on."""
        if self._broken:
            raise OSError(BROKEN)
        self._broken = True
        try:
            part = self._stream.read(size)
        except ParseException as error:
            raise OSError(BROKEN) from error
        self._left -= len(part)
        if self._left > 0 and not part and size:
            raise OSError(BROKEN)
        self._broken = False
        return part


def install(app: Flask) -> None:
    """Name each request, and refuse addresses that are no UTF-8 before anything reads them."""
    inner = app.wsgi_app

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = _Body(environ["wsgi.input"], get_content_length(environ))
        return inner(environ, start_response)

    app.wsgi_app = outer  # type: ignore[method-assign]

    @app.before_request
    def name() -> None:
        g.began = perf_counter()
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        try:
            request.environ.get("PATH_INFO", "").encode("latin-1").decode()
            unquote_to_bytes(request.query_string).decode()
        except UnicodeError:
            raise ServiceError("text_invalid", "the address is not UTF-8") from None

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        return response


def request_id() -> str:
    """The name of this request, as the logs have it."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)
