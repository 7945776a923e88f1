"""Memory that workers share: each block is alone, whichever threads and processes are about."""

import os
import signal
import threading
import traceback

import pytest

from search_service.web.shared import Shared

ROUNDS = 3000


def children(work, count=2):
    """Run the work in so many forks; the test fails where one of them does."""
    forked = []
    for _ in range(count):
        process = os.fork()
        if not process:
            status = 1
            try:
                work()
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        forked.append(process)
    assert [os.waitpid(process, 0)[1] for process in forked] == [0] * count


def add(shared, rounds, slips):
    try:
        for _ in range(rounds):
            with shared as memory:
                memory[:8] = (int.from_bytes(memory[:8], "big") + 1).to_bytes(8, "big")
    except OSError as error:
        slips.append(error)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_threads_of_two_processes_take_several_locks_and_none_is_refused_as_a_deadlock():
    # Rates and metrics are two memories: the kernel mistook one thread in the first and one at the second for a knot.
    rates, series = Shared(8), Shared(8)

    def work():
        slips = []
        threads = [threading.Thread(target=add, args=(each, ROUNDS, slips)) for each in (rates, series) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not slips, slips

    children(work)
    for each in (rates, series):
        with each as memory:
            assert int.from_bytes(memory[:8], "big") == 4 * ROUNDS


def test_a_process_that_dies_inside_lets_the_others_in():
    shared = Shared(8)
    process = os.fork()
    if not process:
        with shared:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(process, 0)
    with shared as memory:
        assert bytes(memory) == bytes(8)


def test_nothing_is_left_open_once_nobody_needs_it():
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only
    for _ in range(20):
        Shared(8)
    assert len(os.listdir("/proc/self/fd")) <= before + 2  # noqa: PTH208 - names only
