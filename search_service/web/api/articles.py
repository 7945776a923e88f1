"""GET, PUT and DELETE /api/v1/articles/{id}."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from search_service.archive.receipt import Receipt
from search_service.article import MAX_VERSION, Article, Status
from search_service.errors import ServiceError
from search_service.web.api.auth import may, require, require_search
from search_service.web.api.body import read_article, read_at_most
from search_service.web.api.parameters import parameters, to_wait, whole_number
from search_service.web.api.waiting import wait_until_indexed
from search_service.web.services import services

blueprint = Blueprint("api_articles", __name__, url_prefix="/api/v1/articles")


def receipt(given: Receipt) -> dict[str, Any]:
    """A receipt as an answer has it."""
    return {"id": given.id, "version": given.version, "position": given.position, "state": given.state}


@blueprint.get("/<id:id>")
def read(id: str) -> Response:
    """The article as it is archived: with a key that may write every one, else only what readers may see."""
    writer = may("write")
    if not writer:
        require_search()
    parameters()
    article = services().archive.get(id)
    if article is None or not (writer or _public(article)):
        raise ServiceError("article_unknown")
    response = jsonify(article.model_dump(mode="json"))
    response.set_etag(str(article.version))
    response.headers["Cache-Control"] = "private, no-cache" if writer else "no-cache"
    response.make_conditional(request)
    return response


@blueprint.put("/<id:id>")
def write(id: str) -> Response:
    """Add or replace the article: 202 and a receipt; with ``wait=indexed`` 201 or 200 once it is searchable."""
    require("write")
    wait = to_wait(parameters("wait"))
    limit = services().settings.max_article_bytes
    raw = read_at_most(limit)
    if len(raw) > limit:
        raise ServiceError("article_too_large", f"the article is larger than {limit} bytes")
    (given,) = services().archive.write([read_article(raw, id)])
    if given.error is not None:
        raise given.error
    return _acknowledged(given, wait, 201 if given.state == "added" else 200)


@blueprint.delete("/<id:id>")
def delete(id: str) -> Response:
    """Delete the article, with ``version`` as the tombstone's: 202, or with ``wait=indexed`` 200."""
    require("write")
    values = parameters("wait", "version")
    wait, version = to_wait(values), whole_number(values, "version")
    if version is not None and version > MAX_VERSION:
        raise ServiceError("parameter_invalid", f"'version' is at most {MAX_VERSION}", field="version")
    given = services().archive.delete(id, version)
    if given.error is not None:
        raise given.error
    return _acknowledged(given, wait, 200)


def _acknowledged(given: Receipt, wait: bool, status: int) -> Response:
    if wait:
        wait_until_indexed(given.position)
    response = jsonify(receipt(given))
    response.status_code = status if wait else 202
    return response


def _public(article: Article) -> bool:
    moment = article.published_at()
    return article.status is Status.PUBLISHED and (moment is None or moment <= services().clock())
