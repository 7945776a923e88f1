"""What is the same for all errors of one code."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A row of the table of errors."""

    status: int
    """Of HTTP."""
    english: str
    persian: str
    hint: str
    """How to mend it."""
    hint_fa: str = ""
