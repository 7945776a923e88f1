"""An engine's explanation, cut down to what gave the article its score."""

from __future__ import annotations

from search_service.engine.base import Explanation
from search_service.search.answer import Reason


def reason(explanation: Explanation) -> Reason:
    """The parts that matched and count; a step that only passes its part's score on is left out."""
    parts = [part for part in explanation.parts if part.matches and part.score]
    if len(parts) == 1 and parts[0].score == explanation.score:
        return reason(parts[0])
    return Reason(
        text=explanation.text,
        score=round(explanation.score, 4) if explanation.matches else 0.0,
        parts=tuple(reason(part) for part in parts),
    )
