"""Who may do what: API keys in ``Authorization: Bearer`` or ``X-API-Key``, with scopes."""

from __future__ import annotations

from flask import request

from search_service.archive.keys import KeyInfo
from search_service.errors import ServiceError
from search_service.web.services import services


def given_key() -> str | None:
    """The key that the request carries."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    return request.headers.get("X-API-Key") or None


def require(scope: str) -> KeyInfo:
    """Who asks, if the key has the scope; raises ``key_missing``, ``key_invalid``, ``scope_missing``."""
    key = given_key()
    if key is None:
        raise ServiceError("key_missing")
    return services().keys.check(key, scope)


def require_search() -> None:
    """Let the request pass if searching is open, or its key has the scope ``search``."""
    if not services().settings.search_open:
        require("search")


def may(scope: str) -> bool:
    """Whether the request carries a key, and with this scope; a key that is not known raises ``key_invalid``."""
    if given_key() is None:
        return False
    try:
        require(scope)
    except ServiceError as error:
        if error.code == "scope_missing":
            return False
        raise
    return True
