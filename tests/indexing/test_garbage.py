"""Who indexes looks for garbage seldom."""

from __future__ import annotations

import gc

from search_service.indexing import garbage


def test_garbage_is_looked_for_seldom_afterwards() -> None:
    before = gc.get_threshold()
    try:
        garbage.look_seldom()
        assert gc.get_threshold()[0] > 10 * before[0]
        assert gc.isenabled()
    finally:
        gc.set_threshold(*before)
