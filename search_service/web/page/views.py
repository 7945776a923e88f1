"""The pages: search, and an article whose outlet has no address of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from search_service.article import TEHRAN
from search_service.errors import ServiceError
from search_service.search.answer import Answer
from search_service.search.params import DEFAULT_FACETS, SearchParams
from search_service.text import stored
from search_service.web.api.auth import require_search
from search_service.web.page import choices, hits, nothing, reading, rendering, span
from search_service.web.page.state import State
from search_service.web.services import services
from search_service.web.texts import Texts

PAGE_SIZE = 10

blueprint = Blueprint("page", __name__)
blueprint.app_context_processor(rendering.common)


@blueprint.get("/")
def search() -> Response:
    """The search page in the state that its address holds."""
    require_search()
    texts = rendering.texts()
    state, unread = span.mended(State.read(request.args), texts)
    ours = services()
    answer = ours.search.search(SearchParams.parse(parameters(state), ours.settings))
    found = shown(state, answer, texts)
    found["notices"] += [{"text": texts.fill(texts.date_left, date=texts.digits(text))} for text in unread.values()]
    return rendering.page("search.html", **found, unread=unread)


def parameters(state: State) -> dict[str, list[str]]:
    """The state as the search takes it."""
    # The facet of a chosen outlet, tag or author gives its name as articles spell it.
    named = [name for name in ("source", "tag", "author") if getattr(state, name)]
    facets = ",".join((*DEFAULT_FACETS, *named))
    found: dict[str, list[str]] = {"size": [str(PAGE_SIZE)], "stories": ["true"], "facets": [facets]}
    for name, value in state.pairs("lang"):
        found.setdefault(name, []).append(value)
    return found


def shown(state: State, answer: Answer, texts: Texts) -> dict[str, Any]:
    """What the template of the search page is filled with."""
    ours = services()
    now = ours.clock()
    plain = answer.model_dump(mode="json", by_alias=True)
    facets = plain["facets"]
    labels = {value["value"]: value["label"] for value in facets.get("category") or ()}
    origins = ours.settings.image_origins
    quick = choices.quick(state, texts, now.astimezone(TEHRAN).date())
    return {
        "state": state,
        "front": state.front,
        "total": answer.total,
        "took_ms": answer.took_ms,
        "first": (answer.page - 1) * answer.size + 1,
        "hits": [hits.shown(hit, state, texts, now, origins, labels) for hit in plain["hits"]],
        "categories": choices.categories(state, facets.get("category") or (), texts),
        "shown": choices.FACETS_SHOWN,
        "years": choices.periods(state, facets.get("date") or (), texts),
        "newest": choices.newest(facets.get("date") or (), now.astimezone(TEHRAN).date()),
        "undated": facets.get("undated") or 0,
        "quick": quick,
        "chips": choices.chips(state, facets, texts, quick),
        "sorts": choices.sorts(state, texts),
        "pager": choices.pager(state, answer.total, answer.size, ours.settings.page_window, texts),
        # A freer reading that found nothing either is no news: the page then says why there is nothing.
        "notices": [
            _notice(state, step, texts)
            for step in plain["applied"]
            if answer.total or step["kind"] not in texts.relaxed
        ],
        "suggestion": _suggestion(state, plain["did_you_mean"], texts),
        "nothing": None if answer.total else nothing.advice(state, facets, texts),
    }


def _notice(state: State, step: dict[str, str], texts: Texts) -> dict[str, str | Markup]:
    """What was changed in the query, and the way back."""
    exact = state.asking(state.q, match="all").url
    if step["kind"] in texts.relaxed:
        return {"text": texts.relaxed[step["kind"]], "url": exact, "label": texts.relaxed_exact}
    return {
        "text": texts.fill(texts.corrected, from_=step["from"], to=step["to"]),
        "url": exact,
        "label": texts.fill(texts.instead, from_=step["from"]),
    }


def _suggestion(state: State, found: dict[str, str] | None, texts: Texts) -> Markup | None:
    if found is None:
        return None
    quoted = Markup(texts.quote).format(text=Markup(found["html"]))
    link = Markup('<a href="{}">{}</a>').format(state.asking(found["query"]).url, quoted)
    return Markup(escape(texts.did_you_mean)).format(link=link)


@blueprint.get("/article/<id:id>")
def article(id: str) -> Response:
    """The article as the index has it; what readers may not see yet is not there."""
    require_search()
    ours = services()
    hit = ours.live.pair().searcher.get(id)
    if hit is None:
        raise ServiceError("article_unknown")
    state, origins = rendering.plain_state(), ours.settings.image_origins
    read = reading.shown(stored.load(hit.stored), state, rendering.texts(), ours.clock(), origins)
    if read is None:
        raise ServiceError("article_unknown")
    response = rendering.page("article.html", article=read, here=hits.article_url(id, state), back=_list_before(state))
    response.vary.add("Referer")
    return response


def _list_before(state: State) -> str | None:
    """The list of this site from which the reader came, in the language of the page."""
    try:
        before = urlsplit(request.referrer or "")
        if before.netloc != request.host or before.path != "/":
            return None
        found = State.read(MultiDict(parse_qsl(before.query)))
    except (ServiceError, ValueError):
        return None
    return None if found.front else replace(found, lang=state.lang).url
