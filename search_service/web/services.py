"""What a web worker works with; files are opened when first needed, in each process its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.live import LiveIndex
from search_service.settings import Settings
from search_service.web.observed import ObservedSearch

Clock = Callable[[], datetime]

_EXTENSION = "search_service"


class Services:
    """The live index and its search, and the archive behind it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.live = LiveIndex(WhooshEngine(settings.index, seconds=settings.search_deadline), settings.index)
        self.search = ObservedSearch(self.live.pair, settings, clock, self.live)
        self._lock = threading.Lock()
        self._archive: Archive | None = None

    @property
    def archive(self) -> Archive:
        """The archive; it keeps its own connections from going through a fork."""
        with self._lock:
            if self._archive is None:
                self._archive = Archive.open(self.settings.archive_path, self.clock)
            return self._archive

    @property
    def keys(self) -> Keys:
        """The API keys, which the archive keeps."""
        return Keys(self.archive)

    def install(self, app: Flask) -> None:
        """Make them the app's own."""
        app.extensions[_EXTENSION] = self


def services() -> Services:
    """Those of the app that answers this request."""
    return cast(Services, current_app.extensions[_EXTENSION])
