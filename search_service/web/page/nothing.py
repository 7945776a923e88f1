"""What helps a reader whose search found nothing: each filter's part in it, a freer query, nearby words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from search_service.errors import ServiceError
from search_service.search.params import SearchParams
from search_service.web.page.choices import Choice, restrictions
from search_service.web.page.state import State
from search_service.web.services import services
from search_service.web.texts import Texts

_SIGNS = re.compile(r'["«»“”()|*]|(?<!\S)-|(?<!\S)OR(?!\S)')


@dataclass(frozen=True, slots=True)
class Advice:
    """Ways on that find something, with how much they find."""

    filters: tuple[Choice, ...]
    """Without one of the filters; without all of them, where no single one is at fault."""
    plain: Choice | None
    """The query without quotes and signs."""
    nearby: tuple[Choice, ...]
    """Words of the archive that look like those of the query."""


def advice(state: State, facets: Mapping[str, Any], texts: Texts) -> Advice:
    """Only what would be found is advised."""
    kinds = restrictions(state, facets, texts)
    filters = [_counted(texts.none_without.format(label=name.label), without, texts) for name, without in kinds]
    found = tuple(choice for choice in filters if choice)
    if kinds and not found:
        freed = _counted(texts.none_without_filters, state.unfiltered(), texts)
        found = (freed,) if freed else ()
    words = " ".join(_SIGNS.sub(" ", state.q).split())
    plain = _counted(words, state.asking(words), texts) if words and words != " ".join(state.q.split()) else None
    nearby = services().search.nearby(words) if not found else ()
    return Advice(found, plain, tuple(Choice(word, state.unfiltered().asking(word).url) for word in nearby))


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
