"""One article: read, written, changed, deleted."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from search_service.archive.patch import patched
from search_service.archive.receipt import Receipt as ArchiveReceipt
from search_service.article import Article, Status
from search_service.errors import ServiceError
from search_service.web.api import examples
from search_service.web.api.auth import may, require, require_search
from search_service.web.api.body import read_article, read_at_most, read_json
from search_service.web.api.idempotency import repeatable
from search_service.web.api.models import Deletion, Receipt, Wait
from search_service.web.api.operation import JSON, Body, Operation, Reply, described
from search_service.web.api.query import no_parameters, parameters
from search_service.web.api.waiting import wait_until_indexed
from search_service.web.services import services

MERGE_PATCH = "application/merge-patch+json"
WRITE_ERRORS = (
    "archive_busy",
    "archive_damaged",
    "folder_not_writable",
    "wait_timeout",
    "idempotency_key_reused",
    "idempotency_key_in_use",
)
ONE_ERRORS = (
    "body_invalid",
    "body_too_large",
    "media_type_unknown",
    "article_invalid",
    "article_too_large",
    "version_conflict",
)
WRITE_HEADERS = ("Idempotency-Key", "If-Match", "If-None-Match")

blueprint = Blueprint("api_articles", __name__, url_prefix="/api/v1/articles")


@blueprint.get("/<id:id>")
@described(
    Operation(
        id="getArticle",
        summary="Read an article",
        tag="Articles",
        scope="search",
        headers=("If-None-Match",),
        replies={
            200: Reply("The article.", Article, headers=("ETag",), example=examples.STORED),
            304: Reply("It is the version with this ETag.", headers=("ETag",)),
        },
        errors=("article_unknown", "archive_busy", "archive_damaged"),
    )
)
def read(id: str) -> Response:
    """The article as it is archived.

    With a key that may write, every one; else only what readers may see.  An id that is
    an address is percent-encoded, its slashes too.
    """
    writer = may("write")
    if not writer:
        require_search()
    no_parameters()
    article = services().archive.get(id)
    if article is None or not (writer or _public(article)):
        raise ServiceError("article_unknown", field="id")
    response = jsonify(article.model_dump(mode="json"))
    response.set_etag(str(article.version))
    response.headers["Cache-Control"] = "private, no-cache" if writer else "no-cache"
    response.vary.update(("Authorization", "X-API-Key"))
    response.make_conditional(request)
    return response


@blueprint.put("/<id:id>")
@repeatable("write")
@described(
    Operation(
        id="putArticle",
        summary="Add or replace an article",
        tag="Articles",
        scope="write",
        parameters=Wait,
        headers=WRITE_HEADERS,
        body=Body(Article, without=("id",), example=examples.WRITTEN),
        replies={
            200: Reply("With `wait=indexed`: it is replaced, or unchanged, and searchable.", Receipt),
            201: Reply("With `wait=indexed`: it is added, and searchable.", Receipt),
            202: Reply("It is stored, and will be searchable.", Receipt, example=examples.RECEIPT),
        },
        errors=(*ONE_ERRORS, *WRITE_ERRORS, "precondition_failed"),
    )
)
def write(id: str) -> Response:
    """Add the article, or put it in the place of the one of this id.

    Without a ``version`` the archive counts on from the last.  With one that is lower,
    or equal and of other content, nothing changes: 409.  The same content again is
    ``unchanged`` and costs nothing.  ``If-Match`` holds the write to the version that
    was read, ``If-None-Match: *`` to an article that is not there yet.
    """
    require("write")
    asked = parameters(Wait)
    article = read_article(_body(), id)
    if _is_conditional():

        def make(there: Article | None) -> Article:
            _unless_changed(there)
            return article

        given = services().archive.change(id, make)
    else:
        (given,) = services().archive.write([article])
    if given.error is not None:
        raise given.error
    return _acknowledged(given, asked, 201 if given.state == "added" else 200)


@blueprint.patch("/<id:id>")
@repeatable("write")
@described(
    Operation(
        id="patchArticle",
        summary="Change some fields of an article",
        tag="Articles",
        scope="write",
        parameters=Wait,
        headers=WRITE_HEADERS,
        body=Body(Article, media=(MERGE_PATCH, JSON), partial=True, example=examples.PATCH),
        replies={
            200: Reply("With `wait=indexed`: it is changed, or unchanged, and searchable.", Receipt),
            202: Reply("It is stored, and will be searchable.", Receipt, example=examples.RECEIPT),
        },
        errors=("article_unknown", *ONE_ERRORS, *WRITE_ERRORS, "precondition_failed"),
    )
)
def change(id: str) -> Response:
    """Put the given fields in the place of the article's own, and leave the others (RFC 7396).

    null takes a field away; lists are replaced as a whole; ``extra`` is merged.  The look
    at the article and the write are one: what others write meanwhile is not lost.
    """
    require("write")
    asked = parameters(Wait)
    patch = read_json(_body())

    def make(there: Article | None) -> Article:
        _unless_changed(there)
        if there is None:
            raise ServiceError("article_unknown", field="id")
        return patched(there, patch)

    return _acknowledged(services().archive.change(id, make), asked, 200)


@blueprint.delete("/<id:id>")
@repeatable("write")
@described(
    Operation(
        id="deleteArticle",
        summary="Delete an article",
        tag="Articles",
        scope="write",
        parameters=Deletion,
        headers=WRITE_HEADERS,
        replies={
            200: Reply("With `wait=indexed`: no search finds it any more.", Receipt),
            202: Reply("The delete is stored; soon no search finds it.", Receipt, example=examples.DELETED),
        },
        errors=("article_unknown", "version_conflict", *WRITE_ERRORS, "precondition_failed"),
    )
)
def delete(id: str) -> Response:
    """Delete the article; its version is kept, so that late writes of older ones are refused."""
    require("write")
    asked = parameters(Deletion)
    if _is_conditional():

        def make(there: Article | None) -> None:
            _unless_changed(there)

        given = services().archive.change(id, make, asked.version)
    else:
        given = services().archive.delete(id, asked.version)
    return _acknowledged(given, asked, 200)


def _body() -> bytes:
    limit = services().settings.max_article_bytes
    raw = read_at_most(limit)
    if len(raw) > limit:
        raise ServiceError("article_too_large", f"the article is larger than {limit} bytes")
    return raw


def _is_conditional() -> bool:
    return "If-Match" in request.headers or "If-None-Match" in request.headers


def _unless_changed(there: Article | None) -> None:
    """Hold the request to its If-Match and If-None-Match; raises ``precondition_failed``.

    An If-Match that names nothing that can be read matches nothing.
    """
    wanted, unwanted = request.if_match, request.if_none_match
    tag = None if there is None else str(there.version)
    if "If-Match" in request.headers and (tag is None or not (wanted.star_tag or wanted.contains_weak(tag))):
        raise _not_as_it_was(there, "If-Match")
    if unwanted and tag is not None and (unwanted.star_tag or unwanted.contains_weak(tag)):
        raise _not_as_it_was(there, "If-None-Match")


def _not_as_it_was(there: Article | None, header: str) -> ServiceError:
    if there is None:
        return ServiceError("precondition_failed", "there is no such article", field=header)
    detail = f"the article is at version {there.version}"
    return ServiceError("precondition_failed", detail, field=header, version=there.version)


def _acknowledged(given: ArchiveReceipt, asked: Wait, status: int) -> Response:
    if asked.wait:
        wait_until_indexed(given.position)
    response = jsonify(Receipt.of(given).model_dump())
    response.status_code = status if asked.wait else 202
    return response


def _public(article: Article) -> bool:
    moment = article.published_at()
    return article.status is Status.PUBLISHED and (moment is None or moment <= services().clock())
