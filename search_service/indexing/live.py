"""The live index as a reader sees it: noticed anew between requests, one state to a request."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import NamedTuple, TypeVar

from search_service.engine.base import Engine, Generation, GenerationInfo, Searcher
from search_service.errors import ServiceError
from search_service.indexing import scrub
from search_service.indexing.analyzers import GenerationAnalyzer
from search_service.indexing.reindex import RECOMMENDATION, recommended
from search_service.text.analyzer import Analyzer

ATTEMPTS = 5
"""How often an index is opened that changes meanwhile."""

log = logging.getLogger(__name__)
Value = TypeVar("Value")


class Pair(NamedTuple):
    """A commit to search, and the analyser that its generation was built with."""

    searcher: Searcher
    analyzer: Analyzer


PINNED = 4
"""Pinned commits that a process keeps open."""
PINNED_SECONDS = 30.0
"""How long it does so before it looks again whether they are still to be had."""


@dataclass(frozen=True, slots=True)
class _Opened:
    process: int
    generation: int
    commit: str
    pair: Pair


class LiveIndex:
    """Opens what CURRENT names; opens anew once a commit or a swap has come.

    A request asks once for the pair and keeps it to its end; a searcher that was
    replaced closes when its last request lets go of it.
    """

    def __init__(self, engine: Engine, folder: Path | None = None) -> None:
        """``folder``: the index's, where damage that searches come upon is told to all processes."""
        self._engine = engine
        self._folder = folder
        self._told: str | None = None
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._analyzer = GenerationAnalyzer()
        self._analyzer_of_pinned = GenerationAnalyzer()
        self._pinned: dict[str, tuple[float, Pair]] = {}

    def pair(self) -> Pair:
        """The newest state; raises ``index_missing`` before there is one."""
        return self._steadily(self._pair)

    def _pair(self) -> Pair:
        generation = self._generation()
        commit = generation.current_commit()
        if generation.damage != self._told:
            self._tell(generation)
        opened = self._opened
        if opened is None or not _is(opened, generation.number, commit):
            with self._lock:
                opened = self._opened
                if opened is None or not _is(opened, generation.number, commit):
                    opened = self._open(generation)
                    self._opened = opened
        return opened.pair

    def pin(self, seconds: float) -> tuple[str, Pair]:
        """The newest state, kept for at least so long under the name that is given with it."""
        return self._steadily(lambda: self._pin(seconds))

    def _pin(self, seconds: float) -> tuple[str, Pair]:
        generation = self._generation()
        name = f"{generation.number}/{generation.pin(seconds)}"
        return name, self.pinned(name)

    def pinned(self, name: str) -> Pair:
        """The state that was pinned, by this process or another; raises ``cursor_expired`` when it is gone."""
        number, _, commit = name.partition("/")
        opened = self._opened
        if opened is not None and _is(opened, int(number), commit):
            return opened.pair
        with self._lock:
            kept = self._pinned.pop(name, None)
            if kept is None or kept[0] < monotonic():
                kept = monotonic() + PINNED_SECONDS, self._open_pinned(int(number), commit)
            self._pinned[name] = kept
            while len(self._pinned) > PINNED:
                del self._pinned[next(iter(self._pinned))]
        return kept[1]

    def warm(self) -> None:
        """Load the live generation's analyser, all of it, before gunicorn forks, so that workers share its memory.

        The searcher is left to each worker: open files do not go through a fork.  Says
        in the log when the generation was built by another analyser than today's.
        """
        generation = self._engine.live()
        if generation is not None:
            self._analyzer.of(generation).lexicon.derive()
            if recommended(generation.info()):
                log.warning("generation %d: %s", generation.number, RECOMMENDATION)

    def info(self) -> GenerationInfo:
        """The live generation's manifest; raises ``index_missing``."""
        return self._steadily(lambda: self._generation().info())

    def damage(self) -> str | None:
        """What this process has found wrong with the live generation; raises ``index_missing``."""
        return self._steadily(lambda: self._generation().damage)

    def position(self) -> int:
        """The journal position that readers see; 0 before there is an index."""
        return self._steadily(self._position)

    def _position(self) -> int:
        generation = self._engine.live()
        return generation.info().position if generation is not None else 0

    def _steadily(self, look: Callable[[], Value]) -> Value:
        """Look again when it fails because another generation or commit took the place of what was looked at."""
        for _ in range(ATTEMPTS):
            before = self._state()
            try:
                return look()
            except (ServiceError, OSError):
                if self._state() == before:
                    raise
        return look()

    def _state(self) -> tuple[int, str] | None:
        """Names the live commit; None: that cannot be told."""
        try:
            generation = self._engine.live()
            return None if generation is None else (generation.number, generation.current_commit())
        except (ServiceError, OSError):
            return None

    def _generation(self) -> Generation:
        generation = self._engine.live()
        if generation is None:
            raise ServiceError("index_missing")
        return generation

    def _tell(self, generation: Generation) -> None:
        self._told = generation.damage
        if self._folder is not None and generation.damage is not None:
            scrub.keep(self._folder, generation.number, generation.damage)

    def _open_pinned(self, number: int, commit: str) -> Pair:
        try:
            generation = self._engine.open(number)
        except ServiceError:
            raise ServiceError("cursor_expired") from None
        return Pair(generation.pinned(commit), self._analyzer_of_pinned.of(generation))

    def _open(self, generation: Generation) -> _Opened:
        searcher = generation.searcher()
        pair = Pair(searcher, self._analyzer.of(generation))
        return _Opened(os.getpid(), generation.number, searcher.commit, pair)


def _is(opened: _Opened, generation: int, commit: str) -> bool:
    return (opened.process, opened.generation, opened.commit) == (os.getpid(), generation, commit)
