"""Regular plurals without ها: -ان, -یان, -گان, -ات, -ین, only from a frequent noun."""

from __future__ import annotations

from search_service.text.fold import ZWNJ
from search_service.text.lexicon import NOUN, Lexicon
from search_service.text.reading import Found, Variant

MIN_HOST = 3
_ENDINGS = ("ان", "ات", "ین", "ون")


def guarded_plural(form: str, lexicon: Lexicon) -> Found:
    """«درختان» as درخت, «نمایندگان» as نماینده, «دانشجویان» as دانشجو, «گزارشات» as گزارش."""
    for spelling in _hosts(form) if form.endswith(_ENDINGS) else ():
        host = (lexicon.entry(spelling).canonical or spelling).replace(ZWNJ, "")
        if len(host) >= MIN_HOST and lexicon.headword(host) and lexicon.flags(lexicon.term(host)) & NOUN:
            return (Variant(lexicon.term(form), lexicon.term(host)),)
    return ()


def _hosts(form: str) -> list[str]:
    hosts: list[str] = []
    if form.endswith("گان"):
        hosts.append(form[:-3] + "ه")
    if form.endswith("یان"):
        hosts.append(form[:-3] if form[-4:-3] in ("ا", "و") else form[:-2])
    elif form.endswith("ان"):
        hosts.append(form[:-2])
    if form.endswith("جات"):
        hosts += [form[:-3], form[:-3] + "ه"]
    if form.endswith("یات"):
        hosts.append(form[:-2])
    elif form.endswith("ات"):
        hosts += [form[:-2], form[:-2] + "ه"]
    if form.endswith(("ین", "ون")):
        hosts.append(form[:-2])
    return hosts
