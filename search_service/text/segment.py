"""Tokenisation of the raw text, with one compiled pattern: offsets are then free.

Everything that is not white space belongs to some piece, so that two pieces that follow
each other in the list have at most spaces between them: what ``spacing`` relies on.
"""

from __future__ import annotations

import re

from search_service.text.fold import BOUNDARIES, INVISIBLE, LETTERS, MARKS

_DIGIT = "0-9\u06f0-\u06f9\u0660-\u0669"
_GLUE = f"{MARKS}{BOUNDARIES}{INVISIBLE}"

# Only single characters repeat possessively: before Python 3.11.5 a group that did, and failed
# half-way, kept what it had read (python/cpython#106052).
WORD = f"[{LETTERS}]++(?:[{_GLUE}]++[{LETTERS}]++)*[{MARKS}]*+"
NUMBER = f"[{_DIGIT}]++(?:[.,\u066b\u066c\u060c/:\\-\u2013][{_DIGIT}]++){{0,7}}"
DOTTED = r"[A-Za-z](?:\.[A-Za-z])+(?!\.?[A-Za-z])"
OTHER_WORD = f"(?:(?![{LETTERS}{MARKS}])[^\\W\\d_][\u0300-\u036f]*+)+"
PERCENT = "[%\u066a\ufe6a\uff05]"
BREAK = f"[^\\w\\s{_GLUE}]|[\n\r\u2028\u2029_]"

PATTERN = re.compile(f"{WORD}|{NUMBER}|{DOTTED}|{OTHER_WORD}|{PERCENT}|{BREAK}")
"""A word of Arabic script, a number, a Latin or other word, a percent sign, or a break."""

_FIRST = re.compile(f"([{LETTERS}])|([{_DIGIT}])|({PERCENT})|({BREAK})")


def kind(piece: str) -> str:
    """What a piece of ``PATTERN`` is: ``word``, ``number``, ``percent``, ``break`` or ``other``."""
    match = _FIRST.match(piece)
    return ("word", "number", "percent", "break")[match.lastindex - 1] if match and match.lastindex else "other"
