"""The terms of words and phrases of all kinds, so that a change of analysis shows as a difference.

The texts stand in the golden file itself: a line that begins with ``> `` is one, with
``\\u`` escapes for letters that cannot be seen; what follows is written by ``make golden``:
a line a position, with the terms of its streams.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from search_service.text.analyzer import Analyzer
from search_service.text.token import Token

GOLDEN = Path(__file__).with_name("analysis.txt")
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


def test_texts_are_analysed_as_reviewed(analyzer: Analyzer, golden: Callable[[Path, str], None]) -> None:
    found = []
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        if line.startswith(("# ", "> ")):
            found.append(line)
        if line.startswith("> "):
            text = ESCAPE.sub(lambda match: chr(int(match[1], 16)), line[2:])
            found += [_shown(token) for token in analyzer.analyze(text)]
    assert sum(line.startswith("> ") for line in found) >= 80
    golden(GOLDEN, "\n".join(found) + "\n")


def test_streams_give_the_same_terms_as_tokens(analyzer: Analyzer) -> None:
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        streams = analyzer.streams(line)
        tokens = analyzer.analyze(line)
        for stream, terms in streams.items():
            assert terms == [token.terms.get(stream) for token in tokens], (line, stream)


def _shown(token: Token) -> str:
    terms = [
        f"{stream} {token.terms[stream]}"
        for stream in ("exact", "lemma", "alternate", "joined")
        if stream in token.terms
    ]
    return f"  {token.position}  " + "  ".join(terms)
