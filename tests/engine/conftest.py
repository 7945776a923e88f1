"""The contract's assertions say as much as those of a test file."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.engine.contract", "tests.engine.comparison", "tests.engine.generation_contract")
