"""Who asks, behind the proxies that the settings count, and by which name of ours."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from search_service.settings import Settings

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
"""Headers that say that a proxy passed the request on."""


def install(app: Flask, settings: Settings) -> None:
    """Believe as many hops as there are, and no more; hosts are those of the settings.

    The n-th address from the right of X-Forwarded-For is what our own outermost proxy
    saw; what stands before it is whatever a client likes to write.  The name of the
    host is taken from the Host header alone, which proxies pass on.
    """
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    if settings.allowed_hosts:
        app.config["TRUSTED_HOSTS"] = list(settings.allowed_hosts)


def client() -> str:
    """The network that counts as one client: an IPv4 address, or a /64 of IPv6, which one household has."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text  # a Unix socket, or what a proxy calls ``unknown``
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, 64), strict=False))
    return str(address)


def from_this_machine() -> bool:
    """Whether a process of this machine asks, and not for somebody else."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
