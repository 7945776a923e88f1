"""A text analysed a clause at a time, and only where it is looked at.

No word, compound, number or date reaches over a sign and the space behind it, or over the
end of a line: so the tokens of a clause are those that the whole text has there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from search_service.text.analyzer import Analyzer
from search_service.text.token import Token

_SIGNS = ".،؛؟:"
_ENDS = ("\n", *(f"{sign} " for sign in _SIGNS))
_END = re.compile(f"\n|[{_SIGNS}](?= )")


class Clause(NamedTuple):
    """A clause of a text, with its tokens; their offsets count from its start."""

    start: int
    end: int
    tokens: Sequence[Token]


class Clauses:
    """The clauses of a text."""

    def __init__(self, analyzer: Analyzer, text: str) -> None:
        self._analyzer = analyzer
        self.text = text
        self._known: dict[int, Clause] = {}

    def at(self, place: int) -> Clause:
        """The clause that the character at this place belongs to."""
        start, end = self._borders(place)
        known = self._known.get(start)
        if known is None:
            known = self._known[start] = Clause(start, end, self._analyzer.analyze(self.text[start:end]))
        return known

    def run(self, clause: Clause, first: int, most: int) -> list[tuple[int, Token]]:
        """At most so many tokens, from one of the clause on, each with where its offsets count from."""
        found = [(clause.start, token) for token in clause.tokens[first : first + most]]
        while len(found) < most and clause.end < len(self.text):
            clause = self.at(clause.end)
            found += [(clause.start, token) for token in clause.tokens[: most - len(found)]]
        return found

    def inside(self, place: int) -> bool:
        """Whether a token spans the place («کتاب ها» is one)."""
        start, _, tokens = self.at(place)
        before = bisect_right(tokens, place - start, key=lambda token: token.start) - 1
        return before >= 0 and place - start < tokens[before].end

    def read(self, start: int, end: int) -> list[Token]:
        """The tokens of a part, as if it were the whole text."""
        return self._analyzer.analyze(self.text[start:end])

    def _borders(self, place: int) -> tuple[int, int]:
        start = 1 + max(self.text.rfind(end, 0, place + len(end) - 1) for end in _ENDS)
        found = _END.search(self.text, place)
        return start, found.end() if found else len(self.text)
