"""What a page says of its article for machines: JSON-LD, and ``<meta>`` (OpenGraph and older habits)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser

_ARTICLE = re.compile(r"(?:^|/)(?:\w*Article|BlogPosting|LiveBlogPosting|Report|Review)$")
_MOST_NODES = 5_000
_COMMENT = re.compile(r"\A\s*(?://\s*)?<!(?:\[CDATA\[|--)|(?://\s*)?(?:\]\]>|-->)\s*\Z")


class LinkedData:
    """The article among the JSON-LD of a page; every getter is empty where there is none."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        nodes = list(_nodes(tree))
        self._by_id = {node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str)}
        articles = [node for node in nodes if _is_article(node) and ("headline" in node or "datePublished" in node)]
        self._article: Mapping[str, Any] = max(articles, key=len, default={})

    def text(self, name: str) -> str:
        """One text: a headline, a date."""
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> list[str]:
        """All texts of a property that may be one or a list."""
        return [value.strip() for value in _flat(self._article.get(name)) if isinstance(value, str) and value.strip()]

    def names(self, name: str) -> list[str]:
        """Names of people or organisations: texts, objects, or references to objects elsewhere."""
        return self._of_objects(name, "name")

    def addresses(self, name: str) -> list[str]:
        """URLs: texts, or objects of ``url``, ``contentUrl`` or ``@id``."""
        return self._of_objects(name, "url", "contentUrl", "@id")

    def _of_objects(self, name: str, *keys: str) -> list[str]:
        found = []
        for value in _flat(self._article.get(name)):
            if isinstance(value, Mapping):
                whole = {**self._by_id.get(str(value.get("@id")), {}), **value}
                value = next((text for key in keys for text in _flat(whole.get(key)) if isinstance(text, str)), "")
            if isinstance(value, str) and value.strip():
                found.append(value.strip())
        return found


class Meta:
    """The ``<meta>`` elements of a page by name, property or itemprop, in small letters."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._values: dict[str, list[str]] = {}
        for node in tree.css("meta[content]"):
            content = (node.attributes.get("content") or "").strip()
            for attribute in ("property", "name", "itemprop"):
                if content and (name := node.attributes.get(attribute)):
                    self._values.setdefault(name.strip().lower(), []).append(content)

    def all(self, *names: str) -> list[str]:
        """The contents under the names, in the order of the names, each once."""
        return list(dict.fromkeys(content for name in names for content in self._values.get(name, ())))

    def first(self, *names: str) -> str:
        """The first of them, or nothing."""
        return next(iter(self.all(*names)), "")


def _nodes(tree: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    """All objects of the page's JSON-LD, those in lists and graphs included; broken blocks are passed over."""
    stack: list[Any] = []
    for script in tree.css('script[type="application/ld+json" i]'):
        try:
            stack.append(json.loads(_COMMENT.sub("", script.text(deep=True)), strict=False))
        except (ValueError, RecursionError):
            continue
    stack.reverse()
    for _ in range(_MOST_NODES):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, Mapping):
            yield value
            stack.extend(inner for inner in value.values() if isinstance(inner, Mapping | list))
        elif isinstance(value, list):
            stack.extend(reversed(value))


def _is_article(node: Mapping[str, Any]) -> bool:
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in _flat(node.get("@type")))


def _flat(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
