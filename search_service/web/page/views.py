"""The pages: search, and an article whose outlet has no address of its own."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request
from markupsafe import Markup, escape

from search_service.errors import ServiceError
from search_service.search.answer import Answer
from search_service.search.params import SearchParams
from search_service.web.api.auth import require_search
from search_service.web.page import choices, hits, reading
from search_service.web.page.state import State
from search_service.web.services import services
from search_service.web.texts import PERSIAN as TEXTS

PAGE_SIZE = 10

blueprint = Blueprint("page", __name__)


@blueprint.app_context_processor
def _common() -> dict[str, Any]:
    settings = services().settings
    return {
        "t": TEXTS,
        "site": settings.site_name,
        "asset": asset,
        "max_query_length": settings.max_query_length,
        "state": State(),
        "front": False,
    }


def asset(name: str) -> str:
    """The address of a static file, which changes with its content and may be kept for ever."""
    return f"/static/{name}?v={_fingerprint(Path(current_app.static_folder or '') / name)}"


@cache
def _fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


@blueprint.get("/")
def search() -> Response:
    """The search page in the state that its address holds."""
    require_search()
    state = State.read(request.args)
    ours = services()
    parameters: dict[str, list[str]] = {"size": [str(PAGE_SIZE)]}
    for name, value in state.pairs():
        parameters.setdefault(name, []).append(value)
    answer = ours.search.search(SearchParams.parse(parameters, ours.settings))
    return _page("search.html", **shown(state, answer))


def shown(state: State, answer: Answer) -> dict[str, Any]:
    """What the template of the search page is filled with."""
    ours = services()
    now = ours.clock()
    plain = answer.model_dump(mode="json", by_alias=True)
    facets = plain["facets"]
    return {
        "state": state,
        "front": state.front,
        "total": answer.total,
        "took_ms": answer.took_ms,
        "first": (answer.page - 1) * answer.size + 1,
        "hits": [hits.shown(hit, state, TEXTS, now) for hit in plain["hits"]],
        "categories": choices.categories(state, facets.get("category") or (), TEXTS),
        "shown": choices.FACETS_SHOWN,
        "years": choices.periods(state, facets.get("date") or (), TEXTS),
        "undated": TEXTS.number(facets["undated"]) if facets.get("undated") else "",
        "chips": choices.chips(state, facets, TEXTS),
        "sorts": choices.sorts(state, TEXTS),
        "pager": choices.pager(state, answer.total, answer.size, ours.settings.page_window, TEXTS),
        "notices": [_notice(state, step) for step in plain["applied"]],
        "suggestion": _suggestion(state, plain["did_you_mean"]),
    }


def _notice(state: State, step: dict[str, str]) -> dict[str, str | Markup]:
    """What was changed in the query, and the way back."""
    exact = state.asking(state.q, match="all").url
    if step["kind"] in TEXTS.relaxed:
        return {"text": TEXTS.relaxed[step["kind"]], "url": exact, "label": TEXTS.relaxed_exact}
    return {
        "text": TEXTS.fill(TEXTS.corrected, from_=step["from"], to=step["to"]),
        "url": exact,
        "label": TEXTS.fill(TEXTS.instead, from_=step["from"]),
    }


def _suggestion(state: State, found: dict[str, str] | None) -> Markup | None:
    if found is None:
        return None
    link = Markup('<a href="{}">«{}»</a>').format(state.asking(found["query"]).url, Markup(found["html"]))
    return Markup(escape(TEXTS.did_you_mean)).format(link=link)


@blueprint.get("/article/<id:id>")
def article(id: str) -> Response:
    """The article as the index has it; what readers may not see yet is not there."""
    require_search()
    ours = services()
    hit = ours.live.pair().searcher.get(id)
    if hit is None:
        raise ServiceError("article_unknown")
    read = reading.shown(json.loads(hit.stored), TEXTS, ours.clock())
    if read is None:
        raise ServiceError("article_unknown")
    return _page("article.html", article=read)


def _page(template: str, **values: Any) -> Response:
    response = make_response(render_template(template, **values))
    response.headers["Cache-Control"] = "no-cache" if services().settings.search_open else "private, no-cache"
    return response
