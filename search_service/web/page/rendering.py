"""How a page is made: the template, in the reader's language, with what every page shows."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, make_response, render_template, request

from search_service.web.page.assets import asset
from search_service.web.page.state import State
from search_service.web.services import services
from search_service.web.texts import LANGUAGES, Texts, texts_of


def texts() -> Texts:
    """The interface in the language that the address names."""
    return texts_of(request.args.get("lang"))


def plain_state() -> State:
    """Nothing asked for, in this language."""
    return State(lang=State.language(request.args.get("lang", "")))


def base_url() -> str:
    """The address under which readers reach the service, without a slash at its end."""
    return (services().settings.public_url or request.url_root).rstrip("/")


def page(template: str, **values: Any) -> Response:
    """The page; asked for anew each time, and kept by no one else where searching needs a key."""
    response = make_response(render_template(template, **values))
    response.headers["Cache-Control"] = "no-cache" if services().settings.search_open else "private, no-cache"
    return response


def _spoken(other: Texts) -> str:
    """This page's address in another language."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    lang = State.language(other.language)
    pairs += [("lang", lang)] if lang else []
    path = quote(request.path, safe="/")
    return f"{path}?{urlencode(pairs)}" if pairs else path


def common() -> dict[str, Any]:
    """What every template may use."""
    ours, settings = texts(), services().settings
    state = plain_state()
    return {
        "t": ours,
        "site": settings.site_name,
        "asset": asset,
        "script_texts": json.dumps(ours.scripts(), ensure_ascii=False),
        "max_query_length": settings.max_query_length,
        "state": state,
        "home": state.url,
        "languages": [(other, _spoken(other)) for other in LANGUAGES.values() if other is not ours],
        "base": base_url(),
        "front": False,
    }
