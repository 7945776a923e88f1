"""The reference engine keeps the contract."""

from __future__ import annotations

from pathlib import Path

from search_service.engine.memory_generations import MemoryEngine
from tests.engine.contract import EngineContract


class TestMemory(EngineContract):
    def make(self, folder: Path) -> MemoryEngine:
        return MemoryEngine(folder)
