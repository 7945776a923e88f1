"""The OpenAPI 3.1 document: made from the routes, their operations and the models, for these settings."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from search_service import __version__
from search_service.errors import ERRORS, ServiceError
from search_service.search.params import NO_FACETS
from search_service.settings import Settings
from search_service.web.api.idempotency import LONGEST
from search_service.web.api.models import Problem
from search_service.web.api.operation import Body, Operation, Reply, operations
from search_service.web.api.problem import document as problem_document

Schema = dict[str, Any]

TITLE = "Search service"
ABOUT = """\
Full-text search for Persian news: articles are written, searched, and compared.

**Keys.** Send `Authorization: Bearer KEY`, or `X-API-Key: KEY`. A key has the scopes `search`, `write` or \
`admin`; `search-service keys create` makes one and shows it once.

**Writes.** A write is acknowledged once it is on the disk, with a receipt; it is searchable once the index has \
come to the receipt's `position`, a moment later (`wait=indexed` waits for it). Versions settle which of two writes \
is the newer. With an `Idempotency-Key` a write may be repeated: it is carried out once and answered alike.

**Errors** are problem documents (RFC 9457) with a stable `code`, the `field` at fault, and a hint in English and \
Persian. Unknown parameters are refused with the nearest that is known.

**Times** are ISO 8601 in Tehran's zone; a bare date stays one. Dates in requests are Jalali or Gregorian.
"""
TAGS = {
    "Searching": "What readers and pages ask for.",
    "Articles": "What a CMS writes, reads and compares.",
    "Work": "What takes its time, and how far the index has come.",
}
EVERYWHERE = (
    "parameter_unknown",
    "parameter_invalid",
    "text_invalid",
    "request_invalid",
    "address_too_long",
    "headers_too_large",
    "host_unknown",
    "rate_limited",
    "internal",
)
"""Codes that every call may answer; and ``overloaded``."""
KEYED = ("key_missing", "key_invalid", "scope_missing")

_HEADERS: dict[str, tuple[str, Schema]] = {
    "Idempotency-Key": (
        "Names this request: repeated with the same key within a day it is answered as before, not carried out again.",
        {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
    ),
    "If-Match": ("ETag of the version that the write is held to, or *.", {"type": "string"}),
    "If-None-Match": ("ETag that is known; or * for what is not there yet.", {"type": "string"}),
    "ETag": ("Names what was answered.", {"type": "string"}),
    "Cache-Control": ("How long the answer may be kept without asking again.", {"type": "string"}),
    "Location": ("Where to look at the task.", {"type": "string"}),
}


def document(app: Flask, settings: Settings) -> Schema:
    """The document as JSON."""
    found = operations(app)
    schemas = _Schemas([operation for _, _, operation, _ in found])
    paths: dict[str, Schema] = defaultdict(dict)
    for path, method, operation, text in found:
        paths[path][method] = _operation(path, operation, text, schemas, settings)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": __version__, "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas.all(),
            "examples": {
                code: {"value": problem_document(ServiceError(code), "9f3c2a71d04be856").model_dump()}
                for code in sorted({"not_found", *(code for _, _, operation, _ in found for code in _codes(operation))})
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


class _Schemas:
    """The models' schemas, each once, under names that tell what is taken from what is answered."""

    def __init__(self, found: Sequence[Operation]) -> None:
        wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
        for operation in found:
            for model in (operation.parameters, operation.body.model if operation.body else None):
                if model is not None:
                    wanted[model, "validation"] = None
            for reply in operation.replies.values():
                if reply.model is not None:
                    wanted[reply.model, "serialization"] = None
        self._refs, made = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
        self._made: dict[str, Schema] = made.get("$defs", {})
        # Parameters stand in the calls themselves.
        self._unlisted = {self._name(each.parameters, "validation") for each in found if each.parameters is not None}

    def _name(self, model: type[BaseModel], mode: JsonSchemaMode) -> str:
        return str(self._refs[model, mode]["$ref"]).rpartition("/")[2]

    def reference(self, model: type[BaseModel], mode: JsonSchemaMode) -> Schema:
        """Points to the model's schema."""
        return dict(self._refs[model, mode])

    def schema(self, model: type[BaseModel], mode: JsonSchemaMode) -> Schema:
        """The model's schema itself, to be changed."""
        return copy.deepcopy(self._made[self._name(model, mode)])

    def all(self) -> dict[str, Schema]:
        """All schemas by name."""
        return {name: schema for name, schema in sorted(self._made.items()) if name not in self._unlisted}


def _operation(path: str, operation: Operation, text: str, schemas: _Schemas, settings: Settings) -> Schema:
    made: Schema = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": text,
        "tags": [operation.tag],
        "security": _security(operation, settings),
        "parameters": [
            *_path_parameters(path),
            *_query_parameters(operation, schemas, settings),
            *(_header_parameter(name) for name in operation.headers),
        ],
    }
    if operation.body is not None:
        made["requestBody"] = _body(operation.body, schemas, settings)
    made["responses"] = _responses(path, operation, schemas)
    return made


