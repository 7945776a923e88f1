"""The reference engine keeps the contract."""

from __future__ import annotations

from pathlib import Path

from search_service.engine.memory_generations import MemoryEngine
from tests.engine.comparison import ReferenceComparison
from tests.engine.contract import EngineContract
from tests.engine.generation_contract import GenerationContract


class TestMemory(EngineContract, GenerationContract, ReferenceComparison):
    def make(self, folder: Path) -> MemoryEngine:
        return MemoryEngine(folder)
