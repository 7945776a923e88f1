"""Bodies of requests: read up to a limit, decoded from JSON with every slip told."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import request
from pydantic import ValidationError

from search_service.article import Article, deeper_than
from search_service.errors import ServiceError
from search_service.web.api.models import Rename

SMALL = 2**16
"""Bytes of a body that holds no article."""
DEEPEST = 100
"""Levels of a document: far fewer than Python's stack has, where some of what reads it on would give up."""

READ_AS_JSON = re.compile(
    r"application/([a-z0-9.+-]+\+)?(json|x-ndjson|ndjson|jsonl|jsonlines|x-jsonlines)"
    # What tools say of a body unless they are told its type.
    r"|application/(octet-stream|x-www-form-urlencoded)|text/(plain|json|x-json)|"
)
"""Types of bodies that are looked into; none at all is one of them."""


def read_at_most(limit: int) -> bytes:
    """The body, or its first ``limit + 1`` bytes if it is longer; raises ``media_type_unknown``."""
    refuse_media()
    parts = bytearray()
    while len(parts) <= limit and (part := request.stream.read(limit + 1 - len(parts))):
        parts += part
    return bytes(parts)


def refuse_media() -> None:
    """Take no body that says it is no JSON, and none that is compressed: its size would not be known in advance."""
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise ServiceError(
            "media_type_unknown", "a body with a Content-Encoding is not taken", field="Content-Encoding"
        )
    if not READ_AS_JSON.fullmatch(request.mimetype):
        detail = f"a body of the type '{request.mimetype[:60]}' is not taken"
        raise ServiceError("media_type_unknown", detail, field="Content-Type")


def read_json(raw: bytes) -> Any:
    """One JSON document in UTF-8; raises ``body_invalid``."""
    try:
        document = json.loads(raw.removeprefix(b"\xef\xbb\xbf").decode(), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise ServiceError("body_invalid", f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ServiceError("body_invalid", f"not JSON: {error.msg} at {where}") from None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "a number cannot be read"
        raise ServiceError("body_invalid", f"not JSON that is taken here: {reason}") from None
    if deeper_than(document, DEEPEST):
        raise ServiceError("body_invalid", f"not JSON that is taken here: it is nested deeper than {DEEPEST} levels")
    if b"\\ud" in raw or b"\\uD" in raw:
        _refuse_surrogates(document)
    return document


def read_article(raw: bytes, id: str | None = None) -> Article:
    """The article in a JSON document; ``id`` is the address's, which the document may leave out.

    Raises ``body_invalid``, ``text_invalid`` and ``article_invalid``.
    """
    document = read_json(raw)
    if id is not None and isinstance(document, dict):
        given = document.setdefault("id", id)
        if str(given) != id:
            raise ServiceError("article_invalid", "id: the address and the body name different articles", field="id")
    article = Article.parse(document)
    if id is not None and article.id != id:
        raise ServiceError("article_invalid", "id: no space stands before or behind an id", field="id")
    return article


def read_rename() -> Rename:
    """What is to be renamed; raises ``body_invalid`` and ``parameter_invalid`` with the field."""
    raw = read_at_most(SMALL)
    if len(raw) > SMALL:
        raise ServiceError("body_too_large", f"the body is larger than {SMALL} bytes")
    try:
        asked = Rename.model_validate(read_json(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = str(first["loc"][0]) if first["loc"] else None
        raise ServiceError("parameter_invalid", f"{field or 'the body'}: {first['msg']}", field=field) from None
    for field, text in (("from", asked.from_), ("to", asked.to)):
        if not any(map(str.isalnum, text)):
            raise ServiceError("parameter_invalid", f"{field}: has no letter", field=field)
    return asked


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _refuse_surrogates(document: Any) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ServiceError("text_invalid", "the body holds a lone surrogate") from None
