"""Styles, scripts and the font: their addresses change with their content, so that browsers may keep them.

Styles and scripts are written one concern to a file and served together as one;
scripts inside a function: nothing of them is left on the page that they run on.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from search_service.errors import ServiceError
from search_service.web.texts import LANGUAGES

STATIC = Path(__file__).parent.parent / "static"
BUNDLES = {
    "page.css": ("base", "masthead", "filters", "results", "reading", "widths"),
    "page.js": ("combobox", "box", "calendar", "filters"),
    "embed.js": ("combobox", "embed"),
}
"""Bundle -> the files that it is made of, in this order."""

blueprint = Blueprint("assets", __name__)


def asset(name: str) -> str:
    """The address of a bundle, or of another static file."""
    if name in BUNDLES:
        return f"/bundles/{name}?v={_fingerprint(bundle(name).encode())}"
    return f"/static/{name}?v={_fingerprint((STATIC / name).read_bytes())}"


@cache
def bundle(name: str) -> str:
    """The text of a bundle."""
    if name.endswith(".css"):
        return _joined("styles", name)
    words = {texts.language: texts.embedded() for texts in LANGUAGES.values()} if name == "embed.js" else None
    spoken = f"const WORDS = {json.dumps(words, ensure_ascii=False)};\n" if words else ""
    return f'(() => {{\n"use strict";\n{spoken}{_joined("scripts", name)}}})();\n'


@blueprint.get("/bundles/<name>")
def serve(name: str) -> Response:
    """A bundle, to be kept for ever under the address that ``asset`` gives."""
    if name not in BUNDLES:
        raise ServiceError("not_found")
    response = Response(bundle(name), mimetype="text/css" if name.endswith(".css") else "text/javascript")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _joined(folder: str, name: str) -> str:
    suffix = Path(name).suffix
    return "\n".join((STATIC / folder / f"{part}{suffix}").read_text("utf-8") for part in BUNDLES[name])


@cache
def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]
