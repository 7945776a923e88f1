"""The API described: for programs as OpenAPI, for people as a page that needs nothing but this server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request
from markupsafe import Markup, escape

from search_service.errors import ERRORS
from search_service.web.api.openapi import TAGS, document
from search_service.web.services import services

blueprint = Blueprint("docs", __name__)

_KEPT = "search_service.openapi"


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The document."""
    text = json.dumps(_document(), ensure_ascii=False, indent=1)
    response = Response(text, mimetype="application/json")
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


@blueprint.get("/api")
def page() -> Response:
    """The page."""
    found = _document()
    calls = list(_calls(found))
    shown = render_template(
        "api.html",
        about=_marked(found["info"]["description"]),
        version=found["info"]["version"],
        groups=[(tag, TAGS[tag], [call for call in calls if call.tag == tag]) for tag in TAGS],
        errors=sorted(ERRORS.items()),
        schemas=found["components"]["schemas"],
    )
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-cache"
    return response


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the page shows it."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    text: Markup
    scope: str
    parameters: list[tuple[str, str, str, Markup]]
    """Name, where, type, description."""
    body: list[tuple[str, str]]
    """Media type and example."""
    replies: list[tuple[str, Markup, str]]
    """Status, description, example."""


def _document() -> dict[str, Any]:
    found: dict[str, Any] | None = current_app.extensions.get(_KEPT)
    if found is None:
        found = current_app.extensions[_KEPT] = document(current_app, services().settings)
    return found


def _calls(found: dict[str, Any]) -> Iterator[Call]:
    for path, methods in found["paths"].items():
        for method, call in methods.items():
            yield Call(
                id=call["operationId"],
                tag=call["tags"][0],
                method=method.upper(),
                path=path,
                summary=call["summary"],
                text=_marked(call["description"]),
                scope="open" if {} in call["security"] else "key",
                parameters=[
                    (each["name"], each["in"], _kind(each["schema"]), _marked(each.get("description", "")))
                    for each in call["parameters"]
                ],
                body=[
                    (media, _pretty(content.get("example")))
                    for media, content in call.get("requestBody", {}).get("content", {}).items()
                ],
                replies=[
                    (status, _marked(reply["description"]), _example(reply))
                    for status, reply in call["responses"].items()
                ],
            )


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    kind = str(schema.get("type", "any"))
    low, high = schema.get("minimum", schema.get("minLength")), schema.get("maximum", schema.get("maxLength"))
    if low is not None and high is not None:
        return f"{kind}, {low} to {high}"
    return f"{kind}, at most {high}" if high is not None else f"{kind}, at least {low}" if low is not None else kind


def _example(reply: dict[str, Any]) -> str:
    for content in reply.get("content", {}).values():
        if "example" in content:
            return _pretty(content["example"])
    return ""


def _pretty(example: Any) -> str:
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)


@cache
def _marked(text: str) -> Markup:
    """The little Markdown of our own descriptions as HTML: paragraphs, `code`, **strong**."""
    paragraphs = []
    for paragraph in text.strip().split("\n\n"):
        parts = paragraph.split("`")
        html = "".join(
            f"<code>{escape(part)}</code>" if at % 2 else _strong(str(escape(part))) for at, part in enumerate(parts)
        )
        paragraphs.append(f"<p>{html}</p>")
    return Markup("".join(paragraphs))  # every part was escaped above


def _strong(html: str) -> str:
    parts = html.split("**")
    return "".join(f"<strong>{part}</strong>" if at % 2 else part for at, part in enumerate(parts))
