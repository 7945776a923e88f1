"""Kinds of forms are told apart, whoever asks for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from search_service.text.kinds import Kind, Kinds


def test_no_two_threads_number_kinds_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = Kinds()
    add, both, together = kinds._columns.add, Barrier(2), []

    def met(*row: int) -> int:
        with suppress(BrokenBarrierError):
            both.wait(0.2)
            together.append(row)
        return add(*row)

    monkeypatch.setattr(kinds._columns, "add", met)
    with ThreadPoolExecutor(2) as threads:
        numbers = set(threads.map(kinds.__getitem__, (Kind(1, 0, 0, 0, 0), Kind(2, 0, 0, 0, 0))))
    assert numbers == {1, 2}
    assert not together
