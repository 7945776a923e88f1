"""The Whoosh engine keeps the contract."""

from __future__ import annotations

from pathlib import Path

from search_service.engine.whoosh import WhooshEngine
from tests.engine.contract import EngineContract


class TestWhoosh(EngineContract):
    def make(self, folder: Path) -> WhooshEngine:
        return WhooshEngine(folder)
