"""What a call takes, answers and refuses: written beside its view, read by the OpenAPI document and the tests.

The models are those that read the request and make the answer; nothing is described twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from flask import Flask
from pydantic import BaseModel
from werkzeug.routing import Rule

Scope = Literal["search", "write", "admin"]
View = TypeVar("View", bound=Callable[..., Any])

JSON = "application/json"
PREFIX = "/api/v1"
_ATTRIBUTE = "described_operation"
_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries: of these media types, of this model."""

    model: type[BaseModel]
    media: tuple[str, ...] = (JSON,)
    many: bool = False
    """A JSON array of the model, or JSON lines of it."""
    without: tuple[str, ...] = ()
    """Fields that the body may leave out although the model needs them."""
    partial: bool = False
    """Any field may be left out; null removes one (RFC 7396)."""
    required: bool = True
    example: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no error."""

    text: str
    model: type[BaseModel] | None = None
    media: str = JSON
    headers: tuple[str, ...] = ()
    example: Any = None
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Other media types that a parameter may ask for -> their schemas."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API."""

    id: str
    summary: str
    tag: str
    replies: Mapping[int, Reply]
    errors: tuple[str, ...] = ()
    """Codes that this call may answer, besides those that every call may."""
    scope: Scope | None = None
    """What the key must be for; ``search`` only where searching is not open. None: no key is asked for."""
    parameters: type[BaseModel] | None = None
    body: Body | None = None
    headers: tuple[str, ...] = ()
    """Headers of the request that it looks at."""


def described(operation: Operation) -> Callable[[View], View]:
    """Say what a view does; stands below its route."""

    def describe(view: View) -> View:
        setattr(view, _ATTRIBUTE, operation)
        return view

    return describe


def operations(app: Flask) -> list[tuple[str, str, Operation, str]]:
    """Path as OpenAPI writes it, method, operation and the view's docstring, in the order of the routes."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = getattr(view, _ATTRIBUTE, None)
        if isinstance(operation, Operation):
            for method in sorted(methods(rule)):
                found.append((path(rule), method.lower(), operation, _paragraphs(view.__doc__ or "")))
    return found


def path(rule: Rule) -> str:
    """The rule's path as OpenAPI writes it."""
    return _ARGUMENT.sub(r"{\1}", rule.rule)


def methods(rule: Rule) -> set[str]:
    """The methods that a rule was made for."""
    return set(rule.methods or ()) - {"HEAD", "OPTIONS"}


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n")).replace("``", "`").strip()
