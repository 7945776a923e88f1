"""How far a whole reaches that stands at its first part: compounds, acronyms, numbers and dates in words."""

from __future__ import annotations

from collections.abc import Sequence

from search_service.text.analyzer import Analyzer
from search_service.text.token import Token

LONGEST_WHOLE = 12
"""Most tokens of one whole: a date with its year in words."""


def end_of_whole(analyzer: Analyzer, text: str, tokens: Sequence[Token], first: int) -> int:
    """Where in ``text`` the whole of ``tokens[first]`` ends: with the fewest tokens that are read as it."""
    start, whole = tokens[first].start, tokens[first].terms["joined"]
    for token in tokens[first : first + LONGEST_WHOLE]:
        read = analyzer.analyze(text[start : token.end])
        if read and read[0].terms.get("joined") == whole:
            return token.end
    return tokens[first].end
