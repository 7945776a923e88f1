"""What a merge patch makes of an article: https://www.rfc-editor.org/rfc/rfc7396."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search_service.article import Article
from search_service.errors import ServiceError

_ALIASES = {"category": "categories", "author": "authors"}
_STAND_IN = "-"
"""A title for the moment in which a patch is read that has none."""


def patched(article: Article, patch: object) -> Article:
    """The article with the patch's fields in the place of its own; null takes a field away.

    Only what the patch holds passes the door, so that stored text is not read as markup
    again.  Without a version in the patch the archive counts.  Raises ``article_invalid``.
    """
    if not isinstance(patch, Mapping):
        raise ServiceError("article_invalid", "a patch is a JSON object")
    given: dict[str, Any] = {_ALIASES.get(str(name), str(name)): value for name, value in patch.items()}
    if given.pop("id", article.id) != article.id:
        raise ServiceError("article_invalid", "id: an article keeps its id", field="id")
    extra = given.pop("extra", {})
    if not isinstance(extra, Mapping | None):
        raise ServiceError("article_invalid", "extra: is a JSON object", field="extra")
    removed = {name for name, value in given.items() if value is None}
    door = Article.parse({"id": article.id, "title": _STAND_IN} | {n: v for n, v in given.items() if n not in removed})
    changed = {name: getattr(door, name) for name in given if name in Article.model_fields and name not in removed}
    own: dict[str, Any] = {} if extra is None else _merged(article.extra, extra)
    own = _merged(own, door.extra | dict.fromkeys(removed - Article.model_fields.keys()))
    kept = {name: value for name, value in article if name not in removed | {"version"}}
    return Article.stored({**kept, **changed, "extra": own})


def _merged(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7396, section 2; of bounded depth, as the body was."""
    merged = dict(target)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            inner = merged.get(name)
            merged[name] = _merged(inner if isinstance(inner, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged
