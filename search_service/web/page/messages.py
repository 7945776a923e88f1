"""Pages that say what went wrong, to a reader."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from search_service.errors import ServiceError
from search_service.web.page.choices import Choice
from search_service.web.page.state import State
from search_service.web.texts import PERSIAN as TEXTS


def message(error: ServiceError) -> Response:
    """The error as a page of its own, with a way on."""
    title, text = TEXTS.error_title, error.kind.persian
    if error.kind.status == 404:
        title = TEXTS.error_title_missing
    elif error.code == "index_missing":
        title, text = TEXTS.empty_title, TEXTS.empty_text
    state = _state()
    back = Choice(TEXTS.error_back, "/")
    if error.code in ("page_invalid", "page_too_deep"):
        back = Choice(TEXTS.first_page, state.at(1).url)
    elif error.code in ("date_invalid", "sort_unknown", "match_unknown", "parameter_invalid"):
        back = Choice(TEXTS.none_without_filters, State(q=state.q).url)
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
        return State()
    arguments = request.args.copy()
    arguments.poplist("page")
    try:
        return State.read(arguments)
    except (ServiceError, UnicodeError):
        return State()
