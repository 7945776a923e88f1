"""A web address taken apart, and the machines that its name stands for."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Self
from urllib.parse import quote, urlsplit

from search_service.errors import ServiceError
from search_service.fetching.addresses import Address, is_public

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\Z")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}\u2028\u2029]")
_SAFE = "/%:=&?~+!$,;'@()*[]-._"
_LONGEST_URL = 4000

Resolve = Callable[[str, int], list[Address]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: ``host`` in ASCII without brackets, ``path`` with its query, encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Self:
        """The parts of an http(s) address; raises ``fetch_refused`` for every other, and for doubtful ones."""
        if len(url) > _LONGEST_URL or _FORBIDDEN.search(url):
            raise _refused(url, "it is too long or holds characters that no address has")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _refused(url, "it is no web address") from None
        scheme = parts.scheme.lower()
        if scheme not in _PORTS or not parts.hostname:
            raise _refused(url, "it does not begin with http:// or https://")
        if "@" in parts.netloc:
            raise _refused(url, "it holds a user's name; leave it out")
        if port == 0:
            raise _refused(url, "it names port 0")
        path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
        return cls(scheme, _host(url, parts.hostname), port or _PORTS[scheme], path)

    @property
    def netloc(self) -> str:
        """Host and port as the ``Host`` header and addresses name them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: ``https://news.example``."""
        return f"{self.scheme}://{self.netloc}"

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"


def _host(url: str, name: str) -> str:
    """The host's name in small letters and ASCII; raises ``fetch_refused``."""
    if ":" in name:  # urlsplit takes the brackets off
        try:
            return IPv6Address(name).compressed
        except ValueError:
            raise _refused(url, "its host is no IPv6 address") from None
    try:
        name = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise _refused(url, "its host is no name") from None
    if not _NAME.match(name):
        raise _refused(url, "its host is no name")
    return name


def resolve(host: str, port: int) -> list[Address]:
    """The addresses that the system knows of a name, in its order; raises ``fetch_failed``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ServiceError("fetch_failed", f"the host {host} is not known: {error}") from None
    return [ip_address(str(entry[4][0])) for entry in found if entry[0] in (socket.AF_INET, socket.AF_INET6)]


def checked(target: Target, allowed: Collection[str], resolve: Resolve) -> list[Address]:
    """The addresses to connect to.

    Raises ``fetch_refused`` if any of them is internal, unless ``allowed`` names the host
    (or host and port): a name that stands for both is somebody's attempt.
    """
    found = list(dict.fromkeys(resolve(target.host, target.port)))
    if not found:
        raise ServiceError("fetch_failed", f"the host {target.host} has no address")
    if not {target.host, f"{target.host}:{target.port}", target.netloc} & set(allowed):
        for address in found:
            if not is_public(address):
                raise ServiceError("fetch_refused", f"{target.host} is inside: {address} is no public address")
    return found


def _refused(url: str, why: str) -> ServiceError:
    shown = url if len(url) <= 100 else f"{url[:100]}…"
    return ServiceError("fetch_refused", f"{ascii(shown)[1:-1]} is not fetched: {why}")
