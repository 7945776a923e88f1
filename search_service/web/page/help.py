"""The query language explained, with examples that find something in this very archive."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app

from search_service.errors import ServiceError
from search_service.search.answer import Found
from search_service.search.params import SearchParams
from search_service.text.guess import other_layout
from search_service.web.api.auth import require_search
from search_service.web.page import rendering
from search_service.web.services import services

NEWEST = 60
"""Articles from whose tags and titles the words of the examples are taken."""
COMMON = 8
"""Of those words the commonest, of which the search itself says which finds the most."""

_WORD = re.compile("[\u0621-\u06cc\u200c]{3,}")
_PAIR = re.compile(f"{_WORD.pattern} {_WORD.pattern}")
"""Two words side by side."""
_BOOK = "کتاب"
"""A word that others begin with, whatever an archive is about."""
_KEPT = "search_service.help"

blueprint = Blueprint("help", __name__)


@dataclass(frozen=True, slots=True)
class Example:
    """A query and how many articles it finds."""

    query: str
    count: int


@blueprint.get("/help")
def help() -> Response:
    """The page."""
    require_search()
    state = rendering.plain_state()
    return rendering.page("help.html", examples=_examples(), here=state.address("/help"))


def _examples() -> dict[str, Example]:
    """Topic -> its example; made once for each commit of the index."""
    try:
        commit = services().live.pair().searcher.commit
    except ServiceError:
        return {}
    kept: tuple[str, dict[str, Example]] | None = current_app.extensions.get(_KEPT)
    if kept is None or kept[0] != commit:
        kept = current_app.extensions[_KEPT] = (commit, dict(_made()))
    return kept[1]


def _made() -> Iterator[tuple[str, Example]]:
    newest = services().search.search(SearchParams(size=NEWEST, facets=("category", "date")))
    counted = sorted(((_count(word), word) for word in _subjects(newest.hits)), reverse=True)
    common = [word for count, word in counted if count]
    if not common:
        return
    first, second = common[0], common[1 % len(common)]
    pairs = [pair for hit in newest.hits for pair in (*filter(_PAIR.fullmatch, hit.tags), *_PAIR.findall(hit.title))]
    # Of one word or of several, a reader sees the name as it is written.
    category = [choice.label for choice in newest.facets.category or () if '"' not in choice.label]
    category.sort(key=lambda label: " " not in label)
    years = [choice.value for choice in newest.facets.date or ()]
    candidates = {
        "words": [f"{first} {second}", *pairs],
        "phrase": [f"«{pair}»" for pair in pairs],
        "without": [f"{first} -{word}" for word in common[1:]],
        "either": [f"{first} OR {second}"],
        "prefix": [f"{_BOOK}*", *(f"{word[:3]}*" for word in common if word[:3].isalpha())],
        "title": [f"title:{first}"],
        "category": [f'category:"{label}"' if " " in label else f"category:{label}" for label in category],
        "after": [f"{first} after:{year}" for year in years[1:] + years[:1]],
        "keyboard": other_layout(first),
    }
    for topic, queries in candidates.items():
        for query in queries[:COMMON]:
            if count := _count(query, "auto" if topic == "keyboard" else "all"):
                yield topic, Example(query, count)
                break


def _subjects(hits: Sequence[Found]) -> list[str]:
    """Words that articles are about: tags of one word; without tags, words of titles that are no verbs."""
    lexicon = services().live.pair().analyzer.lexicon
    tags = Counter(tag for hit in hits for tag in hit.tags if _WORD.fullmatch(tag))
    titles = Counter(
        word
        for hit in hits
        for word in set(_WORD.findall(hit.title))
        if word not in lexicon.function_words and not lexicon.verbs.is_past(word)
    )
    return [word for word, _ in (*tags.most_common(COMMON), *titles.most_common(COMMON))][:COMMON]


def _count(query: str, match: str = "all") -> int:
    try:
        return services().search.search(SearchParams(q=query, match=match, size=1, facets=())).total
    except ServiceError:
        return 0
