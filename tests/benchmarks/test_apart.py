"""What runs apart gives or raises as if it ran here, and nothing of it outlives the run."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.search.apart import Call, Tell, apart, beside, side_by_side
from search_service.errors import ServiceError


def add(tell: Tell, first: int, second: int) -> int:
    tell(1)
    tell(2)
    return first + second


def fail(tell: Tell) -> None:
    raise ServiceError("index_damaged", "a block is torn")


def die(tell: Tell) -> None:
    os._exit(3)


def sleep(tell: Tell) -> None:
    tell(os.getpid())
    time.sleep(600)


def test_calls_give_what_they_give_wherever_they_run() -> None:
    assert apart(add, 1, 2) == 3
    assert sorted(side_by_side([Call(add, (at, at)) for at in range(5)], 2)) == [0, 2, 4, 6, 8]


def test_what_all_have_told_is_added_up() -> None:
    heard: list[int] = []
    list(side_by_side([Call(add, (1, 1)), Call(add, (2, 2))], 2, heard.append))
    assert sorted(heard) == heard
    assert heard[-1] == 4


def test_an_error_comes_as_it_was_with_the_place_where_it_arose() -> None:
    with pytest.raises(ServiceError, match="a block is torn") as raised:
        list(side_by_side([Call(sleep, ()), Call(fail, ())], 2))
    assert raised.value.code == "index_damaged"
    assert "in fail" in raised.value.__notes__[0]


def test_a_process_that_dies_is_noticed() -> None:
    with pytest.raises(RuntimeError, match="code 3"):
        apart(die)


def test_what_runs_beside_ends_with_its_block() -> None:
    with beside(sleep) as process:
        _, pid = process.hear()
        watched = os.pidfd_open(pid)
    assert ended(watched)


def test_what_runs_apart_ends_with_its_parent() -> None:
    script = (
        "from benchmarks.search.apart import Call, side_by_side\n"
        "from tests.benchmarks.test_apart import sleep\n"
        "list(side_by_side([Call(sleep, ())], 1, lambda pid: print(pid, flush=True)))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as parent:
        assert parent.stdout
        watched = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    assert ended(watched)


def ended(watched: int) -> bool:
    """Whether the process comes to its end."""
    try:
        return bool(select.select([watched], [], [], 30)[0])
    finally:
        os.close(watched)
