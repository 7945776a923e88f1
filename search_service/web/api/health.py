"""GET /healthz: the worker is alive.  GET /readyz: it can serve, or why not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from search_service.archive.set_aside import SetAside
from search_service.errors import ERRORS, ServiceError
from search_service.indexing.lock import holder
from search_service.indexing.reindex import RECOMMENDATION, recommended
from search_service.indexing.scrub import Verified
from search_service.web.services import services

blueprint = Blueprint("health", __name__)

DAMAGED = "The index is open, and damaged: what needs the damaged part is an error, or comes from the commit before."


@blueprint.get("/healthz")
def alive() -> Response:
    """Nothing is looked at but that the worker answers."""
    return jsonify({"status": "alive"})


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether the index is open, an indexer alive, and the journal nearly applied; each with its reason."""
    checks = {"index": _index(), "indexer": _indexer(), "journal": _journal()}
    fine = all(check["ready"] for check in checks.values())
    response = jsonify({"status": "ready" if fine else "not ready", "checks": checks})
    response.status_code = 200 if fine else 503
    return response


def _index() -> dict[str, Any]:
    try:
        searcher = services().live.pair().searcher
        info = services().live.info()
        old, number = recommended(info), info.number
    except ServiceError as error:
        return {"ready": False, "reason": error.kind.english, "hint": error.kind.hint}
    found = {"ready": True, "reason": "The index is open.", "articles": searcher.count(), "position": searcher.position}
    return found | {"reindex_recommended": old} | ({"hint": RECOMMENDATION} if old else {}) | _verified(number)


def _verified(number: int) -> dict[str, Any]:
    """What the indexer's last scrub of this generation found, or a search since, and what had to be set aside."""
    ours = services()
    seen = Verified.read(ours.settings.index)
    known = seen if seen is not None and seen.generation == number else None
    try:
        aside = SetAside(ours.archive).count(number)
    except ServiceError:  # the journal's check says so
        aside = None
    verified, damaged = (None, None) if known is None else (known.at, known.fault is not None)
    found = {"set_aside": aside, "verified": verified, "damaged": ours.live.damage() is not None or damaged}
    # What is damaged stands in the log and in `search-service generations`: paths are not for everyone.
    return found | ({"reason": DAMAGED, "hint": ERRORS["index_damaged"].hint} if found["damaged"] else {})


def _indexer() -> dict[str, Any]:
    if holder(services().settings.index) is None:
        return {
            "ready": False,
            "reason": "No indexer is running: articles are stored, and not searchable yet.",
            "hint": "Start `search-service indexer`, or run `search-service serve`, which starts one.",
        }
    return {"ready": True, "reason": "An indexer is running."}


def _journal() -> dict[str, Any]:
    try:
        lag = max(0, services().archive.position() - services().live.position())
    except ServiceError as error:
        return {"ready": False, "reason": error.kind.english, "hint": error.kind.hint}
    reason = f"{lag} changes wait for the indexer." if lag else "Every change is searchable."
    return {"ready": lag <= services().settings.ready_lag, "reason": reason, "lag": lag}
