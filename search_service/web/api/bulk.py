"""POST /api/v1/articles: many articles in one call, as a JSON array or as JSON lines."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import takewhile

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from search_service.article import MAX_ID_BYTES, Article
from search_service.errors import ServiceError
from search_service.web.api import examples
from search_service.web.api.articles import WRITE_ERRORS
from search_service.web.api.auth import require
from search_service.web.api.body import read_json, refuse_media
from search_service.web.api.idempotency import repeatable
from search_service.web.api.models import BulkAnswer, Receipt, Refusal, Slip, Wait
from search_service.web.api.operation import JSON, Body, Operation, Reply, described
from search_service.web.api.problem import problem
from search_service.web.api.query import parameters
from search_service.web.api.records import records
from search_service.web.api.waiting import wait_until_indexed
from search_service.web.requests import BROKEN
from search_service.web.services import services

BATCH_BYTES = 8 * 2**20
"""Articles of about so many bytes of JSON are held at once; then they are written."""
NDJSON = "application/x-ndjson"

blueprint = Blueprint("api_bulk", __name__, url_prefix="/api/v1")


class _Import:
    """Articles on their way to the archive, and what became of each, in order."""

    def __init__(self) -> None:
        self.results: list[Receipt | Refusal | None] = []
        """None: taken, and not written yet."""
        self.position = 0
        self._batch: list[tuple[int, Article]] = []
        self._bytes = 0

    def take(self, raw: bytes | None) -> None:
        """One record; None: it was too large."""
        index = len(self.results)
        if index >= (most := services().settings.max_bulk_articles):
            raise ServiceError("body_too_large", f"there are more than {most} articles in the body")
        document = None
        try:
            if raw is None:
                limit = services().settings.max_article_bytes
                raise ServiceError("article_too_large", f"the article is larger than {limit} bytes")
            document = read_json(raw)
            article = Article.parse(document)
        except ServiceError as error:
            self.results.append(_refusal(error, _id(document)))
            return
        self.results.append(None)
        self._batch.append((index, article))
        self._bytes += len(raw)
        if len(self._batch) >= services().settings.batch_size or self._bytes >= BATCH_BYTES:
            self.write()

    def write(self) -> None:
        """Make durable what has been taken."""
        if not self._batch:
            return
        receipts = services().archive.write([article for _, article in self._batch])
        for (index, article), given in zip(self._batch, receipts, strict=True):
            if given.error is not None:
                self.results[index] = _refusal(given.error, article.id)
            else:
                self.results[index] = Receipt.of(given)
            self.position = max(self.position, given.position)
        self._batch.clear()
        self._bytes = 0

    def answer(self) -> BulkAnswer:
        """Counts, and the results one by one, up to the first article that is not written."""
        results = tuple(result for result in takewhile(lambda result: result is not None, self.results) if result)
        counts = Counter(result.state if isinstance(result, Receipt) else "failed" for result in results)
        return BulkAnswer(
            added=counts["added"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            failed=counts["failed"],
            position=self.position,
            results=results,
        )


@blueprint.post("/articles")
@repeatable("write")
@described(
    Operation(
        id="postArticles",
        summary="Add or replace many articles",
        tag="Articles",
        scope="write",
        parameters=Wait,
        headers=("Idempotency-Key",),
        body=Body(Article, media=(JSON, NDJSON), many=True, example=[examples.WRITTEN]),
        replies={
            200: Reply("With `wait=indexed`: all that were taken are searchable.", BulkAnswer),
            202: Reply("All that were taken are stored.", BulkAnswer, example=examples.BULK),
        },
        errors=("body_invalid", "body_too_large", "media_type_unknown", *WRITE_ERRORS),
    )
)
def write() -> Response:
    """Add or replace the articles of a JSON array, or of JSON lines.

    They are read and stored as they come, in bounded memory: ten thousand in a call are
    fine, and past ``SEARCH_MAX_BULK_ARTICLES`` the rest is not read.  Each has its own
    result, in order, with the field and the reason of a failure; one that fails does not
    stop the others.  A body that breaks off is a problem document whose ``results`` tell
    what was stored.
    """
    require("write")
    wait = parameters(Wait).wait
    refuse_media()
    work = _Import()
    try:
        for raw in records(request.stream.read, services().settings.max_article_bytes):
            work.take(raw)
        work.write()
        if not work.results:
            raise ServiceError("body_invalid", "the body holds no article")
        if wait:
            wait_until_indexed(work.position)
    except (ServiceError, RequestEntityTooLarge, ClientDisconnected) as error:
        return _broken_off(work, error)
    response = jsonify(work.answer().model_dump())
    response.status_code = 200 if wait else 202
    return response


def _broken_off(work: _Import, error: Exception) -> Response:
    """What was read before is kept where it can be, and what is stored is told."""
    with suppress(ServiceError):
        work.write()
    if isinstance(error, RequestEntityTooLarge):
        error = ServiceError("body_too_large")
    if not isinstance(error, ServiceError):
        error = ServiceError("body_invalid", BROKEN)
    return problem(error, **work.answer().model_dump())


def _id(document: object) -> str | None:
    """What a record that is no article calls itself."""
    id = document.get("id") if isinstance(document, dict) else None
    return str(id) if isinstance(id, str | int) and 0 < len(str(id)) <= MAX_ID_BYTES else None


def _refusal(error: ServiceError, id: str | None = None) -> Refusal:
    return Refusal(id=id, error=Slip(code=error.code, field=error.field, detail=error.detail, version=error.version))
