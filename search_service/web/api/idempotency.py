"""``Idempotency-Key``: a call that is repeated with its key is answered as before, and not carried out again.

One that failed leaves its key free, so that it may be mended.  Each key has a file, which
is locked while its call is at work (the kernel frees the lock should the worker die) and
then holds the answer.  After
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import logging
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from flask import Response, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from search_service.errors import ServiceError
from search_service.web.api.auth import require
from search_service.web.services import services

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255
SWEEP_SECONDS = 600.0
"""How often a process looks for keys that may be forgotten."""

_CHUNK = 2**16
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Response])
_swept = 0.0


def repeatable(scope: str) -> Callable[[View], View]:
    """Let a view be repeated by whoever has the scope; stands above ``described``."""

    def wrap(view: View) -> View:
        @wraps(view)
        def once(*arguments: Any, **named: Any) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                return view(*arguments, **named)
            if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
                raise ServiceError("parameter_invalid", f"{HEADER} has 1 to {LONGEST} ASCII characters", field=HEADER)
            owner = require(scope).prefix
            name = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()[:40]
            with _locked(services().settings.archive_path.parent / "idempotency" / name) as file:
                return _answer(file, lambda: view(*arguments, **named))

        return cast(View, once)

    return wrap


class _Digested:
    """The body, and a digest of what has been read of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256(f"{request.method}\n{request.full_path}\n".encode())

    def read(self, size: int = -1) -> bytes:
        """As any stream."""
        part = self._stream.read(size)
        self._digest.update(part)
        return part

    def fingerprint(self) -> str:
        """Of method, address and body; what is left of the body is read first."""
        while self.read(_CHUNK):
            pass
        return self._digest.hexdigest()


def _answer(file: IO[bytes], view: Callable[[], Response]) -> Response:
    body = _Digested(request.stream)
    known = _read(file)
    if known is not None:
        if known["fingerprint"] != body.fingerprint():
            raise ServiceError("idempotency_key_reused", field=HEADER)
        return Response(known["body"], known["status"], {**known["headers"], REPLAYED: "true"})
    request.stream = body  # type: ignore[assignment]  # a stream as far as anyone here reads it
    response = view()
    if response.status_code < 400:
        # Of a body that cannot be read to its end nobody knows whether the next one is the same.
        with suppress(ClientDisconnected, RequestEntityTooLarge):
            _write(file, response, body.fingerprint())
    return response


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """The key's file, ours alone; raises ``idempotency_key_in_use``, ``folder_not_writable``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        file = path.open("a+b")
    except OSError as error:
        raise ServiceError("folder_not_writable", f"{path.parent}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceError("idempotency_key_in_use", field=HEADER) from None
        if not os.fstat(file.fileno()).st_nlink:  # it was swept away before we had it
            raise ServiceError("idempotency_key_in_use", field=HEADER)
        yield file


def _read(file: IO[bytes]) -> dict[str, Any] | None:
    """The answer that the file holds; None: none, or one that is broken or too old."""
    if time.time() - os.fstat(file.fileno()).st_mtime > services().settings.idempotency_hours * 3600:
        return None
    file.seek(0)
    try:
        known: dict[str, Any] = json.loads(gzip.decompress(file.read()))
    except (OSError, EOFError, ValueError, zlib.error):
        return None
    return known


def _write(file: IO[bytes], response: Response, fingerprint: str) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    known = {
        "fingerprint": fingerprint,
        "status": response.status_code,
        "headers": headers,
        "body": response.get_data(as_text=True),
    }
    try:
        file.truncate(0)
        file.write(gzip.compress(json.dumps(known).encode(), 1))
        file.flush()
    except OSError as error:  # what was asked for is done all the same, and its answer is true
        log.warning("an answer cannot be kept for its %s: %s", HEADER, error.strerror)


def _sweep(folder: Path) -> None:
    """Forget the keys whose time is over and that nobody holds."""
    global _swept
    if time.monotonic() - _swept < SWEEP_SECONDS:
        return
    _swept = time.monotonic()
    oldest = time.time() - services().settings.idempotency_hours * 3600
    for path in folder.iterdir():
        with suppress(OSError), path.open("rb") as file:
            if os.fstat(file.fileno()).st_mtime < oldest:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
