"""A child makes the analyser that would have been made here, and goes when it is not wanted any more."""

from __future__ import annotations

from typing import Any

import pytest

from search_service.indexing import teaching
from search_service.indexing.child import Child, Gone
from search_service.indexing.follow import Stopped
from search_service.indexing.teaching import Taught, taught, taught_by_child


def nothing() -> None:
    """What is done between two looks."""


def test_a_child_learns_what_is_learned_here(house: Any) -> None:
    for number in range(5):
        house.put(number, body="خبر‌محور و داده‌محور نوشتند.")
    here = taught(house.archive, house.settings, nothing)
    assert taught_by_child(house.archive, house.settings, nothing) == here
    assert isinstance(here, Taught)


def test_work_called_off_ends_the_child(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Child] = []

    class Watched(Child):
        def __init__(self, module: str) -> None:
            super().__init__(module)
            started.append(self)

    def stop() -> None:
        raise Stopped

    monkeypatch.setattr(teaching, "Child", Watched)
    monkeypatch.setattr(teaching, "LOOK_EVERY", 0.001)
    house.put(1)
    with pytest.raises(Stopped):
        taught_by_child(house.archive, house.settings, stop)
    assert [child._process for child in started] == [None]


def test_what_a_dead_child_was_to_learn_is_learned_here(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(self: Child, message: object) -> object:
        raise Gone("it has died")

    monkeypatch.setattr(Child, "ask", die)
    house.put(1)
    assert taught_by_child(house.archive, house.settings, nothing) == taught(house.archive, house.settings, nothing)
