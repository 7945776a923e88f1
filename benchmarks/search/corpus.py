"""What is searched: any number of articles, the same in every process that asks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from benchmarks.search.generated import Generated
from benchmarks.search.recombined import Recombined
from search_service.article import Article


class Corpus(Protocol):
    """Articles by number."""

    name: str

    def article(self, number: int) -> Article:
        """The article of this number, from 0; always the same."""


class CorpusSpec(NamedTuple):
    """Names a corpus; what goes from one process to another."""

    file: Path | None
    """JSON lines of articles, ``.gz`` or not; None: generated ones."""
    seed: int

    def corpus(self) -> Corpus:
        """The corpus itself, one in a process; raises ``ValueError`` where the file holds no article."""
        return _corpus(self)


@cache
def _corpus(spec: CorpusSpec) -> Corpus:
    return Recombined(spec.file, spec.seed) if spec.file else Generated(spec.seed)
