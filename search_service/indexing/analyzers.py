"""The analyser that a generation was built with, loaded once."""

from __future__ import annotations

from search_service.engine.base import Generation
from search_service.errors import ServiceError
from search_service.text.analyzer import Analyzer


class GenerationAnalyzer:
    """Keeps the analyser of the generation that was last asked for."""

    def __init__(self, like: GenerationAnalyzer | None = None) -> None:
        """``like``: what that has of an analyser's files is not read again."""
        self._number = 0
        self._analyzer: Analyzer | None = like._analyzer if like is not None else None

    def of(self, generation: Generation) -> Analyzer:
        """The generation's analyser; raises ``index_incompatible`` when this version cannot read it."""
        if self._analyzer is None or self._number != generation.number:
            folder = generation.folder / "analyser"
            try:
                self._analyzer = Analyzer.load(folder, self._analyzer)
            except (OSError, ValueError) as error:
                raise ServiceError("index_incompatible", f"{folder} cannot be read: {error}") from None
            self._number = generation.number
        return self._analyzer
