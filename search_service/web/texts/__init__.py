"""The strings of the interface: one file a language, all of one shape."""

from __future__ import annotations

from search_service.web.texts.english import ENGLISH
from search_service.web.texts.persian import PERSIAN
from search_service.web.texts.texts import Texts

LANGUAGES = {PERSIAN.language: PERSIAN, ENGLISH.language: ENGLISH}
"""The first is what a reader sees who has chosen nothing."""

__all__ = ["ENGLISH", "LANGUAGES", "PERSIAN", "Texts", "texts_of"]


def texts_of(language: str | None) -> Texts:
    """The interface in this language; in the first one where there is none.

    Only the address (``lang=en``) chooses: what a browser says that it prefers does not, so
    that an address shows everyone the same page.
    """
    return LANGUAGES.get(language or "", PERSIAN)
