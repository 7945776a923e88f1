"""The Whoosh engine keeps the contract."""

from __future__ import annotations

from pathlib import Path

from search_service.engine.whoosh import WhooshEngine
from tests.engine.comparison import ReferenceComparison
from tests.engine.contract import EngineContract
from tests.engine.generation_contract import GenerationContract


class TestWhoosh(EngineContract, GenerationContract, ReferenceComparison):
    def make(self, folder: Path) -> WhooshEngine:
        return WhooshEngine(folder)
