"""The receipt of one write: what became of it, and where it stands in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from search_service.errors import ServiceError

State = Literal["added", "updated", "unchanged", "deleted", "refused"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the archive answers to a write; whoever holds it may rely on it.

    ``version`` and ``position`` are those of the article as it now stands, so that it
    is searchable once the indexed position has passed ``position``.  Only ``added``,
    ``updated`` and ``deleted`` cost a row of the journal.  ``error`` says why a write
    was refused; a refused one changed nothing.
    """

    id: str
    version: int
    position: int
    state: State
    error: ServiceError | None = None
