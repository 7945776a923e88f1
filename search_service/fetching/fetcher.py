"""Requests to one site: to checked addresses only, within bounds of size and time, and politely.

The site's name is resolved once and every request goes to an address that was checked
then, so that a name whose answer changes (DNS rebinding) leads nowhere else.  TLS is
verified against the name.  Proxies of the environment are not used, for they would
resolve names anew.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import logging
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from search_service import __version__
from search_service.article import now
from search_service.errors import ServiceError
from search_service.fetching.addresses import Address
from search_service.fetching.body import TooMuch, received
from search_service.fetching.target import Resolve, Target, checked, resolve

MAX_REDIRECTS = 5
TRIES = 5
LONGEST_WAIT = 300.0
"""Seconds that a ``Retry-After`` is obeyed for; who asks for more is left alone."""

USER_AGENT = f"search-service/{__version__} (news search importer)"

_CONNECT_SECONDS = 10.0
_PIECE = 2**16
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; ``headers`` by their names in small letters, ``body`` decoded."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetcher:
    """Reads from the one host that the first address names.

    ``delay`` is kept between requests; ``seconds`` bounds each answer from its first
    byte sent to its last received; ``allowed`` names hosts that may be internal.
    """

    def __init__(
        self,
        url: str,
        *,
        allowed: Collection[str] = (),
        delay: float = 0.5,
        seconds: float = 60.0,
        max_bytes: int = 64 * 2**20,
        resolve: Resolve = resolve,
        sleep: Callable[[float], None] = time.sleep,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Raises ``fetch_refused`` for an internal address, ``fetch_failed`` for an unknown host."""
        self.target = Target.of(url)
        self._addresses = checked(self.target, allowed, resolve)
        self._delay = delay
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._sleep = sleep
        self._tls = tls or ssl.create_default_context()
        self._connection: HTTPConnection | None = None
        self._connected: Target | None = None
        self._last = float("-inf")

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer at an address of this host, whatever its status.

        Redirects within the host are followed.  Throttling, failures of the server and
        of the network are tried again, a while later each time.  Raises
        ``fetch_failed``; ``fetch_refused`` for an address that leads off the host.
        """
        for attempt in range(1, TRIES + 1):
            wait = min(2.0 ** (attempt - 1), LONGEST_WAIT) * random.uniform(1.0, 1.5)
            try:
                reply = self._follow(url, headers or {})
            except _Unreachable as error:
                if error.expired and attempt > 1:
                    raise TooMuch(str(error)) from None
                if attempt == TRIES:
                    raise ServiceError("fetch_failed", str(error)) from None
                _LOG.info("%s; trying again in %.0f s", error, wait)
            else:
                if reply.status not in _AGAIN or attempt == TRIES:
                    return reply
                wait = max(wait, self._asked_to_wait(reply))
                _LOG.info("%s answers %s; trying again in %.0f s", reply.url, reply.status, wait)
            self._sleep(wait)
        raise AssertionError("unreachable: the last try returns or raises")

    def close(self) -> None:
        """Give the connection back; another request would open a new one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._connected = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _follow(self, url: str, headers: Mapping[str, str]) -> Reply:
        target = self._within(Target.of(url))
        for _ in range(MAX_REDIRECTS + 1):
            reply = self._request(target, headers)
            location = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not location:
                return reply
            target = self._within(Target.of(urljoin(str(target), location)), target)
        raise ServiceError("fetch_failed", f"{url} redirects more than {MAX_REDIRECTS} times")

    def _within(self, target: Target, come_from: Target | None = None) -> Target:
        """The target, if it is on this host; a redirect may change http into https, and nothing else."""
        before = come_from or self.target
        if target.host != self.target.host:
            what = f"{before.origin} redirects to {target.origin}" if come_from else f"{target.origin} is another host"
            raise ServiceError("fetch_refused", f"{what}, which is not followed; give that address if it is meant")
        upgraded = (before.scheme, before.port, target.scheme, target.port) == ("http", 80, "https", 443)
        if upgraded or (before.scheme, before.port) == (target.scheme, target.port):
            return target
        # Addresses that a site hands out itself may still name the one that it redirects from.
        if come_from is None and (target.scheme, target.port) == ("https", 443) and before.port == 80:
            return target
        raise ServiceError("fetch_refused", f"{target.origin} is not {before.origin}, and is not followed")

    def _request(self, target: Target, headers: Mapping[str, str]) -> Reply:
        self._pause()
        reused = self._connected == _origin(target)
        try:
            return self._exchange(target, headers)
        except _Unreachable as error:
            if not reused or error.expired:
                raise
        # The server had closed the connection that was kept: that is no failure yet.
        return self._exchange(target, headers)

    def _exchange(self, target: Target, headers: Mapping[str, str]) -> Reply:
        """One request and its answer, given up by a watchdog when the time is over, whatever drips in."""
        connection = self._connect(target)
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            if connection.sock is not None:
                # The plain socket's method: that of TLS would wait for its own goodbye.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

        watchdog = threading.Timer(self._seconds, expire)
        watchdog.daemon = True
        watchdog.start()
        done = False
        try:
            connection.request(
                "GET",
                target.path,
                headers={
                    "Host": target.netloc,
                    "User-Agent": USER_AGENT,
                    "Accept-Encoding": "gzip",
                    "Accept": "*/*",
                    **headers,
                },
                preload_content=False,
                decode_content=False,
            )
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.headers.items()}
            body = received(_pieces(answer), found.get("content-encoding", ""), self._max_bytes)
            if expired.is_set():  # headers that were cut off read like whole ones
                raise TimeoutError
            done = found.get("connection", "").lower() != "close"
            return Reply(str(target), answer.status, found, body)
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            if expired.is_set():
                said = f"{target.origin} did not answer whole within {self._seconds:g} s"
                raise _Unreachable(said, expired=True) from None
            raise _Unreachable(f"{target.origin} cannot be read: {_reason(error)}") from None
        finally:
            watchdog.cancel()
            self._last = time.monotonic()
            if not done:
                self.close()

    def _connect(self, target: Target) -> HTTPConnection:
        """The open connection, or one to the first address that takes it."""
        if self._connection is not None and self._connected == _origin(target):
            return self._connection
        self.close()
        error: Exception | None = None
        for address in self._addresses:
            connection = self._to(address, target)
            try:
                connection.connect()
            except (HTTPError, OSError) as failure:
                connection.close()
                error = error or failure
            else:
                assert connection.sock is not None, "it is connected"
                connection.sock.settimeout(self._seconds)
                self._connection, self._connected = connection, _origin(target)
                return connection
        assert error is not None, "a host without addresses was refused before"
        raise _Unreachable(f"{target.origin} cannot be reached: {_reason(error)}")

    def _to(self, address: Address, target: Target) -> HTTPConnection:
        seconds = min(_CONNECT_SECONDS, self._seconds)
        if target.scheme == "http":
            return HTTPConnection(str(address), target.port, timeout=seconds)
        return HTTPSConnection(
            str(address), target.port, timeout=seconds, ssl_context=self._tls, server_hostname=target.host
        )

    def _pause(self) -> None:
        """Wait for the rest of the delay since the last answer."""
        rest = self._last + self._delay - time.monotonic()
        if rest > 0:
            self._sleep(rest)

    def _asked_to_wait(self, reply: Reply) -> float:
        """Seconds of ``Retry-After``; raises ``fetch_failed`` where that is longer than anybody would wait."""
        text = reply.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            seconds = float(text[:12])
        else:
            try:
                seconds = (email.utils.parsedate_to_datetime(text) - now()).total_seconds()
            except (TypeError, ValueError):
                return 0.0
        if seconds > LONGEST_WAIT:
            raise ServiceError(
                "fetch_failed", f"{self.target.origin} answers {reply.status} and asks to wait {seconds:.0f} s"
            )
        return seconds


class _Unreachable(Exception):
    """A failure that may pass by itself; ``expired``: it took all the time there was."""

    def __init__(self, said: str, *, expired: bool = False) -> None:
        super().__init__(said)
        self.expired = expired


def _origin(target: Target) -> Target:
    return Target(target.scheme, target.host, target.port, "")


def _pieces(answer: BaseHTTPResponse) -> Iterator[bytes]:
    while piece := answer.read(_PIECE, decode_content=False):
        yield piece


def _reason(error: Exception) -> str:
    """In one line without the library's own names for things."""
    cause = error.__cause__ or error.__context__ or error
    text = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause) or type(cause).__name__
    return " ".join(text.split())[:200]
