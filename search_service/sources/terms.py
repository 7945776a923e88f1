"""Categories within categories, as WordPress keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

_NONE = frozenset(("uncategorized", "بدون-دسته", "دسته-بندی-نشده", "دسته‌بندی-نشده", "دستهبندی-نشده"))
"""Short names of the category that a post has when nobody chose one."""

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Term:
    """A category; ``parent``: the number or short name of the one above, 0 or empty at the top."""

    name: str
    slug: str = ""
    parent: int | str = 0


def lineage(first: Key, term_of: Callable[[Key], Term | None]) -> list[str]:
    """The name of a category behind those of the categories above it; a circle is walked once."""
    names: list[str] = []
    seen: set[int | str] = set()
    key: int | str = first
    while key and key not in seen and (term := term_of(key)) is not None:  # type: ignore[arg-type]  # keys are of one kind
        seen.add(key)
        if unquote(term.slug).lower() not in _NONE:
            names.insert(0, term.name)
        key = term.parent
    return names
