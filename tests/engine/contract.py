"""What every engine answers: run by an engine's own test file.

An engine's test class inherits from it and says with ``make`` which engine to test.
"""

from __future__ import annotations

from tests.engine.answer_contract import AnswerContract
from tests.engine.comparison import ReferenceComparison
from tests.engine.generation_contract import GenerationContract
from tests.engine.node_contract import NodeContract


class EngineContract(NodeContract, AnswerContract, GenerationContract, ReferenceComparison):
    """All that an engine promises."""
