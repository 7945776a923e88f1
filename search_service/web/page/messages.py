"""Pages that say what went wrong, to a reader."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from search_service.errors import ServiceError
from search_service.web.page.choices import Choice
from search_service.web.page.state import State
from search_service.web.texts import texts_of


def message(error: ServiceError) -> Response:
    """The error as a page of its own, with a way on."""
    texts = texts_of(request.args.get("lang"))
    title, text = texts.error_title, error.kind.persian if texts.language == "fa" else error.kind.english
    if error.kind.status == 404:
        title = texts.error_title_missing
    elif error.code == "index_missing":
        title, text = texts.empty_title, texts.empty_text
    state = _state()
    back = Choice(texts.error_back, state.fresh().url)
    if error.code in ("page_invalid", "page_too_deep"):
        back = Choice(texts.first_page, state.at(1).url)
    elif error.code in ("date_invalid", "sort_unknown", "match_unknown", "parameter_invalid"):
        back = Choice(texts.none_without_filters, state.fresh(q=state.q).url)
    page = render_template(
        "error.html",
        title=title,
        text=text,
        status=error.kind.status,
        empty=error.code == "index_missing",
        state=state,
        back=back if request.full_path.rstrip("?") != back.url else None,
    )
    response = make_response(page, error.kind.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _state() -> State:
    """What was asked for, so that it can be mended in the search box."""
    if request.path != "/":
        return State(lang=State.language(request.args.get("lang", "")))
    arguments = request.args.copy()
    arguments.poplist("page")
    try:
        return State.read(arguments)
    except (ServiceError, UnicodeError):
        return State(lang=State.language(request.args.get("lang", "")))
