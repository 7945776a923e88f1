"""The contract's assertions say as much as those of a test file."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.engine.asking",
    "tests.engine.node_contract",
    "tests.engine.answer_contract",
    "tests.engine.generation_contract",
    "tests.engine.comparison",
)
