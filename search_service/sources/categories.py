"""Category names as pages print them: apart, in a list, or with nothing between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_SEPARATORS = re.compile(r"\s*[,،;؛|\n\r\t»›>•]+\s*")
_LETTERS = str.maketrans("يىكةۀأإؤ", "ییکههااو")
_LONGEST_RUN = 200
_EMPTY = {"", "[]", "{}", "-", "null", "none", "nan"}


def clean(names: Iterable[object]) -> list[object]:
    """The names without those that say nothing, such as «[]»; others as they are."""
    return [name for name in names if name is not None and str(name).strip().lower() not in _EMPTY]


class KnownCategories:
    """The names by which a run of them is told apart."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {_folded(name): name for name in reversed(list(names)) if _folded(name)}
        self._longest = max(map(len, self._names), default=0)

    def split(self, text: str) -> list[str]:
        """«ایرانجهان» -> ایران, جهان.

        A part between separators that is not wholly made of known names is one name.
        Names are compared without spaces, half-spaces and marks; of several ways to
        read a run the one with the fewest, and so the longest, names is taken.
        """
        names: dict[str, None] = {}
        for part in _SEPARATORS.split(text):
            written = " ".join(part.split())
            if written.lower() in _EMPTY:
                continue
            run = self._run(_folded(written))
            names.update(dict.fromkeys(run if len(run) > 1 else [written]))
        return list(names)

    def _run(self, folded: str) -> Sequence[str]:
        """The fewest known names that make up the text; empty when there are none."""
        if len(folded) > _LONGEST_RUN:
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(folded)
        for end in range(1, len(folded) + 1):
            for start in range(max(0, end - self._longest), end):
                before, name = best[start], self._names.get(folded[start:end])
                if before is not None and name is not None:
                    candidate, best_so_far = (*before, name), best[end]
                    if best_so_far is None or len(candidate) < len(best_so_far):
                        best[end] = candidate
        return best[-1] or ()


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKC", name).translate(_LETTERS).casefold()
    return "".join(c for c in letters if c.isalnum())
