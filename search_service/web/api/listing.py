"""GET /api/v1/articles: all of them, page by page, so that a CMS can compare."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Blueprint, Response, jsonify

from search_service.archive.record import Record
from search_service.article import MAX_ID_BYTES
from search_service.errors import ServiceError
from search_service.web.api import examples
from search_service.web.api.auth import require
from search_service.web.api.models import Listed, ListParams
from search_service.web.api.operation import Operation, Reply, described
from search_service.web.api.query import parameters
from search_service.web.services import services

blueprint = Blueprint("api_listing", __name__, url_prefix="/api/v1")


@blueprint.get("/articles")
@described(
    Operation(
        id="listArticles",
        summary="List all articles",
        tag="Articles",
        scope="write",
        parameters=ListParams,
        replies={200: Reply("A page of articles.", Listed, example=examples.LISTED)},
        errors=("cursor_invalid", "archive_busy", "archive_damaged"),
    )
)
def list_articles() -> Response:
    """Every article of the archive, drafts and scheduled ones too, in the order of their ids.

    ``fields=id,version`` is all that a CMS needs to see what is missing here, or older.
    A change made while the pages are read is seen if it lies behind the cursor.
    """
    require("write")
    asked = parameters(ListParams)
    limit = services().settings.max_list_size
    if asked.size > limit:
        raise ServiceError("parameter_invalid", f"'size' lies between 1 and {limit}", field="size")
    after = _id(asked.cursor) if asked.cursor is not None else ""
    records = services().archive.records(after, asked.size + 1)
    page = records[: asked.size]
    cursor = _cursor(page[-1].id) if len(records) > asked.size else None
    found = Listed(articles=tuple(_fields(record, asked.fields) for record in page), cursor=cursor)
    return jsonify(found.model_dump())


def _fields(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    if set(names) <= {"id", "version"}:
        known: dict[str, Any] = {"id": record.id, "version": record.version}
    else:
        known = record.article().model_dump(mode="json")
    return {name: known[name] for name in dict.fromkeys(("id", *names))}


def _cursor(id: str) -> str:
    return base64.urlsafe_b64encode(id.encode()).rstrip(b"=").decode()


def _id(cursor: str) -> str:
    """The id behind which the page begins; raises ``cursor_invalid``."""
    try:
        if cursor.isascii() and len(cursor) <= 2 * MAX_ID_BYTES:
            return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        pass
    raise ServiceError("cursor_invalid", "the cursor cannot be read", field="cursor")
