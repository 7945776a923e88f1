"""What an index keeps of an article: all that is shown of it, and where the words of its texts stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from search_service.article import Article
from search_service.text.layout import Layout, Line

TEXTS = ("title", "kicker", "lead", "body")
"""The texts that are searched; the field ``lead`` of an engine is kicker and lead."""
_WORDS = "words"

Shown = Mapping[str, Any]
"""The fields of an article, those that it has."""


def texts(article: Article) -> tuple[str, ...]:
    """The texts in the order of a layout."""
    return article.title, article.kicker, article.lead, article.body


def dump(articles: Sequence[Article], layout: Layout) -> list[bytes]:
    """Each article as JSON in UTF-8; ``layout``: of the texts of all."""
    words = layout.dump([text for article in articles for text in texts(article)], len(TEXTS))
    shown = [article.model_dump_json(exclude_defaults=True, exclude={"status"}) for article in articles]
    return [f'{its[:-1]},"{_WORDS}":{its_words}}}'.encode() for its, its_words in zip(shown, words, strict=True)]


def load(stored: bytes) -> Shown:
    """What ``dump`` has kept."""
    found: Shown = json.loads(stored)
    return found


def first_of_lead(layouts: Mapping[str, Line]) -> int:
    """At which position of its field the lead begins: behind the kicker and a gap."""
    kicker, lead = (layouts[name].size if name in layouts else 0 for name in ("kicker", "lead"))
    return kicker + 1 if kicker and lead else kicker


def layouts(articles: Sequence[Shown]) -> list[Mapping[str, Line]]:
    """Of each article where the words of its texts stand; {}: an index of old does not tell."""
    loaded = iter(Layout.load([article[_WORDS] for article in articles if _WORDS in article]))
    return [_lines(next(loaded), article) if _WORDS in article else {} for article in articles]


def _lines(layout: Layout, article: Shown) -> Mapping[str, Line]:
    return dict(zip(TEXTS, layout.lines([article.get(name, "") for name in TEXTS]), strict=True))
