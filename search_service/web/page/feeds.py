"""Any search as a feed, and as a search engine that a browser can add.

Atom (RFC 4287), JSON Feed 1.1 (https://jsonfeed.org/version/1.1), OpenSearch 1.1
(https://github.com/dewitt/opensearch).  An article without a date is in no feed: a
feed is ordered by time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, request

from search_service.search.answer import Found
from search_service.search.params import SearchParams
from search_service.web.api.auth import require_search
from search_service.web.page.hits import article_url, moment_of, web_address
from search_service.web.page.rendering import base_url, texts
from search_service.web.page.state import State
from search_service.web.services import services

ENTRIES = 20
ATOM = "http://www.w3.org/2005/Atom"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.atom")
def atom() -> Response:
    """The newest hits of a search as an Atom feed."""
    state, found = _found()
    base, language = base_url(), texts()
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": language.language})
    _text(feed, "title", _title(state))
    _text(feed, "id", base + state.url)
    _text(feed, "updated", _time(found[0]) if found else datetime.fromtimestamp(0, UTC).isoformat())
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": base + _own(state)})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": base + state.url})
    for hit in found:
        entry = SubElement(feed, "entry")
        _text(entry, "title", hit.title or language.untitled)
        _text(entry, "id", base + article_url(hit.id, State()))
        _text(entry, "updated", _time(hit))
        _text(entry, "published", _time(hit))
        SubElement(entry, "link", {"rel": "alternate", "href": _clean(_address(hit, base, state))})
        for name in hit.authors or (hit.source or services().settings.site_name,):
            _text(SubElement(entry, "author"), "name", name)
        for name in hit.categories:
            SubElement(entry, "category", {"term": _clean(name)})
        _text(entry, "summary", _summary(hit))
    return _answer(tostring(feed, "utf-8", xml_declaration=True), "application/atom+xml")


@blueprint.get("/feed.json")
def json_feed() -> Response:
    """The same as a JSON Feed."""
    state, found = _found()
    base = base_url()
    items = []
    for hit in found:
        item: dict[str, Any] = {
            "id": base + article_url(hit.id, State()),
            "url": _address(hit, base, state),
            "title": hit.title or texts().untitled,
            "content_text": _summary(hit),
            "date_published": _time(hit),
            "authors": [{"name": name} for name in hit.authors or ((hit.source,) if hit.source else ())],
            "tags": [*hit.categories, *hit.tags],
        }
        if image := web_address(hit.image):
            item["image"] = image
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(state),
        "home_page_url": base + state.url,
        "feed_url": base + _own(state),
        "language": texts().language,
        "items": items,
    }
    return _answer(json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser adds this search as an engine of its own, suggestions included."""
    base, language, site = base_url(), texts(), services().settings.site_name
    root = Element("OpenSearchDescription", {"xmlns": OPENSEARCH})
    _text(root, "ShortName", site[:16])
    _text(root, "Description", f"{language.search_label} · {site}"[:1024])
    _text(root, "InputEncoding", "UTF-8")
    _text(root, "Language", language.language)
    lang = "" if State.language(language.language) == "" else f"&lang={language.language}"
    suggestions = f"{base}/api/v1/suggest?q={{searchTerms}}&format=opensearch{lang}"
    page = f"{base}/?q={{searchTerms}}{lang}"
    for kind, template in (
        ("text/html", page),
        ("application/x-suggestions+json", suggestions),
        ("application/atom+xml", page.replace("/?", "/feed.atom?", 1)),
    ):
        SubElement(root, "Url", {"type": kind, "method": "get", "template": template})
    icon = SubElement(root, "Image", {"type": "image/svg+xml"})
    icon.text = f"{base}/static/icon.svg"
    response = Response(tostring(root, "utf-8", xml_declaration=True), mimetype="application/opensearchdescription+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _found() -> tuple[State, Sequence[Found]]:
    """The state of the address, and its dated hits: newest first, unless another order is asked for."""
    require_search()
    state = State.read(request.args).at(1)
    ours = services()
    values: dict[str, list[str]] = {"size": [str(ENTRIES)], "sort": ["newest"], "facets": [","]}
    for name, value in state.pairs("lang"):
        if name == "sort":
            values[name] = [value]
        else:
            values.setdefault(name, []).append(value)
    answer = ours.search.search(SearchParams.parse(values, ours.settings))
    return state, [hit for hit in answer.hits if hit.published is not None]


def _own(state: State) -> str:
    return state.address(request.path)


def _title(state: State) -> str:
    site = services().settings.site_name
    return f"{state.q} · {site}" if state.q else site


def _address(hit: Found, base: str, state: State) -> str:
    return web_address(hit.url) or base + article_url(hit.id, state)


def _time(hit: Found) -> str:
    return moment_of(str(hit.published.isoformat() if hit.published else "")).isoformat()


def _summary(hit: Found) -> str:
    return " … ".join("".join(piece.text for piece in fragment) for fragment in hit.fragments.body)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return _NO_XML.sub("", text)


def _answer(body: bytes, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "no-cache" if services().settings.search_open else "private, no-cache"
    response.make_conditional(request)
    return response
