"""An article as a reader sees it on a page of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search_service.web.page.choices import Choice
from search_service.web.page.hits import When, author, category, image, moment_of, outlet, web_address, when
from search_service.web.page.state import State
from search_service.web.texts import Texts


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """The whole text, with the lines that stand above it."""

    title: str
    kicker: str
    lead: str
    paragraphs: tuple[str, ...]
    original: str | None
    """The outlet's own address."""
    source: Choice | None
    authors: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    when: When | None
    image: str | None
    preview: str | None
    """The picture for link previews: where the outlet has it, and not loaded by this page."""


def shown(
    stored: Mapping[str, Any], state: State, texts: Texts, now: datetime, image_origins: Collection[str] = ()
) -> ShownArticle | None:
    """The article as the index keeps it; None when its time has not come."""
    published = stored.get("published")
    if published and moment_of(published) > now:
        return None
    return ShownArticle(
        title=stored.get("title") or texts.untitled,
        kicker=stored.get("kicker", ""),
        lead=stored.get("lead", ""),
        paragraphs=tuple(part for part in stored.get("body", "").split("\n\n") if part.strip()),
        original=web_address(stored.get("url")),
        source=outlet(stored.get("source"), state),
        authors=tuple(author(name, state) for name in stored.get("authors", ())),
        categories=tuple(category(name, state) for name in stored.get("categories", ())),
        when=when(published, texts, now),
        image=image(stored.get("image"), stored.get("url"), image_origins),
        preview=web_address(stored.get("image")),
    )