def _security(operation: Operation, settings: Settings) -> list[Schema]:
    keyed: list[Schema] = [{"bearer": []}, {"key": []}]
    if operation.scope is None:
        return []
    return [{}, *keyed] if operation.scope == "search" and settings.search_open else keyed


def _path_parameters(path: str) -> list[Schema]:
    known = {
        "id": ("The article's id, percent-encoded.", {"type": "string", "minLength": 1, "maxLength": 200}),
        "task": ("The task's id.", {"type": "integer", "minimum": 1}),
    }
    return [
        {"name": name, "in": "path", "required": True, "description": text, "schema": schema}
        for name, (text, schema) in known.items()
        if f"{{{name}}}" in path
    ]


def _query_parameters(operation: Operation, schemas: _Schemas, settings: Settings) -> list[Schema]:
    if operation.parameters is None:
        return []
    limits: dict[tuple[str, str], Schema] = {
        ("search", "q"): {"maxLength": settings.max_query_length},
        ("search", "page"): {"minimum": 1, "maximum": settings.page_window},
        ("search", "size"): {"minimum": 1, "maximum": settings.max_page_size},
        ("listArticles", "size"): {"maximum": settings.max_list_size},
    }
    made = []
    for name, property in schemas.schema(operation.parameters, "validation")["properties"].items():
        text = property.pop("description", "")
        property = _not_null(property) | limits.get((operation.id, name), {})
        property.pop("title", None)
        listed = property.get("type") == "array"
        if name == "facets":
            property["items"]["enum"] = [*property["items"]["enum"], NO_FACETS]
        made.append(
            {
                "name": name,
                "in": "query",
                "description": text,
                "schema": property,
                # An empty value is as none.
                "allowEmptyValue": True,
                **({"style": "form", "explode": name not in ("fields", "facets")} if listed else {}),
            }
        )
    return made


def _not_null(schema: Schema) -> Schema:
    """A parameter is there or not, and never null."""
    if "anyOf" not in schema:
        return schema
    kinds = [kind for kind in schema["anyOf"] if kind.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return kinds[0] | rest if len(kinds) == 1 else {**rest, "anyOf": kinds}


def _header_parameter(name: str) -> Schema:
    text, schema = _HEADERS[name]
    return {"name": name, "in": "header", "required": False, "description": text, "schema": dict(schema)}


def _body(body: Body, schemas: _Schemas, settings: Settings) -> Schema:
    schema = schemas.reference(body.model, "validation")
    if body.without or body.partial:
        schema = schemas.schema(body.model, "validation")
        left = [name for name in schema.get("required", ()) if not body.partial and name not in body.without]
        schema.pop("required", None)
        if left:
            schema["required"] = left
        if body.partial:
            schema.pop("anyOf", None)
    limit = settings.max_body_bytes if body.many else settings.max_article_bytes
    content: dict[str, Schema] = {}
    for media in body.media:
        lines = body.many and media != "application/json"
        of = {"type": "array", "items": schema, "minItems": 1} if body.many and not lines else schema
        content[media] = {"schema": of}
        if body.example is not None and not lines:
            content[media]["example"] = body.example
    return {"required": body.required, "description": f"At most {limit} bytes.", "content": content}


def _responses(path: str, operation: Operation, schemas: _Schemas) -> Schema:
    made = {str(status): _reply(reply, schemas) for status, reply in operation.replies.items()}
    by_status: dict[int, list[str]] = defaultdict(list)
    # An argument may be no part of an address at all, such as an empty one.
    for code in (*_codes(operation), *(("not_found",) if "{" in path else ())):
        by_status[ERRORS[code].status].append(code)
    for status, codes in sorted(by_status.items()):
        made[str(status)] = {
            "description": ", ".join(f"`{code}`" for code in codes),
            "content": {
                "application/problem+json": {
                    "schema": schemas.reference(Problem, "serialization"),
                    "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
                }
            },
        }
    return made


def _codes(operation: Operation) -> Iterable[str]:
    keyed = KEYED if operation.scope is not None else ()
    return dict.fromkeys((*operation.errors, *EVERYWHERE, "overloaded", *keyed))


def _reply(reply: Reply, schemas: _Schemas) -> Schema:
    made: Schema = {"description": reply.text}
    if reply.model is not None:
        made["content"] = {reply.media: {"schema": schemas.reference(reply.model, "serialization")}}
        if reply.example is not None:
            made["content"][reply.media]["example"] = reply.example
        made["content"] |= {media: {"schema": dict(schema)} for media, schema in reply.others.items()}
    if reply.headers:
        made["headers"] = {
            name: {"description": _HEADERS[name][0], "schema": dict(_HEADERS[name][1])} for name in reply.headers
        }
    return made
