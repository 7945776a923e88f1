"""What helps a reader whose search found nothing: each filter's part in it, a freer query, nearby words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from search_service.errors import ServiceError
from search_service.search.params import SearchParams
from search_service.web.page.choices import Choice, restrictions
from search_service.web.page.state import State
from search_service.web.services import services
from search_service.web.texts import Texts

_SIGNS = re.compile(r'["«»“”()|*]|(?<!\S)[-–−]|(?<!\S)OR(?!\S)')


@dataclass(frozen=True, slots=True)
class Advice:
    """Ways on that find something, with how much they find."""

    cause: Markup | None
    """That the filters leave nothing, and what there is without them; None where they are not at fault."""
    remove: str
    """What to do about the filters."""
    filters: tuple[Choice, ...]
    """Without one of the filters; without all of them, where no single one is at fault."""
    plain: Choice | None
    """The query without quotes and signs."""
    nearby: tuple[Choice, ...]
    """Words of the archive that look like those of the query."""


def advice(state: State, facets: Mapping[str, Any], texts: Texts) -> Advice:
    """Only what would be found is advised."""
    kinds = restrictions(state, facets, texts)
    freed = _counted(texts.none_without_filters, state.unfiltered(), texts) if kinds else None
    cause, remove = None, ""
    found: tuple[Choice, ...] = ()
    if freed:
        counted = (_counted(texts.none_without.format(label=name.label), without, texts) for name, without in kinds)
        found = tuple(choice for choice in counted if choice)
        remove = texts.none_remove["all" if not found else "one" if len(kinds) == 1 else "several"]
        found = found or (freed,)
        empty = texts.fill(texts.none_filtered_of, q=state.q) if state.q else Markup.escape(texts.none_filtered)
        cause = empty + " " + texts.none_unfiltered.format(n=freed.count)
    words = " ".join(_SIGNS.sub(" ", state.q).split())
    plain = _counted(words, state.asking(words), texts) if words and words != " ".join(state.q.split()) else None
    nearby = services().search.nearby(words) if not cause else ()
    return Advice(
        cause, remove, found, plain, tuple(Choice(word, state.unfiltered().asking(word).url) for word in nearby)
    )


def _counted(label: str, state: State, texts: Texts) -> Choice | None:
    """A link to the state with what it finds; None when that is nothing."""
    ours = services()
    values: dict[str, list[str]] = {"size": ["1"], "facets": [","]}
    for name, value in replace(state, page=1).pairs("lang"):
        values.setdefault(name, []).append(value)
    try:
        total = ours.search.search(SearchParams.parse(values, ours.settings)).total
    except ServiceError:
        return None
    return Choice(label, state.url, count=texts.articles(total)) if total else None
