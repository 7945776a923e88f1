"""What a client may ask of us in a time, and what all may together; both are told, not felt.

Health, metrics and files that cost nothing are always answered.
"""

from __future__ import annotations

from typing import Literal

from flask import Flask, Response, g, request

from search_service.errors import ServiceError
from search_service.settings import Settings
from search_service.web import proxy
from search_service.web.api.auth import given_key
from search_service.web.gate import Gate
from search_service.web.rates import Account, Rate, Rates
from search_service.web.services import services

FREE = frozenset(("health", "metrics", "assets", "help", "docs"))
"""Blueprints whose answers cost nothing."""

Kind = Literal["search", "write"]


def install(app: Flask, settings: Settings) -> None:
    """Count, queue and refuse, before anything is read but the request's headers."""
    rates = Rates()
    places = {"search": settings.searches_at_once, "write": settings.writes_at_once}
    seconds = {"search": settings.queue_seconds, "write": settings.wait_seconds}
    gates = {kind: Gate(places[kind], settings.waiting_requests, seconds[kind]) for kind in places}
    app.extensions["search_service_gates"] = gates
    by_kind = {"search": Rate.read(settings.rate_search), "write": Rate.read(settings.rate_write)}
    by_address = Rate.read(settings.rate_write_address)

    @app.before_request
    def admit() -> None:
        kind = _kind()
        if kind is None:
            return
        if kind == "write" and by_address is not None:
            _take(rates, f"write address {proxy.client()}", by_address)
        g.caller = _caller()
        rate = by_kind[kind]
        if rate is not None and (g.caller or kind == "search"):
            _take(rates, f"{kind} {g.caller or proxy.client()}", rate)
        g.place = (gates[kind], gates[kind].enter())

    @app.teardown_request
    def leave(error: BaseException | None) -> None:
        place: tuple[Gate, float] | None = g.pop("place", None)
        if place is not None:
            gate, taken = place
            gate.leave(taken)

    @app.after_request
    def tell(response: Response) -> Response:
        account: Account | None = g.get("account")
        if account is None:
            return response
        count, seconds, headers = account.rate.count, account.rate.seconds, response.headers
        # Those of draft-ietf-httpapi-ratelimit-headers, and the three of its older versions that clients read.
        headers["RateLimit-Policy"] = f'"default";q={count};w={seconds}'
        headers["RateLimit"] = f'"default";r={account.remaining};t={account.reset}'
        headers["RateLimit-Limit"] = str(count)
        headers["RateLimit-Remaining"] = str(account.remaining)
        headers["RateLimit-Reset"] = str(account.reset)
        if not account.allowed:
            headers["Retry-After"] = str(account.retry_after)
        return response


def _kind() -> Kind | None:
    """What the request asks for; None: nothing that is counted."""
    if request.method == "OPTIONS" or request.endpoint in (None, "static") or request.blueprint in FREE:
        return None
    return "search" if request.method in ("GET", "HEAD") else "write"


def _caller() -> str | None:
    """The prefix of the key that the request carries, if that is known; else nobody's, whatever it says."""
    key = given_key()
    if key is None:
        return None
    try:
        return services().keys.identify(key).prefix
    except ServiceError:
        return None


def _take(rates: Rates, name: str, rate: Rate) -> None:
    """Count the request; the account that is closest to its end is the one that is told."""
    account = rates.take(name, rate)
    told: Account | None = g.get("account")
    if told is None or not account.allowed or account.remaining < told.remaining:
        g.account = account
    if not account.allowed:
        raise ServiceError("rate_limited", f"there may be {rate.count} in {rate.seconds} s")
