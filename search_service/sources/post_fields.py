"""Under which names plugins and themes keep the line above a headline and the lead below it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_KICKERS = frozenset(
    ("kicker", "rutitr", "rotitr", "rootitr", "pretitle", "uptitle", "overtitle", "supertitle", "secondarytitle")
)
_LEADS = frozenset(("lead", "lid", "leed", "newslead", "postlead", "standfirst"))
_MARKS = re.compile(r"[\W_]+")
_LONGEST = 5_000

NAMES = ("kicker", "rutitr", "rotitr", "roo_titr", "pre_title", "secondary_title", "lead", "lid")
"""Those that a REST API is asked for on the post itself; others come within ``meta`` and ``acf``."""


def kicker_and_lead(fields: Iterable[tuple[str, object]]) -> tuple[str, str]:
    """The first text of each kind among a post's own fields; empty where there is none."""
    kicker = lead = ""
    for name, value in fields:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
            continue
        if not kicker and _is_one_of(name, _KICKERS):
            kicker = value.strip()
        elif not lead and _is_one_of(name, _LEADS):
            lead = value.strip()
    return kicker, lead


def _is_one_of(name: str, names: frozenset[str]) -> bool:
    """Whether the name, or its end behind a prefix such as ``_mytheme_``, is among the names."""
    words = [word for word in _MARKS.split(name.lower()) if word]
    return any("".join(words[start:]) in names for start in range(max(0, len(words) - 2), len(words))) or (
        "".join(words) in names
    )
